package io.sallyport.cli;

import io.sallyport.pki.Description;
import io.sallyport.pki.FileContents;
import io.sallyport.pki.UnusableFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the commands on files have in common: how they read, and how they answer. They start no gateway. */
abstract class ToolCommand implements Callable<Integer> {

    private static final Path STDIN = Path.of("-");

    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final FormatOption format = new FormatOption();

    @Mixin
    private final PassphraseOption passphrase = new PassphraseOption();

    ToolCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    Terminal terminal() {
        return terminal;
    }

    boolean json() {
        return format.isJson();
    }

    PassphraseOption passphrase() {
        return passphrase;
    }

    /** What a file holds; {@code -} is stdin. */
    FileContents read(Path file) throws UnusableFileException, IOException {
        return read(file, passphrase.reading(terminal));
    }

    FileContents read(Path file, FileContents.Passphrases passphrases) throws UnusableFileException, IOException {
        return file.equals(STDIN)
                ? FileContents.of(Path.of("stdin"), terminal.in().readAllBytes(), passphrases)
                : FileContents.read(file, passphrases);
    }

    /** The certificates in a file; a key beside them may be locked. */
    List<X509Certificate> readCertificates(Path file) throws UnusableFileException, IOException {
        return read(file, passphrase.readingCertificates(terminal)).needCertificates();
    }

    /** The answer, in the format that was asked for. */
    void answer(Description description) {
        terminal.print(json() ? DescriptionText.json(description) : DescriptionText.text(description));
    }

    /** Several answers: for people one behind the other with an empty line between, for programs as one object with a list. */
    void answer(String name, List<Description> descriptions) {
        if (json()) {
            terminal.print(DescriptionText.json(new Description().add(name, descriptions)));
            return;
        }
        List<String> texts = new ArrayList<>();
        descriptions.forEach(description -> texts.add(DescriptionText.text(description)));
        terminal.print(String.join("\n", texts));
    }

    WrongUse wrongUse(String message, String hint) {
        if (spec == null) {
            throw new IllegalStateException("not made by picocli");
        }
        return new WrongUse(spec.commandLine(), message, hint);
    }
}
