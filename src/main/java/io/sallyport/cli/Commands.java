package io.sallyport.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Commands by name, in the order of the help. Each is made only where it is wanted: to read the annotations of all takes
 * longer than most of them do.
 */
final class Commands {

    private final Map<String, Supplier<Object>> makers = new LinkedHashMap<>();

    Commands add(String name, Supplier<Object> maker) {
        makers.put(name, maker);
        return this;
    }

    /** What an owner and all its commands are to picocli. */
    CommandLine all(Object owner) {
        CommandLine line = new CommandLine(owner);
        makers.forEach((name, maker) -> {
            Object command = maker.get();
            line.addSubcommand(
                    name,
                    command instanceof CommandGroup group ? group.commands().all(group) : command);
        });
        return line;
    }

    /**
     * What an owner is to picocli with the command that was typed. Where none was, or a word stands before it that is none of them,
     * the others are there by name, so that help and suggestions know them.
     *
     * @param words what was typed behind the owner, without options
     */
    CommandLine typed(Object owner, List<String> words) {
        CommandLine line = new CommandLine(owner);
        int place = place(words);
        makers.forEach((name, maker) -> {
            if (place < words.size() && name.equals(words.get(place))) {
                Object command = maker.get();
                List<String> behind = words.subList(place + 1, words.size());
                line.addSubcommand(
                        name,
                        command instanceof CommandGroup group ? group.commands().typed(group, behind) : command);
            } else if (place > 0 || words.isEmpty()) {
                line.addSubcommand(name, named(name, maker.get()));
            }
        });
        return line;
    }

    /** Where the first of them is that names a command; behind the last where none does. */
    private int place(List<String> words) {
        int place = 0;
        while (place < words.size() && !makers.containsKey(words.get(place))) {
            place++;
        }
        return place;
    }

    /** What can be listed, but not run: its options, which are most of the work, aren't read. */
    private static CommandSpec named(String name, Object command) {
        CommandSpec spec = CommandSpec.create().name(name);
        spec.usageMessage()
                .description(command.getClass().getAnnotation(Command.class).description());
        return spec;
    }

    /** The words that may name commands. One that is an option's value names none. */
    static List<String> words(String... arguments) {
        List<String> words = new ArrayList<>();
        for (String argument : arguments) {
            if (!argument.startsWith("-")) {
                words.add(argument);
            }
        }
        return words;
    }
}
