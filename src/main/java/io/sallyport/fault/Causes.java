package io.sallyport.fault;

import java.util.concurrent.CompletionException;

/** What futures put around a fault. */
public final class Causes {

    private Causes() {}

    /** The fault itself, out of whatever {@link CompletionException}s are around it. */
    public static Throwable of(Throwable fault) {
        Throwable cause = fault;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
