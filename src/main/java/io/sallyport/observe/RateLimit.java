package io.sallyport.observe;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.ObjLongConsumer;

/**
 * Lets the first few events of a kind through in each window of time, and counts the rest.
 *
 * @param <K> the kind; kinds are few: they are made of configured names and closed lists
 */
public final class RateLimit<K> {

    /** Runs something later; once or never. */
    public interface Scheduler {
        void later(Duration delay, Runnable task);
    }

    private final int allowed;
    private final Duration window;
    private final Scheduler scheduler;
    private final ObjLongConsumer<K> leftOut;
    private final ConcurrentMap<K, Long> seen = new ConcurrentHashMap<>();

    /** @param leftOut told at the end of each window in which events of a kind were left out, with their number */
    public RateLimit(int allowed, Duration window, Scheduler scheduler, ObjLongConsumer<K> leftOut) {
        this.allowed = allowed;
        this.window = window;
        this.scheduler = scheduler;
        this.leftOut = leftOut;
    }

    /** Whether this event is among the first of its window. */
    public boolean admits(K kind) {
        long number = seen.merge(kind, 1L, Long::sum);
        if (number == 1) {
            scheduler.later(window, () -> close(kind));
        }
        return number <= allowed;
    }

    private void close(K kind) {
        Long count = seen.remove(kind);
        if (count != null && count > allowed) {
            leftOut.accept(kind, count - allowed);
        }
    }
}
