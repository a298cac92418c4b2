package io.sallyport.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The passphrase of what is written, where it isn't that of what is read. */
final class NewPassphraseOption {

    @Option(
            names = "--new-passphrase-file",
            paramLabel = "FILE",
            description = "Its first line is the passphrase of what is written. Default: the one of what is read.")
    private @Nullable Path file;

    @Option(
            names = "--new-passphrase-env",
            paramLabel = "NAME",
            description = "The environment variable with the passphrase of what is written.")
    private @Nullable String variable;

    boolean isGiven() {
        return file != null || variable != null;
    }

    /**
     * @throws WrongUse if there is none
     */
    char[] of(ToolCommand command) {
        char[] given = PassphraseOption.given(file, variable, command::wrongUse);
        return given == null ? command.passphrase().forNew(command.terminal()) : given;
    }
}
