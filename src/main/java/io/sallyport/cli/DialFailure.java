package io.sallyport.cli;

import org.jspecify.annotations.Nullable;

/** No connection came of it: at which step, and why. */
final class DialFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final @Nullable String hint;

    DialFailure(String message, @Nullable String hint) {
        super(message);
        this.hint = hint;
    }

    @Nullable
    String hint() {
        return hint;
    }
}
