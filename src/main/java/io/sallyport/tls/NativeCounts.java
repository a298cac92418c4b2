package io.sallyport.tls;

import java.util.concurrent.atomic.LongAdder;

/** How many native objects live: a leak shows as a number that doesn't return to its baseline. */
public final class NativeCounts {

    static final LongAdder CONTEXTS = new LongAdder();
    static final LongAdder CONNECTIONS = new LongAdder();

    private NativeCounts() {}

    /** {@code SSL_CTX}s that are not freed. */
    public static long contexts() {
        return CONTEXTS.sum();
    }

    /** {@code SSL}s that are not freed. */
    public static long connections() {
        return CONNECTIONS.sum();
    }
}
