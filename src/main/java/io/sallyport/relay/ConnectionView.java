package io.sallyport.relay;

import io.sallyport.profile.Address;
import io.sallyport.tls.TlsSession;
import org.jspecify.annotations.Nullable;

/**
 * What may be seen of a connection from outside. Every method may be called on any thread: values are
 * at most a moment old, and never block the data path.
 */
public interface ConnectionView {

    /** Unique in this process, counted from 1. */
    long id();

    /** Name of the relay. */
    String relay();

    /** Name of the route that it takes; null before that is known, and where it is the relay's own way. */
    @Nullable
    String route();

    /** Name of the profile that the client meets; null where it meets plain TCP. */
    @Nullable
    String profile();

    /**
     * Where the client comes from, {@code host:port}: its socket address, or what a trusted proxy's PROXY header says;
     * {@code unix:} where it comes through a unix socket.
     */
    String clientAddress();

    /** The socket address of the proxy that said so, {@code host:port} or {@code unix:}; null where there is none. */
    @Nullable
    String proxyAddress();

    /** The upstream that was dialled last, or null before. */
    @Nullable
    Address upstream();

    /** What was agreed with the client, or null before, or where that side is plain. */
    @Nullable
    TlsSession clientSession();

    /** What was agreed with the upstream, or null before, or where that side is plain. */
    @Nullable
    TlsSession upstreamSession();

    /** The step of the way that it is on: {@code greeting}, {@code handshaking}, {@code holding}, {@code dialling}, {@code securing}, {@code answering}, {@code relaying}, {@code closing} or {@code closed}. */
    String state();

    /** Payload bytes from the client to the upstream. */
    long bytesIn();

    /** Payload bytes from the upstream to the client. */
    long bytesOut();

    /** When it was accepted, milliseconds since the epoch. */
    long openedAt();

    /** Who ended its stream first, {@code client} or {@code upstream}; null while both are open, or where we ended it. */
    @Nullable
    String closedFirst();

    /** The name of the server that the client asks for (SNI); null where it isn't known, or names none. */
    default @Nullable String serverName() {
        TlsSession session = clientSession();
        return session == null ? null : session.serverName();
    }

    /** Ends it with {@link CloseReason#CLOSED_BY_OPERATOR}; a second call does nothing. */
    void close();

    /** Ends it in good order with {@link CloseReason#STOPPED}, for one on which nothing moves. */
    void finish();
}
