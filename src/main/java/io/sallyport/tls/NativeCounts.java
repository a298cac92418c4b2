package io.sallyport.tls;

import io.netty.util.internal.PlatformDependent;
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

    /** Bytes that Netty holds outside the Java heap, in use or pooled; -1 where it can't tell. */
    public static long bufferBytes() {
        return PlatformDependent.usedDirectMemory();
    }

    /** {@code SSL}s that are not freed. */
    public static long connections() {
        return CONNECTIONS.sum();
    }
}
