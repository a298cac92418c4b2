package io.sallyport.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A completion script for fish, which picocli doesn't make. */
final class FishCompletion {

    private FishCompletion() {}

    static String script(CommandLine root) {
        StringBuilder script = new StringBuilder("# Completion of " + root.getCommandName() + " for fish.\n");
        append(script, root.getCommandName(), root, List.of());
        return script.toString();
    }

    private static void append(StringBuilder script, String program, CommandLine command, List<String> path) {
        String condition = condition(command, path);
        for (CommandLine sub : command.getSubcommands().values()) {
            script.append("complete -c ")
                    .append(program)
                    .append(" -f -n ")
                    .append(quoted(condition))
                    .append(" -a ")
                    .append(sub.getCommandName())
                    .append(" -d ")
                    .append(quoted(summary(sub.getCommandSpec())))
                    .append('\n');
        }
        for (OptionSpec option : command.getCommandSpec().options()) {
            script.append("complete -c ").append(program).append(" -n ").append(quoted(condition));
            for (String name : option.names()) {
                script.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
            }
            script.append(values(option))
                    .append(" -d ")
                    .append(quoted(String.join(" ", option.description())))
                    .append('\n');
        }
        for (PositionalParamSpec parameter : command.getCommandSpec().positionalParameters()) {
            String words = words(parameter);
            if (!words.isEmpty()) {
                script.append("complete -c ")
                        .append(program)
                        .append(" -f -n ")
                        .append(quoted(condition))
                        .append(" -a ")
                        .append(quoted(words))
                        .append('\n');
            }
        }
        for (CommandLine sub : command.getSubcommands().values()) {
            List<String> longer = new ArrayList<>(path);
            longer.add(sub.getCommandName());
            append(script, program, sub, longer);
        }
    }

    /** What may stand behind an option: one of some words, or anything, such as a file. */
    private static String values(OptionSpec option) {
        if (option.arity().max() == 0) {
            return "";
        }
        String words = words(option);
        return words.isEmpty() ? " -r" : " -x -a " + quoted(words);
    }

    private static String words(ArgSpec argument) {
        return argument.completionCandidates() == null ? "" : String.join(" ", argument.completionCandidates());
    }

    private static String condition(CommandLine command, List<String> path) {
        if (path.isEmpty()) {
            return "__fish_use_subcommand";
        }
        String seen = String.join(
                "; and ",
                path.stream().map(word -> "__fish_seen_subcommand_from " + word).toList());
        return command.getSubcommands().isEmpty()
                ? seen
                : seen + "; and not __fish_seen_subcommand_from "
                        + String.join(" ", command.getSubcommands().keySet());
    }

    private static String summary(CommandSpec spec) {
        String[] description = spec.usageMessage().description();
        return description.length == 0 ? "" : description[0];
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
