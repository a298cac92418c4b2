package io.sallyport.relay;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many connections may be open at the same time: of one relay, and of all together. Every event loop asks it, so
 * it counts without a lock; a maximum may change while it counts.
 */
public final class Admission {

    private final AtomicInteger open = new AtomicInteger();
    private final @Nullable Admission total;
    private volatile int maximum;

    private Admission(int maximum, @Nullable Admission total) {
        this.maximum = maximum;
        this.total = total;
    }

    /** For all relays together. */
    public static Admission total(int maximum) {
        return new Admission(maximum, null);
    }

    /** For one relay, whose connections count in {@code total} too. */
    static Admission within(Admission total, int maximum) {
        return new Admission(maximum, total);
    }

    /** From now on; what is open stays. */
    public void maximum(int connections) {
        maximum = connections;
    }

    /** How many are open. */
    public int open() {
        return open.get();
    }

    /** Takes a place, which {@link #leave} gives back; false where there is none. */
    boolean enter() {
        if (open.incrementAndGet() > maximum) {
            open.decrementAndGet();
            return false;
        }
        if (total != null && !total.enter()) {
            open.decrementAndGet();
            return false;
        }
        return true;
    }

    void leave() {
        open.decrementAndGet();
        if (total != null) {
            total.leave();
        }
    }
}
