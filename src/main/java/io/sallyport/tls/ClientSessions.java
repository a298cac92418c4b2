package io.sallyport.tls;

import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLSession;
import io.netty.internal.tcnative.SSLSessionCache;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * The sessions that upstreams gave to the connections of one context, kept for each {@link Target}. A TLS 1.3 session is
 * offered once (RFC 8446, appendix C.4); one of TLS 1.2 as often as it will do.
 *
 * <p>BoringSSL calls it on event loops, in the middle of a handshake or a read; what it holds is a reference to a native
 * object.
 */
final class ClientSessions implements SSLSessionCache {

    /** To BoringSSL, which asks servers only: there is none. */
    private static final long NONE = -1;

    /** Servers give one or two with each handshake. A few more let connections that are made at once all resume. */
    private static final int MOST_OF_ONE_TARGET = 8;

    private record Kept(long session, long endsAt) {}

    /** Whom an {@code SSL} meets: BoringSSL hands over no more than its address. */
    private final ConcurrentMap<Long, Target> targets = new ConcurrentHashMap<>();

    /** The newest session last, and the target used last, last. */
    private final Map<Target, Deque<Kept>> byTarget = new LinkedHashMap<>(16, 0.75f, true);

    private final int capacity;
    private final long lifetimeSeconds;
    private final SessionCounts counts;
    private final LongSupplier epochSeconds;
    private int size;
    private boolean closed;

    /** @param epochSeconds the clock that sessions are dated by */
    ClientSessions(int capacity, long lifetimeSeconds, SessionCounts counts, LongSupplier epochSeconds) {
        this.capacity = capacity;
        this.lifetimeSeconds = lifetimeSeconds;
        this.counts = counts;
        this.epochSeconds = epochSeconds;
    }

    /** From now on the sessions that this {@code SSL} is given are kept for {@code target}, until {@link #leave}. */
    void enter(long ssl, Target target) {
        targets.put(ssl, target);
    }

    /** The {@code SSL} is about to be freed. */
    void leave(long ssl) {
        targets.remove(ssl);
    }

    /**
     * {@code SSL_set_session}, where there is a session for the target.
     *
     * @return whether one is offered
     */
    synchronized boolean offer(long ssl, Target target) {
        Deque<Kept> kept = byTarget.get(target);
        if (kept == null) {
            counts.increment(SessionCount.MISSES);
            return false;
        }
        Kept newest = kept.getLast();
        if (newest.endsAt() <= epochSeconds.getAsLong()) {
            counts.increment(SessionCount.TIMEOUTS);
            forget(target); // The others are older still.
            return false;
        }
        counts.increment(SessionCount.HITS);
        SSL.setSession(ssl, newest.session());
        if (SSLSession.shouldBeSingleUse(newest.session())) {
            kept.removeLast();
            drop(newest);
            if (kept.isEmpty()) {
                byTarget.remove(target);
            }
        }
        return true;
    }

    @Override
    public synchronized boolean sessionCreated(long ssl, long session) {
        Target target = targets.get(ssl);
        if (target == null || closed) {
            return false;
        }
        if (!SSLSession.shouldBeSingleUse(session)) {
            forget(target); // The newest will do for all.
        }
        long lifetime = Math.min(SSLSession.getTimeout(session), lifetimeSeconds);
        Deque<Kept> kept = byTarget.computeIfAbsent(target, t -> new ArrayDeque<>(2));
        kept.addLast(new Kept(session, SSLSession.getTime(session) + lifetime));
        size++;
        if (kept.size() > MOST_OF_ONE_TARGET) {
            drop(kept.removeFirst());
        }
        if (size > capacity) {
            counts.increment(SessionCount.EVICTED);
            dropOldest();
        }
        return true;
    }

    /** Of the target that wasn't used for longest. */
    private void dropOldest() {
        Iterator<Deque<Kept>> leastUsedFirst = byTarget.values().iterator();
        Deque<Kept> kept = leastUsedFirst.next();
        drop(kept.removeFirst());
        if (kept.isEmpty()) {
            leastUsedFirst.remove();
        }
    }

    private void drop(Kept kept) {
        size--;
        SSLSession.free(kept.session());
    }

    @Override
    public long getSession(long ssl, byte[] id) {
        return NONE;
    }

    /** Whether there is one to offer, be it too old. */
    synchronized boolean has(Target target) {
        return byTarget.containsKey(target);
    }

    /** Drops all of a target, after a handshake that offered one of them failed. */
    synchronized void forget(Target target) {
        Deque<Kept> kept = byTarget.remove(target);
        if (kept != null) {
            kept.forEach(this::drop);
        }
    }

    synchronized int size() {
        return size;
    }

    /** Lets go of all, and keeps none from now on. */
    synchronized void close() {
        closed = true;
        byTarget.values().forEach(kept -> kept.forEach(this::drop));
        byTarget.clear();
    }
}
