package io.sallyport.relay;

import io.sallyport.profile.Address;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsSession;

/**
 * What happens to connections. Called on the connection's event loop, in the order of events: an implementation
 * must not block. {@link #accepted} comes first and {@link #closed} last, each exactly once.
 */
public interface RelayEvents {

    void accepted(ConnectionView connection);

    /** @param nanos from the side's first byte or connected socket until the handshake was done */
    void handshaken(ConnectionView connection, String profile, Side side, TlsSession session, long nanos);

    void refused(ConnectionView connection, String profile, Side side, TlsFailure failure);

    /** TLS broke after the handshake: a bad record, or a renegotiation; {@link #closed} follows. */
    default void broken(ConnectionView connection, String profile, Side side, TlsFailure failure) {}

    /** One upstream address failed; the next one may still be tried. */
    void dialFailed(ConnectionView connection, Address upstream, CloseReason reason, String detail);

    /** A limit keeps a connection from going on; {@link #closed} follows. */
    default void turnedAway(ConnectionView connection, CloseReason reason, String detail) {}

    void closed(ConnectionView connection, CloseReason reason);

    /** Payload moved in one direction since the last call; frequent, so it must be cheap. */
    void relayed(ConnectionView connection, boolean fromClient, long bytes);

    /** A side isn't read for a while, since it is ahead of {@code bytes-per-second}. */
    default void throttled(ConnectionView connection, boolean fromClient, long nanos) {}

    /** For want of descriptors, mostly, nothing can be accepted; it is tried again after a second. On the acceptor's loop. */
    default void acceptFailed(String relay, String detail) {}

    /** An upstream has come up or gone down, as checks or connections have it; not on any connection's behalf. */
    default void upstreamChanged(String relay, Address upstream, boolean up, String detail) {}

    /** Passes everything on; a subclass adds what it needs. */
    class Forwarding implements RelayEvents {

        private final RelayEvents next;

        protected Forwarding(RelayEvents next) {
            this.next = next;
        }

        @Override
        public void accepted(ConnectionView connection) {
            next.accepted(connection);
        }

        @Override
        public void handshaken(ConnectionView connection, String profile, Side side, TlsSession session, long nanos) {
            next.handshaken(connection, profile, side, session, nanos);
        }

        @Override
        public void refused(ConnectionView connection, String profile, Side side, TlsFailure failure) {
            next.refused(connection, profile, side, failure);
        }

        @Override
        public void broken(ConnectionView connection, String profile, Side side, TlsFailure failure) {
            next.broken(connection, profile, side, failure);
        }

        @Override
        public void dialFailed(ConnectionView connection, Address upstream, CloseReason reason, String detail) {
            next.dialFailed(connection, upstream, reason, detail);
        }

        @Override
        public void turnedAway(ConnectionView connection, CloseReason reason, String detail) {
            next.turnedAway(connection, reason, detail);
        }

        @Override
        public void throttled(ConnectionView connection, boolean fromClient, long nanos) {
            next.throttled(connection, fromClient, nanos);
        }

        @Override
        public void closed(ConnectionView connection, CloseReason reason) {
            next.closed(connection, reason);
        }

        @Override
        public void upstreamChanged(String relay, Address upstream, boolean up, String detail) {
            next.upstreamChanged(relay, upstream, up, detail);
        }

        @Override
        public void acceptFailed(String relay, String detail) {
            next.acceptFailed(relay, detail);
        }

        @Override
        public void relayed(ConnectionView connection, boolean fromClient, long bytes) {
            next.relayed(connection, fromClient, bytes);
        }
    }
}
