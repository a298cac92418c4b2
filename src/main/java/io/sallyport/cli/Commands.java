package io.sallyport.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine;

/**
 * Commands by name, in the order of the help. Each is made only where it is wanted: to read the annotations of all takes
 * longer than most of them do.
 */
final class Commands {

    private final Map<String, Function<List<String>, Object>> makers = new LinkedHashMap<>();

    Commands add(String name, Supplier<Object> maker) {
        makers.put(name, words -> maker.get());
        return this;
    }

    /** A word that only groups commands. */
    Commands addGroup(String name, Supplier<CommandGroup> maker) {
        makers.put(name, words -> {
            CommandGroup group = maker.get();
            return group.commands().under(group, words);
        });
        return this;
    }

    /**
     * What an owner and its commands are to picocli: with the one that was typed, or with all where it is none of them, so that help
     * and suggestions know them.
     *
     * @param words what was typed behind the owner, without options; none asks for all
     */
    CommandLine under(Object owner, List<String> words) {
        CommandLine line = new CommandLine(owner);
        Function<List<String>, Object> typed = words.isEmpty() ? null : makers.get(words.get(0));
        if (typed == null) {
            makers.forEach((name, maker) -> line.addSubcommand(name, maker.apply(List.of())));
        } else {
            line.addSubcommand(words.get(0), typed.apply(words.subList(1, words.size())));
        }
        return line;
    }

    /** The words that may name commands: no option before them takes a value. */
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
