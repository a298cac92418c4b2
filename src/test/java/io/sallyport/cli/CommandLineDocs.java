package io.sallyport.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Makes docs/command-line.md from its template and the commands. */
final class CommandLineDocs {

    static final Path PAGE = Path.of("docs", "command-line.md");
    private static final Path TEMPLATE = Path.of("src/test/resources/command-line.md.template");

    private CommandLineDocs() {}

    static CommandLine root() {
        return CommandLineFactory.create(new Terminal(System.out, System.err), new StopRequest());
    }

    /** {@code {{options run}}} stands for the table of a command, {@code {{commands cert}}} for the sections of a group's commands. */
    static String page() throws IOException {
        StringBuilder page = new StringBuilder();
        for (String line : Files.readAllLines(TEMPLATE)) {
            if (line.startsWith("{{options ")) {
                appendOptions(page, command(line));
            } else if (line.startsWith("{{commands ")) {
                for (CommandLine sub : command(line).getSubcommands().values()) {
                    appendSection(page, sub);
                }
            } else {
                page.append(line).append('\n');
            }
        }
        return page.toString();
    }

    private static CommandLine command(String line) {
        CommandLine command = root();
        for (String word : line.replaceAll("\\{\\{\\w+ |}}", "").split(" ")) {
            command = command.getSubcommands().get(word);
            if (command == null) {
                throw new AssertionError("no such command: " + line);
            }
        }
        return command;
    }

    private static void appendSection(StringBuilder page, CommandLine command) {
        String name = command.getCommandSpec().qualifiedName().replaceFirst("^sallyport ", "");
        page.append("### ").append(name).append("\n\n```text\n./");
        page.append(CommandText.synopsis(command)).append("\n```\n\n");
        for (String sentence : command.getCommandSpec().usageMessage().description()) {
            page.append(escaped(sentence)).append('\n');
        }
        page.append('\n');
        appendOptions(page, command);
        page.append('\n');
    }

    private static void appendOptions(StringBuilder page, CommandLine command) {
        page.append("| option | what it does |\n|---|---|\n");
        for (PositionalParamSpec parameter : command.getCommandSpec().positionalParameters()) {
            row(page, parameter.paramLabel(), CommandText.sentence(parameter.description()));
        }
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (!option.inherited()) {
                row(page, CommandText.names(option), CommandText.description(option));
            }
        }
    }

    private static void row(StringBuilder page, String term, String text) {
        page.append("| `")
                .append(term.replace("|", "\\|"))
                .append("` | ")
                .append(escaped(text))
                .append(" |\n");
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;");
    }
}
