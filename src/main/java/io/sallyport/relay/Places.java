package io.sallyport.relay;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * How many connections each holder has: a client address, or an identity. A holder without one takes no room, so there
 * are never more entries than connections, which are bounded. Every event loop asks it.
 */
final class Places {

    private final ConcurrentMap<Object, Integer> taken = new ConcurrentHashMap<>();

    /** Takes a place, which {@link #leave} gives back; false where the holder has as many as it may. */
    boolean enter(Object holder, int maximum) {
        boolean[] entered = new boolean[1];
        taken.compute(holder, (key, count) -> {
            int had = count == null ? 0 : count;
            entered[0] = had < maximum;
            return entered[0] ? Integer.valueOf(had + 1) : count;
        });
        return entered[0];
    }

    void leave(Object holder) {
        taken.computeIfPresent(holder, (key, count) -> count == 1 ? null : Integer.valueOf(count - 1));
    }

    /** How many holders have a place. */
    int holders() {
        return taken.size();
    }
}
