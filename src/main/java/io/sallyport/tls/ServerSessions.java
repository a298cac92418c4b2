package io.sallyport.tls;

import io.netty.internal.tcnative.SSLSession;
import io.netty.internal.tcnative.SSLSessionCache;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The TLS 1.2 sessions that clients of one context may resume by id. Ours in place of BoringSSL's own, which counts
 * nothing. All live equally long, so the oldest is also the first to end: it goes first when the store is full.
 *
 * <p>BoringSSL calls it on event loops, in the middle of a handshake; what it holds is a reference to a native object.
 */
final class ServerSessions implements SSLSessionCache {

    /** To BoringSSL: there is none. */
    private static final long NONE = -1;

    private record Kept(long session, long endsAt) {}

    private final Map<ByteBuffer, Kept> byId = new LinkedHashMap<>();
    private final int capacity;
    private final long lifetimeNanos;
    private final SessionCounts counts;
    private final LongSupplier nanoTime;
    private boolean closed;

    /** @param nanoTime {@link System#nanoTime}, or the clock of a test */
    ServerSessions(int capacity, long lifetimeNanos, SessionCounts counts, LongSupplier nanoTime) {
        this.capacity = capacity;
        this.lifetimeNanos = lifetimeNanos;
        this.counts = counts;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized boolean sessionCreated(long ssl, long session) {
        byte[] id = SSLSession.getSessionId(session);
        if (id == null || closed) {
            return false;
        }
        long now = nanoTime.getAsLong();
        dropEnded(now);
        Kept before = byId.put(ByteBuffer.wrap(id), new Kept(session, now + lifetimeNanos));
        if (before != null) {
            SSLSession.free(before.session());
        }
        if (byId.size() > capacity) {
            counts.increment(SessionCount.EVICTED);
            dropOldest();
        }
        return true;
    }

    @Override
    public synchronized long getSession(long ssl, byte[] id) {
        Kept kept = byId.get(ByteBuffer.wrap(id));
        if (kept == null) {
            counts.increment(SessionCount.MISSES);
            return NONE;
        }
        if (kept.endsAt() - nanoTime.getAsLong() <= 0) {
            counts.increment(SessionCount.TIMEOUTS);
            byId.remove(ByteBuffer.wrap(id));
            SSLSession.free(kept.session());
            return NONE;
        }
        counts.increment(SessionCount.HITS);
        SSLSession.upRef(kept.session()); // The handshake's own reference: another loop may evict ours meanwhile.
        return kept.session();
    }

    private void dropEnded(long now) {
        Iterator<Kept> oldestFirst = byId.values().iterator();
        while (oldestFirst.hasNext()) {
            Kept oldest = oldestFirst.next();
            if (oldest.endsAt() - now > 0) {
                return;
            }
            oldestFirst.remove();
            SSLSession.free(oldest.session());
        }
    }

    private void dropOldest() {
        Iterator<Kept> oldestFirst = byId.values().iterator();
        Kept oldest = oldestFirst.next();
        oldestFirst.remove();
        SSLSession.free(oldest.session());
    }

    synchronized int size() {
        return byId.size();
    }

    /** Lets go of all, and keeps none from now on. */
    synchronized void close() {
        closed = true;
        byId.values().forEach(kept -> SSLSession.free(kept.session()));
        byId.clear();
    }
}
