package io.sallyport.observe;

import io.sallyport.profile.Address;
import io.sallyport.relay.CloseReason;
import io.sallyport.relay.ConnectionView;
import io.sallyport.relay.RelayEvents;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsSession;

/** Tells each event to several listeners, in the order in which they were given. */
public final class FanOut implements RelayEvents {

    private final RelayEvents[] listeners;

    public FanOut(RelayEvents... listeners) {
        this.listeners = listeners.clone();
    }

    @Override
    public void accepted(ConnectionView connection) {
        for (RelayEvents listener : listeners) {
            listener.accepted(connection);
        }
    }

    @Override
    public void handshaken(ConnectionView connection, String profile, Side side, TlsSession session, long nanos) {
        for (RelayEvents listener : listeners) {
            listener.handshaken(connection, profile, side, session, nanos);
        }
    }

    @Override
    public void refused(ConnectionView connection, String profile, Side side, TlsFailure failure) {
        for (RelayEvents listener : listeners) {
            listener.refused(connection, profile, side, failure);
        }
    }

    @Override
    public void broken(ConnectionView connection, String profile, Side side, TlsFailure failure) {
        for (RelayEvents listener : listeners) {
            listener.broken(connection, profile, side, failure);
        }
    }

    @Override
    public void dialFailed(ConnectionView connection, Address upstream, CloseReason reason, String detail) {
        for (RelayEvents listener : listeners) {
            listener.dialFailed(connection, upstream, reason, detail);
        }
    }

    @Override
    public void turnedAway(ConnectionView connection, CloseReason reason, String detail) {
        for (RelayEvents listener : listeners) {
            listener.turnedAway(connection, reason, detail);
        }
    }

    @Override
    public void throttled(ConnectionView connection, boolean fromClient, long nanos) {
        for (RelayEvents listener : listeners) {
            listener.throttled(connection, fromClient, nanos);
        }
    }

    @Override
    public void closed(ConnectionView connection, CloseReason reason) {
        for (RelayEvents listener : listeners) {
            listener.closed(connection, reason);
        }
    }

    @Override
    public void upstreamChanged(String relay, Address upstream, boolean up, String detail) {
        for (RelayEvents listener : listeners) {
            listener.upstreamChanged(relay, upstream, up, detail);
        }
    }

    @Override
    public void acceptFailed(String relay, String detail) {
        for (RelayEvents listener : listeners) {
            listener.acceptFailed(relay, detail);
        }
    }

    @Override
    public void relayed(ConnectionView connection, boolean fromClient, long bytes) {
        for (RelayEvents listener : listeners) {
            listener.relayed(connection, fromClient, bytes);
        }
    }
}
