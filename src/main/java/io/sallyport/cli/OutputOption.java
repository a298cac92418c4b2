package io.sallyport.cli;

import io.sallyport.pki.NewFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where something made goes: a file, or stdout. Written last, when all that could fail has been done. */
final class OutputOption {

    private static final String STDOUT = "-";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write it; - is stdout, the default.")
    private @Nullable Path file;

    @Option(names = "--force", description = "Replace a file that is there.")
    private boolean force;

    /** Asked beforehand, before work is done that would be lost. */
    void refuseIfThere() throws IOException {
        if (file != null && !file.toString().equals(STDOUT)) {
            place(file).refuseIfThere();
        }
    }

    private NewFile place(Path file) {
        return new NewFile(file, force ? NewFile.Existing.REPLACED : NewFile.Existing.KEPT);
    }

    /** What content is like. */
    enum Kind {
        TEXT,
        /** Some octets would steer a terminal. */
        OCTETS
    }

    /** Something that anyone may see. */
    void open(Terminal terminal, byte[] content, Kind kind) throws IOException {
        if (kind == Kind.OCTETS) {
            refuseTerminal(terminal, "DER isn't shown on a terminal");
        }
        write(terminal, content, NewFile.Readers.ALL);
    }

    void open(Terminal terminal, String text) throws IOException {
        open(terminal, text.getBytes(StandardCharsets.US_ASCII), Kind.TEXT);
    }

    private void refuseTerminal(Terminal terminal, String why) {
        if (file == null && terminal.isWatched() && command != null) {
            throw new WrongUse(command.commandLine(), why, "name a file with --out FILE, or ask for it with --out -");
        }
    }

    /** A secret: it gets a file that only its owner can read, and is shown on a terminal only where {@code --out -} asks for it. */
    void secret(Terminal terminal, byte[] content) throws IOException {
        refuseTerminal(terminal, "a private key isn't shown on a terminal");
        write(terminal, content, NewFile.Readers.OWNER);
    }

    void secret(Terminal terminal, String text) throws IOException {
        secret(terminal, text.getBytes(StandardCharsets.US_ASCII));
    }

    private void write(Terminal terminal, byte[] content, NewFile.Readers readers) throws IOException {
        if (file == null || file.toString().equals(STDOUT)) {
            terminal.out().write(content);
            terminal.out().flush();
            return;
        }
        place(file).write(content, readers);
        terminal.note("wrote " + file);
    }
}
