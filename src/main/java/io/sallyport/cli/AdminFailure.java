package io.sallyport.cli;

import org.jspecify.annotations.Nullable;

/** The admin side of a gateway gave no answer that can be used, and why. */
final class AdminFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final @Nullable String hint;

    AdminFailure(String message, @Nullable String hint) {
        super(message);
        this.hint = hint;
    }

    @Nullable
    String hint() {
        return hint;
    }
}
