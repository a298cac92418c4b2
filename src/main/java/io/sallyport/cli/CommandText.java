package io.sallyport.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Commands and their options in words, for manual pages and the documentation. */
final class CommandText {

    private CommandText() {}

    /** {@code sallyport cert issue --out PREFIX [OPTIONS] FILE…}: what must be given is named. */
    static String synopsis(CommandLine command) {
        List<String> words = new ArrayList<>();
        words.add(command.getCommandSpec().qualifiedName());
        command.getCommandSpec().options().stream()
                .filter(OptionSpec::required)
                .forEach(option -> words.add(option.longestName() + " " + option.paramLabel()));
        words.add("[OPTIONS]");
        if (!command.getSubcommands().isEmpty()) {
            words.add("COMMAND");
        }
        for (PositionalParamSpec parameter : command.getCommandSpec().positionalParameters()) {
            words.add(parameter.paramLabel() + (parameter.arity().max() > 1 ? "…" : ""));
        }
        return String.join(" ", words);
    }

    /** {@code -h, --help} or {@code --out FILE}. */
    static String names(OptionSpec option) {
        return String.join(", ", option.names()) + (option.arity().max() > 0 ? " " + option.paramLabel() : "");
    }

    /** What it does, with its default in place of picocli's word for it. */
    static String description(OptionSpec option) {
        return sentence(option.description()).replace("${DEFAULT-VALUE}", String.valueOf(option.defaultValue()));
    }

    static String sentence(String... lines) {
        return String.join(" ", lines);
    }
}
