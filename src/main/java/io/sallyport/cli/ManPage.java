package io.sallyport.cli;

import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A manual page of a command, in the language of man(7). */
final class ManPage {

    private ManPage() {}

    /** {@code sallyport-cert-show} for {@code sallyport cert show}. */
    static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName("-");
    }

    static String text(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        StringBuilder page = new StringBuilder();
        page.append(".TH ").append(name(command).toUpperCase(Locale.ROOT)).append(" 1\n");
        String[] description = spec.usageMessage().description();
        page.append(".SH NAME\n")
                .append(roff(name(command)))
                .append(" \\- ")
                .append(roff(description.length == 0 ? "" : description[0]))
                .append('\n');
        page.append(".SH SYNOPSIS\n")
                .append(roff(CommandText.synopsis(command)))
                .append('\n');
        page.append(".SH DESCRIPTION\n");
        for (String line : description) {
            page.append(roff(line)).append('\n');
        }
        if (!command.getSubcommands().isEmpty()) {
            page.append(".SH COMMANDS\n");
            for (CommandLine sub : command.getSubcommands().values()) {
                entry(
                        page,
                        sub.getCommandName(),
                        CommandText.sentence(sub.getCommandSpec().usageMessage().description()));
            }
        }
        page.append(".SH OPTIONS\n");
        for (ArgSpec parameter : spec.positionalParameters()) {
            entry(page, parameter.paramLabel(), CommandText.sentence(parameter.description()));
        }
        for (OptionSpec option : spec.options()) {
            entry(page, CommandText.names(option), CommandText.description(option));
        }
        page.append(".SH EXIT STATUS\n");
        spec.usageMessage().exitCodeList().forEach((status, meaning) -> entry(page, status, meaning));
        return page.toString();
    }

    private static void entry(StringBuilder page, String term, String text) {
        page.append(".TP\n.B ")
                .append(roff(term))
                .append('\n')
                .append(roff(text))
                .append('\n');
    }

    /**
     * Backslashes and leading dots and quotes mean something to roff; its hyphens aren't minus signs, and it reads octets, not UTF-8.
     */
    private static String roff(String text) {
        String escaped = text.replace("\\", "\\e")
                .replace("-", "\\-")
                .codePoints()
                .mapToObj(c -> c < 128 ? Character.toString(c) : String.format(Locale.ROOT, "\\[u%04X]", c))
                .collect(Collectors.joining());
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
