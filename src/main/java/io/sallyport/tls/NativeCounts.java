package io.sallyport.tls;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
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

    /** Bytes of buffers outside the Java heap, in use or pooled. */
    public static long bufferBytes() {
        // Netty counts those that it allocates by itself, and can't where the JDK keeps its constructor closed.
        long counted = PlatformDependent.usedDirectMemory();
        return counted >= 0 ? counted : Direct.POOL.getMemoryUsed();
    }

    /** The JDK's own count, looked up when it is first asked for. */
    private static final class Direct {
        static final BufferPoolMXBean POOL = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
    }

    /** {@code SSL}s that are not freed. */
    public static long connections() {
        return CONNECTIONS.sum();
    }
}
