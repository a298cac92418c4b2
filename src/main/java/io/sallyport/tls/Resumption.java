package io.sallyport.tls;

import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.netty.internal.tcnative.SessionTicketKey;
import io.sallyport.pki.Material;
import io.sallyport.profile.Profile;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one context does so that a later connection can skip the full handshake: sessions kept by their id, tickets and
 * the keys that seal them, and the counts of it.
 */
final class Resumption implements SessionCounts.Live {

    private final long context;
    private final SessionCounts counts;
    private final @Nullable ServerSessions ids;
    private final @Nullable ClientSessions fromUpstreams;
    private final @Nullable TicketKeys keys;
    private List<TicketKey> installed = List.of();

    private Resumption(
            long context,
            SessionCounts counts,
            @Nullable ServerSessions ids,
            @Nullable ClientSessions fromUpstreams,
            @Nullable TicketKeys keys) {
        this.context = context;
        this.counts = counts;
        this.ids = ids;
        this.fromUpstreams = fromUpstreams;
        this.keys = keys;
    }

    /**
     * Sets up a context.
     *
     * @throws IOException if the ticket keys can't be read
     */
    static Resumption of(long context, Profile profile, Material material, Side side) throws IOException {
        Profile.Session wanted = profile.session();
        if (!wanted.enabled() || !wanted.tickets()) {
            // In TLS 1.3 that means no resumption: BoringSSL has no other kind there.
            SSLContext.setOptions(context, SSLContext.getOptions(context) | SSL.SSL_OP_NO_TICKET);
        }
        SSLContext.setSessionCacheMode(context, SSL.SSL_SESS_CACHE_OFF);
        SessionCounts counts = SessionCounts.of(profile.name());
        Resumption resumption;
        if (!wanted.enabled()) {
            resumption = new Resumption(context, counts, null, null, null);
        } else if (side == Side.SERVER) {
            resumption = server(context, profile, material, counts);
        } else {
            resumption = client(context, wanted, counts);
        }
        counts.add(resumption);
        return resumption;
    }

    private static Resumption server(long context, Profile profile, Material material, SessionCounts counts)
            throws IOException {
        Profile.Session wanted = profile.session();
        ServerSessions ids =
                new ServerSessions(wanted.cacheSize(), wanted.timeout().toNanos(), counts, System::nanoTime);
        SSLContext.setSessionIdContext(context, SessionIdContext.of(profile.trust(), material));
        SSLContext.setSessionCacheMode(
                context,
                SSL.SSL_SESS_CACHE_SERVER
                        | SSL.SSL_SESS_CACHE_NO_INTERNAL_LOOKUP
                        | SSL.SSL_SESS_CACHE_NO_INTERNAL_STORE);
        SSLContext.setSessionCacheTimeout(context, wanted.timeout().toSeconds());
        SSLContext.setSSLSessionCache(context, ids);
        Resumption resumption =
                new Resumption(context, counts, ids, null, wanted.tickets() ? ticketKeys(profile) : null);
        resumption.refresh(Instant.now());
        return resumption;
    }

    private static Resumption client(long context, Profile.Session wanted, SessionCounts counts) {
        ClientSessions sessions = new ClientSessions(
                wanted.cacheSize(), wanted.timeout().toSeconds(), counts, () -> System.currentTimeMillis() / 1000);
        SSLContext.setSessionCacheMode(context, SSL.SSL_SESS_CACHE_CLIENT);
        SSLContext.setSSLSessionCache(context, sessions);
        return new Resumption(context, counts, null, sessions, null);
    }

    private static TicketKeys ticketKeys(Profile profile) {
        Profile.Session wanted = profile.session();
        if (wanted.ticketKeys() != null) {
            return new TicketKeyDirectory(wanted.ticketKeys());
        }
        return MadeUpTicketKeys.of(profile.name()).source(wanted.ticketRotate(), wanted.timeout());
    }

    /**
     * Takes the ticket keys that are in force at {@code now}. Handshakes may go on meanwhile. Not to be called once
     * the context may be freed.
     *
     * @return whether they are others than before
     * @throws IOException if they can't be read; those from before stay
     */
    synchronized boolean refresh(Instant now) throws IOException {
        if (keys == null) {
            return false;
        }
        List<TicketKey> found = keys.at(now);
        if (found.equals(installed)) {
            return false;
        }
        SSLContext.setSessionTicketKeys(
                context, found.stream().map(TicketKey::toNative).toArray(SessionTicketKey[]::new));
        installed = found;
        return true;
    }

    /** When the ticket key that seals was made; null where there is none. */
    @Nullable
    Instant ticketKeySince(Instant now) throws IOException {
        return keys == null ? null : keys.sealingSince(now);
    }

    /** What upstreams gave; null on a server, and where sessions are off. */
    @Nullable
    ClientSessions fromUpstreams() {
        return fromUpstreams;
    }

    SessionCounts counts() {
        return counts;
    }

    @Override
    public long tickets(SessionCount which) {
        return switch (which) {
            case TICKETS_ISSUED -> SSLContext.sessionTicketKeyNew(context);
            case TICKETS_ACCEPTED ->
                SSLContext.sessionTicketKeyResume(context) + SSLContext.sessionTicketKeyRenew(context);
            case TICKETS_RENEWED -> SSLContext.sessionTicketKeyRenew(context);
            case TICKETS_REFUSED -> SSLContext.sessionTicketKeyFail(context);
            default -> 0;
        };
    }

    @Override
    public int cached() {
        return (ids == null ? 0 : ids.size()) + (fromUpstreams == null ? 0 : fromUpstreams.size());
    }

    /** Lets go of the sessions, and keeps the counts. Called once, before the context is freed. */
    void close() {
        counts.remove(this);
        if (ids != null) {
            ids.close();
        }
        if (fromUpstreams != null) {
            fromUpstreams.close();
        }
    }
}
