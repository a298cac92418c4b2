package io.sallyport.cli;

import org.jspecify.annotations.Nullable;

/** What a command wanted of another program came to nothing: at which step, why, and what to do. */
final class CommandFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final @Nullable String hint;

    CommandFailure(String message, @Nullable String hint) {
        super(message);
        this.hint = hint;
    }

    @Nullable
    String hint() {
        return hint;
    }
}
