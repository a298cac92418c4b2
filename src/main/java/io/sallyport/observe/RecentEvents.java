package io.sallyport.observe;

import io.sallyport.fault.Refusal;
import io.sallyport.profile.Address;
import io.sallyport.relay.CloseReason;
import io.sallyport.relay.ConnectionView;
import io.sallyport.relay.RelayEvents;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsSession;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The last things that went wrong or changed, for those who look now: refusals, upstreams, reloads. The newest replaces the oldest, so
 * that a storm costs no memory. Nothing waits here: a writer takes a number and its slot.
 */
public final class RecentEvents implements RelayEvents {

    /** How many are kept. */
    public static final int CAPACITY = 500;

    /** A longer sentence is cut: it may hold a name of kilobytes that a peer sent. */
    private static final int MAX_DETAIL = 512;

    /** What kind of thing happened. */
    public enum Kind {
        HANDSHAKE_REFUSED,
        CONNECTION_REFUSED,
        UPSTREAM_NOT_REACHED,
        /** An upstream went down, or is up again. */
        UPSTREAM_CHANGED,
        /** The configuration was read again. */
        RELOADED;

        /** The stable code, as the API says it. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One of them.
     *
     * @param id counted from 1 in this process
     * @param connection id of the connection, or 0 where it is about none
     * @param relay null where it is about the whole configuration
     * @param profile null where an upstream could not be had
     * @param peer who was turned down, or what could not be reached; null where it isn't known
     * @param reason a code of docs/metrics.md; {@code up} or {@code down} of an upstream, and of a reload what came of it
     * @param openssl {@code X509_V_ERR_*}'s number, or 0
     * @param hint what to do, or null where the detail says it all
     */
    public record Event(
            long id,
            Instant at,
            Kind kind,
            long connection,
            @Nullable String relay,
            @Nullable String profile,
            @Nullable Side side,
            @Nullable String peer,
            String reason,
            int openssl,
            String detail,
            @Nullable String hint) {

        /** Cuts the detail where it is too long. */
        public Event {
            detail = detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL) + "…";
        }
    }

    /** What happened, but for its number and its time. */
    private interface Draft {
        Event event(long id, Instant at);
    }

    private final AtomicLong last = new AtomicLong();
    private final AtomicReferenceArray<@Nullable Event> ring = new AtomicReferenceArray<>(CAPACITY);

    /** The id of the newest one, or 0: lets a reader see cheaply whether there is something new. */
    public long last() {
        return last.get();
    }

    /**
     * The newest first.
     *
     * @param after only those with a greater id
     */
    public List<Event> newest(long after, int limit) {
        List<Event> found = new ArrayList<>();
        for (int i = 0; i < CAPACITY; i++) {
            Event event = ring.get(i);
            if (event != null && event.id() > after) {
                found.add(event);
            }
        }
        found.sort(Collections.reverseOrder((a, b) -> Long.compare(a.id(), b.id())));
        return List.copyOf(found.subList(0, Math.min(limit, found.size())));
    }

    @Override
    public void refused(ConnectionView connection, String profile, Side side, TlsFailure failure) {
        Refusal refusal = failure.refusal();
        Address upstream = connection.upstream();
        add((id, at) -> new Event(
                id,
                at,
                Kind.HANDSHAKE_REFUSED,
                connection.id(),
                connection.relay(),
                profile,
                side,
                side == Side.SERVER ? connection.clientAddress() : upstream == null ? null : upstream.toString(),
                refusal.code(),
                failure.number(),
                failure.detail(),
                refusal.hint()));
    }

    @Override
    public void dialFailed(ConnectionView connection, Address upstream, CloseReason reason, String detail) {
        add((id, at) -> new Event(
                id,
                at,
                Kind.UPSTREAM_NOT_REACHED,
                connection.id(),
                connection.relay(),
                null,
                null,
                upstream.toString(),
                reason.code(),
                0,
                detail,
                null));
    }

    @Override
    public void turnedAway(ConnectionView connection, CloseReason reason, String detail) {
        add((id, at) -> new Event(
                id,
                at,
                Kind.CONNECTION_REFUSED,
                connection.id(),
                connection.relay(),
                connection.profile(),
                null,
                connection.clientAddress(),
                reason.code(),
                0,
                detail,
                null));
    }

    @Override
    public void upstreamChanged(String relay, Address upstream, boolean up, String detail) {
        add((id, at) -> new Event(
                id,
                at,
                Kind.UPSTREAM_CHANGED,
                0,
                relay,
                null,
                null,
                upstream.toString(),
                up ? "up" : "down",
                0,
                detail,
                null));
    }

    /**
     * Tells that the configuration was read again.
     *
     * @param result what came of it
     * @param hint what to do, or null
     */
    public void reloaded(String result, String detail, @Nullable String hint) {
        add((id, at) -> new Event(id, at, Kind.RELOADED, 0, null, null, null, null, result, 0, detail, hint));
    }

    /** A writer that was overtaken by a whole round leaves the newer one in its slot. */
    private void add(Draft draft) {
        Event event = draft.event(last.incrementAndGet(), Instant.now());
        ring.accumulateAndGet(
                (int) (event.id() % CAPACITY),
                event,
                (old, next) -> old != null && next != null && old.id() > next.id() ? old : next);
    }

    @Override
    public void accepted(ConnectionView connection) {}

    @Override
    public void handshaken(ConnectionView connection, String profile, Side side, TlsSession session, long nanos) {}

    @Override
    public void closed(ConnectionView connection, CloseReason reason) {}

    @Override
    public void relayed(ConnectionView connection, boolean fromClient, long bytes) {}
}
