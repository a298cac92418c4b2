package io.sallyport.gateway;

import io.sallyport.fault.Mistake;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What came of reading the configuration again.
 *
 * @param at when it was over
 * @param changes what is otherwise now; {@link Changes#NONE} where it was refused or not tried
 * @param mistakes why it was refused; else the warnings
 */
public record Reload(Result result, Instant at, Changes changes, List<Mistake> mistakes) {

    /** A closed list: each is also a metric label and a value of the API. */
    public enum Result {
        /** The new configuration is in force. */
        APPLIED,
        /** Nothing has changed. */
        UNCHANGED,
        /** The new configuration is in force, but for profiles whose files can't be used: they are as they were. */
        DEGRADED,
        /** Something is wrong with it: the one before stays in force, all of it. */
        REFUSED,
        /** Not tried: the gateway isn't running yet, or is stopping. */
        IGNORED;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Who asked. */
    public enum Trigger {
        SIGNAL,
        API,
        /** A file has changed. */
        WATCH;

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Reload ignored() {
        return new Reload(Result.IGNORED, Instant.now(), Changes.NONE, List.of());
    }

    static Reload refused(List<Mistake> mistakes) {
        return new Reload(Result.REFUSED, Instant.now(), Changes.NONE, mistakes);
    }

    public Reload {
        mistakes = List.copyOf(mistakes);
    }
}
