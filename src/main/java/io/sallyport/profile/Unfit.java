package io.sallyport.profile;

import org.jspecify.annotations.Nullable;

/** A text that isn't a value of its kind. The message goes on from the quoted text: {@code 'abc' } + {@code is not …}. */
final class Unfit extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final @Nullable String hint;

    Unfit(String message, @Nullable String hint) {
        super(message);
        this.hint = hint;
    }

    @Nullable
    String hint() {
        return hint;
    }
}
