package io.sallyport.profile;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How connections are shared among the upstreams of a relay, and how it is known which of them are up.
 *
 * @param health active checks, or null for none
 * @param slowStart for how long one that has come back gets less than its weight, or null for not at all
 */
public record Balancing(
        Method method,
        @Nullable Health health,
        Ejection ejection,
        @Nullable Duration slowStart) {

    /** Without a slow start. */
    public Balancing(Method method, @Nullable Health health, Ejection ejection) {
        this(method, health, ejection, null);
    }

    /** In the order of the file, with no active checks. */
    public static final Balancing DEFAULT =
            new Balancing(Method.IN_ORDER, null, new Ejection(3, Duration.ofSeconds(10)));

    /** Which upstream is tried first. */
    public enum Method {
        IN_ORDER,
        /** In turn, by weight. */
        ROUND_ROBIN,
        /** The one with the fewest open connections for its weight. */
        LEAST_CONNECTIONS,
        /** The same one for the same client address. */
        HASH_ADDRESS,
        /** The same one for the same verified identity; by address where there is none. */
        HASH_IDENTITY;

        /** Whether weights decide anew for each connection. */
        public boolean isByWeight() {
            return this == ROUND_ROBIN || this == LEAST_CONNECTIONS;
        }

        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Active checks.
     *
     * @param every from one check to the next, and the most that one may take
     * @param rise how many in a row must succeed until an upstream that is down is up
     * @param fall how many in a row must fail until one that is up is down
     */
    public record Health(Duration every, int rise, int fall) {}

    /**
     * What connections themselves tell.
     *
     * @param after as many failures in a row an upstream is left alone
     * @param time for which it is
     */
    public record Ejection(int after, Duration time) {}
}
