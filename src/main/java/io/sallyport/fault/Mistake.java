package io.sallyport.fault;

import org.jspecify.annotations.Nullable;

/**
 * One thing that the operator must mend, or should know of.
 *
 * @param severity whether it keeps the gateway from starting
 * @param key full path of the configuration key, such as {@code sallyport.profiles.edge.cert}
 * @param origin where it was written: {@code config/sallyport.yaml:12} or {@code environment variable SALLYPORT_…}; null where it wasn't
 * @param message what was found, and what would be right; never holds a secret
 * @param hint what to do, or null where the message says it all
 */
public record Mistake(
        Severity severity,
        String key,
        @Nullable String origin,
        String message,
        @Nullable String hint) {

    public enum Severity {
        ERROR,
        WARNING
    }

    public static Mistake error(String key, @Nullable String origin, String message, @Nullable String hint) {
        return new Mistake(Severity.ERROR, key, origin, message, hint);
    }

    public static Mistake warning(String key, @Nullable String origin, String message, @Nullable String hint) {
        return new Mistake(Severity.WARNING, key, origin, message, hint);
    }
}
