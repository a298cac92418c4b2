package io.sallyport.relay;

import io.sallyport.profile.Limits;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much connections may take: those of one relay, and those of all together. Every event loop asks it, so it counts
 * without a lock; the limits may change while it counts. A {@link Place} is what one connection has of it.
 */
public final class Admission {

    /** The limits in force, and the path of their section. */
    private record Rules(String section, Limits limits) {}

    /** Of a limit that isn't set there is nothing to give back. */
    private static final Runnable NOTHING = () -> {};

    private final @Nullable Admission total;
    private final LongSupplier clock;
    private final Descriptors descriptors;
    private final AtomicInteger open = new AtomicInteger();
    private final Places places = new Places();
    private final TokenBucket connections;
    private final TokenBucket handshakes;
    private final TokenBucket bytesIn;
    private final TokenBucket bytesOut;
    private volatile Rules rules;

    private Admission(@Nullable Admission total, Rules rules, LongSupplier clock, Descriptors descriptors) {
        this.total = total;
        this.clock = clock;
        this.descriptors = descriptors;
        this.connections = new TokenBucket(clock);
        this.handshakes = new TokenBucket(clock);
        this.bytesIn = new TokenBucket(clock);
        this.bytesOut = new TokenBucket(clock);
        this.rules = rules;
        fill(rules.limits());
    }

    /** For all relays together. */
    public static Admission total(Limits limits, Descriptors descriptors) {
        return total(limits, descriptors, System::nanoTime);
    }

    /** @param clock as {@link System#nanoTime} */
    static Admission total(Limits limits, Descriptors descriptors, LongSupplier clock) {
        return new Admission(null, new Rules("sallyport.limits", limits), clock, descriptors);
    }

    /** For one relay, whose connections count in {@code total} too. */
    static Admission within(Admission total, String relay, Limits limits) {
        return new Admission(total, ofRelay(relay, limits), total.clock, total.descriptors);
    }

    private static Rules ofRelay(String relay, Limits limits) {
        return new Rules("sallyport.relays." + relay + ".limits", limits);
    }

    /** Of all relays together, from now on. What is open stays. */
    public void limits(Limits limits) {
        rules = new Rules(rules.section(), limits);
        fill(limits);
    }

    /** Of one relay, which may have got another name, from now on. What is open stays. */
    void limits(String relay, Limits limits) {
        rules = ofRelay(relay, limits);
        fill(limits);
    }

    private void fill(Limits limits) {
        connections.rate(limits.connectionsPerSecond());
        handshakes.rate(limits.handshakesPerSecond());
        bytesIn.rate(limits.bytesPerSecond());
        bytesOut.rate(limits.bytesPerSecond());
    }

    /** How many are open. */
    public int open() {
        return open.get();
    }

    /** Of the process: there must be some left before anyone is accepted. */
    Descriptors descriptors() {
        return descriptors;
    }

    /** How many addresses and identities have connections that count against a limit of theirs. */
    int holders() {
        return places.holders();
    }

    /** Of all relays, where this one is of one. */
    @Nullable
    Admission total() {
        return total;
    }

    /**
     * Takes one of what {@code limit} is about.
     *
     * @param holder the address or the identity; something else where the limit has no holders
     * @return gives it back; null where nothing is left
     */
    @Nullable
    Runnable take(Limit limit, Object holder) {
        Integer maximum = limit.of(rules.limits());
        if (maximum == null) {
            return NOTHING;
        }
        return switch (limit) {
            case CONNECTIONS -> enter(maximum);
            case PER_ADDRESS, PER_IDENTITY -> places.enter(holder, maximum) ? () -> places.leave(holder) : null;
            case CONNECTIONS_PER_SECOND -> connections.take() ? connections::giveBack : null;
            case HANDSHAKES_PER_SECOND -> handshakes.take() ? handshakes::giveBack : null;
        };
    }

    private @Nullable Runnable enter(int maximum) {
        if (open.incrementAndGet() > maximum) {
            open.decrementAndGet();
            return null;
        }
        return open::decrementAndGet;
    }

    /** Says which key forbids it, and what it is. */
    String sentence(Limit limit) {
        Rules now = rules;
        return now.section() + "." + limit.word() + " is " + limit.of(now.limits());
    }

    /**
     * Counts payload that was read.
     *
     * @return nanoseconds for which its sender must not be read, since it is ahead of the limit; mostly 0
     */
    long charge(boolean fromClient, long bytes) {
        long wait = (fromClient ? bytesIn : bytesOut).charge(bytes);
        return total == null ? wait : Math.max(wait, total.charge(fromClient, bytes));
    }
}
