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
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Puts the commands together, and decides how a wrong use and a failure are said. */
final class CommandLineFactory {

    /** These commands read all the others. */
    private static final Set<String> ABOUT_ALL = Set.of("completion", "man");

    private static final Set<String> VERSION = Set.of("-V", "--version");

    private CommandLineFactory() {}

    /** With all commands. */
    static CommandLine create(Terminal terminal, StopRequest stop) {
        RootCommand root = new RootCommand(terminal);
        return create(terminal, root, commands(terminal, stop).all(root));
    }

    /** With what the arguments want. */
    static CommandLine createFor(Terminal terminal, StopRequest stop, String... arguments) {
        List<String> words = Commands.words(arguments);
        if (!words.isEmpty() && ABOUT_ALL.contains(words.get(0))) {
            return create(terminal, stop);
        }
        RootCommand root = new RootCommand(terminal);
        boolean isVersionAlone = arguments.length == 1 && VERSION.contains(arguments[0]);
        Commands wanted = isVersionAlone ? new Commands() : commands(terminal, stop);
        return create(terminal, root, wanted.typed(root, words));
    }

    private static Commands commands(Terminal terminal, StopRequest stop) {
        return new Commands()
                .add("run", () -> new RunCommand(terminal, stop))
                .add("demo", () -> new DemoCommand(terminal, stop))
                .add("check", () -> new CheckCommand(terminal))
                .add("connect", () -> new ConnectCommand(terminal))
                .add("top", () -> new TopCommand(terminal, stop))
                .add("cert", () -> new CertCommand(terminal))
                .add("key", () -> new KeyCommand(terminal))
                .add("csr", () -> new CsrCommand(terminal))
                .add("ca", () -> new CaCommand(terminal))
                .add("crl", () -> new CrlCommand(terminal))
                .add("ocsp", () -> new OcspCommand(terminal))
                .add("pkcs12", () -> new Pkcs12Command(terminal))
                .add("convert", () -> new ConvertCommand(terminal))
                .add("ticket-keys", () -> new TicketKeysCommand(terminal))
                .add("completion", () -> new CompletionCommand(terminal))
                .add("man", () -> new ManCommand(terminal));
    }

    private static CommandLine create(Terminal terminal, RootCommand root, CommandLine line) {
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        line.setUsageHelpAutoWidth(true);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExpandAtFiles(false);
        TypedValues.register(line);
        line.setParameterExceptionHandler((failure, arguments) -> wrongUse(terminal, failure));
        line.setExecutionExceptionHandler((failure, command, parsed) -> failed(terminal, failure));
        line.setExecutionStrategy(parsed -> {
            terminal.debug(root.debug());
            terminal.colour(root.colour(), System.getenv());
            return new CommandLine.RunLast().execute(parsed);
        });
        return line;
    }

    private static int wrongUse(Terminal terminal, ParameterException failure) {
        terminal.error(TypedWrong.sentence(failure), TypedWrong.hint(failure));
        return ExitStatus.REFUSED;
    }

    private static int failed(Terminal terminal, Exception failure) {
        if (failure instanceof MistakesException mistakes) {
            terminal.mistakes(mistakes.mistakes());
            terminal.trace(failure);
            return ExitStatus.REFUSED;
        }
        if (failure instanceof UnusableFileException unusable) {
            terminal.error(String.valueOf(unusable.getMessage()), PassphraseOption.hint(unusable));
            terminal.trace(failure);
            return ExitStatus.REFUSED;
        }
        if (failure instanceof CommandFailure failed) {
            terminal.error(String.valueOf(failed.getMessage()), failed.hint());
            terminal.trace(failure);
            return ExitStatus.REFUSED;
        }
        if (failure instanceof FileAlreadyExistsException there) {
            terminal.error(there.getFile() + " is there already", "name another file, or give --force to replace it");
            return ExitStatus.REFUSED;
        }
        if (failure instanceof FileSystemException files) {
            terminal.error(files.getFile() + " can't be written: " + reason(files), "name another place");
            terminal.trace(failure);
            return ExitStatus.REFUSED;
        }
        terminal.unexpected(failure);
        return ExitStatus.REFUSED;
    }

    private static String reason(FileSystemException failure) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such file or directory";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        return failure.getReason() == null ? failure.getClass().getSimpleName() : failure.getReason();
    }
}
