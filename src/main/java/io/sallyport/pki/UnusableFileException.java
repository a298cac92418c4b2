package io.sallyport.pki;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that can't be used as what it was given for. The message names the file and what was found in it, the hint says what
 * would be right; neither ever holds key bytes.
 */
public final class UnusableFileException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What is wrong with the passphrase. Where one comes from, only the caller knows: so the hint is his. */
    public enum Passphrase {
        /** It isn't about one. */
        NOT_AT_FAULT,
        MISSING,
        WRONG
    }

    private final transient Path file;
    private final @Nullable String hint;
    private final Passphrase passphrase;
    private final boolean lacksAll;

    UnusableFileException(Path file, String found, @Nullable String hint) {
        this(file, found, hint, Passphrase.NOT_AT_FAULT, false);
    }

    private UnusableFileException(
            Path file, String found, @Nullable String hint, Passphrase passphrase, boolean lacksAll) {
        super(file + " " + found);
        this.file = file;
        this.hint = hint;
        this.passphrase = passphrase;
        this.lacksAll = lacksAll;
    }

    /** Whether the file was read, and there is nothing in it of what was wanted. */
    public boolean lacksAll() {
        return lacksAll;
    }

    static UnusableFileException lacking(Path file, String found, @Nullable String hint) {
        return new UnusableFileException(file, found, hint, Passphrase.NOT_AT_FAULT, true);
    }

    static UnusableFileException locked(Path file, String found, Passphrase passphrase) {
        return new UnusableFileException(file, found, null, passphrase, false);
    }

    public Passphrase passphrase() {
        return passphrase;
    }

    public Path file() {
        return file;
    }

    /** What to do about it, or null where the message says it all. */
    public @Nullable String hint() {
        return hint;
    }
}
