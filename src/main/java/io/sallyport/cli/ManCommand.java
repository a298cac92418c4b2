package io.sallyport.cli;

import io.sallyport.pki.NewFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes the manual pages. */
@Command(
        name = "man",
        description = "Write the manual pages, one for each command: 'man -l DIR/sallyport-cert-show.1' shows one.")
final class ManCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "The directory; it is made if it isn't there. Pages that are there are replaced.")
    private Path directory = Path.of("");

    ManCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (spec == null) {
            throw new IllegalStateException("not made by picocli");
        }
        NewFile.makeDirectory(directory);
        terminal.note("wrote " + write(spec.root().commandLine()) + " pages into " + directory);
        return ExitStatus.DONE;
    }

    /** How many it wrote. */
    private int write(CommandLine command) throws IOException {
        Path page = directory.resolve(ManPage.name(command) + ".1");
        new NewFile(page, NewFile.Existing.REPLACED)
                .write(ManPage.text(command).getBytes(StandardCharsets.UTF_8), NewFile.Readers.ALL);
        int pages = 1;
        for (CommandLine sub : command.getSubcommands().values()) {
            pages += write(sub);
        }
        return pages;
    }
}
