package io.sallyport.cli;

import org.jspecify.annotations.Nullable;

/** {@code --sort}: which connections come first. The names are what is typed. */
enum TopSort {
    age("opened"),
    bytes("-bytes"),
    /** The gateway knows no rates: they are the difference of two looks. */
    rate(null),
    client("client");

    private final @Nullable String asked;

    TopSort(@Nullable String asked) {
        this.asked = asked;
    }

    /** {@code sort} of {@code /api/connections}, or null where the gateway can't sort by it. */
    @Nullable
    String asked() {
        return asked;
    }
}
