package io.sallyport.pki;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that can't be used as what it was given for. The message names the file and what was found in it, the hint says what
 * would be right; neither ever holds key bytes.
 */
public final class UnusableFileException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final @Nullable String hint;

    UnusableFileException(Path file, String found, @Nullable String hint) {
        super(file + " " + found);
        this.file = file;
        this.hint = hint;
    }

    public Path file() {
        return file;
    }

    /** What to do about it, or null where the message says it all. */
    public @Nullable String hint() {
        return hint;
    }
}
