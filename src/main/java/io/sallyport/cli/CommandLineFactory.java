package io.sallyport.cli;

import io.sallyport.fault.MistakesException;
import io.sallyport.pki.UnusableFileException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Puts the commands together, and decides how a wrong use and a failure are said. */
final class CommandLineFactory {

    private CommandLineFactory() {}

    static CommandLine create(Terminal terminal, StopRequest stop) {
        RootCommand root = new RootCommand(terminal);
        CommandLine line = new CommandLine(root)
                .addSubcommand(new RunCommand(terminal, stop))
                .addSubcommand(new DemoCommand(terminal, stop))
                .addSubcommand(new CheckCommand(terminal))
                .addSubcommand(new ConnectCommand(terminal))
                .addSubcommand(CertCommand.create(terminal))
                .addSubcommand(KeyCommand.create(terminal))
                .addSubcommand(CsrCommand.create(terminal))
                .addSubcommand(CaCommand.create(terminal))
                .addSubcommand(CrlCommand.create(terminal))
                .addSubcommand(OcspCommand.create(terminal))
                .addSubcommand(Pkcs12Command.create(terminal))
                .addSubcommand(new ConvertCommand(terminal))
                .addSubcommand(new TicketKeysCommand(terminal))
                .addSubcommand(new CompletionCommand(terminal))
                .addSubcommand(new ManCommand(terminal));
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        line.setUsageHelpAutoWidth(true);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExpandAtFiles(false);
        line.setParameterExceptionHandler((failure, arguments) -> wrongUse(terminal, failure));
        line.setExecutionExceptionHandler((failure, command, parsed) -> failed(terminal, failure));
        line.setExecutionStrategy(parsed -> {
            terminal.debug(root.debug());
            return new CommandLine.RunLast().execute(parsed);
        });
        return line;
    }

    private static int wrongUse(Terminal terminal, ParameterException failure) {
        if (failure instanceof UnmatchedArgumentException unmatched) {
            terminal.error("unknown: " + String.join(" ", unmatched.getUnmatched()), hint(unmatched));
        } else {
            terminal.error(
                    String.valueOf(failure.getMessage()),
                    failure instanceof WrongUse wrongUse ? wrongUse.hint() : seeHelp(failure));
        }
        return ExitStatus.REFUSED;
    }

    private static String hint(UnmatchedArgumentException unmatched) {
        List<String> nearest = unmatched.getSuggestions();
        return nearest.isEmpty() ? seeHelp(unmatched) : "did you mean " + String.join(" or ", nearest) + "?";
    }

    private static String seeHelp(ParameterException failure) {
        return "see " + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help";
    }

    private static int failed(Terminal terminal, Exception failure) {
        if (failure instanceof MistakesException mistakes) {
            terminal.mistakes(mistakes.mistakes());
            terminal.trace(failure);
            return ExitStatus.REFUSED;
        }
        if (failure instanceof UnusableFileException unusable) {
            terminal.error(String.valueOf(unusable.getMessage()), unusable.hint());
            terminal.trace(failure);
            return ExitStatus.REFUSED;
        }
        if (failure instanceof FileAlreadyExistsException there) {
            terminal.error(there.getFile() + " is there already", "name another file, or give --force to replace it");
            return ExitStatus.REFUSED;
        }
        if (failure instanceof FileSystemException files) {
            terminal.error(files.getFile() + " can't be written: " + reason(files), null);
            terminal.trace(failure);
            return ExitStatus.REFUSED;
        }
        terminal.unexpected(failure);
        return ExitStatus.REFUSED;
    }

    private static String reason(FileSystemException failure) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such directory";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        return failure.getReason() == null ? failure.getClass().getSimpleName() : failure.getReason();
    }
}
