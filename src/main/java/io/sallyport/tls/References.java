package io.sallyport.tls;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts who uses something, and gives it up when nobody does any more. Whoever makes it uses it first. Thread-safe. */
public final class References {

    private final AtomicInteger count = new AtomicInteger(1);
    private final Runnable giveUp;

    /** @param giveUp called once, by the last who lets go */
    public References(Runnable giveUp) {
        this.giveUp = giveUp;
    }

    /**
     * Keeps it from being given up, until {@link #letGo}.
     *
     * @return false where it is given up already
     */
    public boolean hold() {
        return count.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
    }

    /** Ends what {@link #hold} began, or what its maker did. */
    public void letGo() {
        if (count.decrementAndGet() == 0) {
            giveUp.run();
        }
    }
}
