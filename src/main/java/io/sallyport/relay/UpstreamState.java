package io.sallyport.relay;

import io.sallyport.profile.Address;
import java.util.concurrent.atomic.AtomicInteger;

/** What is known of an upstream of one relay. It outlives a reload that keeps the address. Any thread may ask. */
final class UpstreamState {

    private final Address address;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean healthy = true;
    private volatile boolean ejected;
    private volatile boolean cameBack;
    private volatile long backSince;
    private volatile boolean draining;

    UpstreamState(Address address) {
        this.address = address;
    }

    Address address() {
        return address;
    }

    boolean isUp() {
        return healthy && !ejected;
    }

    boolean isDraining() {
        return draining;
    }

    /** Whether the operator wants no new connections there. */
    void draining(boolean is) {
        draining = is;
    }

    boolean isHealthy() {
        return healthy;
    }

    int connections() {
        return connections.get();
    }

    /** A connection goes there from now on, until {@link #leave}. */
    void enter() {
        connections.incrementAndGet();
    }

    void leave() {
        connections.decrementAndGet();
    }

    void succeeded() {
        if (failures.get() != 0) {
            failures.set(0);
        }
    }

    /** Gives how many have failed in a row. */
    int failed() {
        return failures.incrementAndGet();
    }

    /**
     * It is up again.
     *
     * @param now on the clock of {@link System#nanoTime}
     */
    void back(long now) {
        backSince = now;
        cameBack = true;
    }

    /** For how many nanoseconds it has been up again; the most that there are where it was never down. */
    long upFor(long now) {
        return cameBack ? now - backSince : Long.MAX_VALUE;
    }

    void healthy(boolean is) {
        healthy = is;
    }

    /** Gives whether it wasn't before. */
    synchronized boolean eject() {
        boolean first = !ejected;
        ejected = true;
        return first;
    }

    synchronized void readmit() {
        ejected = false;
        failures.set(0);
    }
}
