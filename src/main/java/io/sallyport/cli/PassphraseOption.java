package io.sallyport.cli;

import io.sallyport.pki.FileContents;
import io.sallyport.pki.UnusableFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where a passphrase comes from: a file, the environment, or a person. Never the command line, which every user of the machine can read. */
final class PassphraseOption {

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "Its first line is the passphrase of what is encrypted.")
    private @Nullable Path file;

    @Option(
            names = "--passphrase-env",
            paramLabel = "NAME",
            description = "The environment variable with the passphrase. Without either it is asked for on a terminal.")
    private @Nullable String variable;

    /** Where the passphrase that a file lacks can come from; of any other fault what is known of that. */
    static @Nullable String hint(UnusableFileException failure) {
        return switch (failure.passphrase()) {
            case NOT_AT_FAULT -> failure.hint();
            case MISSING -> "give its passphrase with --passphrase-file or --passphrase-env";
            case WRONG -> "check what --passphrase-file or --passphrase-env gives, or type it again";
        };
    }

    /** Whether one was named. */
    boolean isGiven() {
        return file != null || variable != null;
    }

    /** For reading: asked once, and only where something is encrypted. */
    FileContents.Passphrases reading(Terminal terminal) {
        return new Asked(terminal);
    }

    /** The same, where no private key is wanted. */
    FileContents.Passphrases readingCertificates(Terminal terminal) {
        return new Asked(terminal) {
            @Override
            public boolean areForKeys() {
                return false;
            }
        };
    }

    /** Gives what was named; else asks, once. */
    private class Asked implements FileContents.Passphrases {

        private final Terminal terminal;
        private char @Nullable [] asked;

        private Asked(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public char @Nullable [] of(Path file) {
            char[] given = given();
            if (given != null) {
                return given;
            }
            if (asked == null) {
                asked = terminal.askSecret("Passphrase of " + file);
            }
            return asked;
        }
    }

    /**
     * For something new that is to be encrypted.
     *
     * @throws WrongUse if there is none, or it was typed two ways
     */
    char[] forNew(Terminal terminal) {
        char[] given = given();
        if (given != null) {
            return given;
        }
        char[] typed = terminal.askSecret("New passphrase");
        if (typed == null || typed.length == 0) {
            throw wrong("no passphrase given", "name it with --passphrase-file or --passphrase-env");
        }
        char[] again = terminal.askSecret("Once more");
        if (!Arrays.equals(typed, again)) {
            throw wrong("the two passphrases differ", "type it again");
        }
        return typed;
    }

    private char @Nullable [] given() {
        return given(file, variable, this::wrong);
    }

    /** Makes what is thrown of a message and a hint. */
    interface Wrong {
        WrongUse use(String message, String hint);
    }

    static char @Nullable [] given(@Nullable Path file, @Nullable String variable, Wrong wrong) {
        if (file != null) {
            return fromFile(file, wrong);
        }
        if (variable == null) {
            return null;
        }
        String value = System.getenv(variable);
        if (value == null || value.isEmpty()) {
            throw wrong.use("the environment variable " + variable + " isn't set", "set it, or name a file");
        }
        return value.toCharArray();
    }

    private static char[] fromFile(Path file, Wrong wrong) {
        try {
            String first = Files.readString(file, StandardCharsets.UTF_8).split("\r|\n", 2)[0];
            if (first.isEmpty()) {
                throw wrong.use(
                        "the passphrase file " + file + " has an empty first line", "the passphrase belongs there");
            }
            return first.toCharArray();
        } catch (NoSuchFileException e) {
            throw wrong.use("the passphrase file " + file + " doesn't exist", "check its path");
        } catch (IOException e) {
            throw wrong.use(
                    "the passphrase file " + file + " can't be read", "check its mode, and that it is a text in UTF-8");
        }
    }

    private WrongUse wrong(String message, String hint) {
        if (command == null) {
            throw new IllegalStateException("not made by picocli");
        }
        return new WrongUse(command.commandLine(), message, hint);
    }
}
