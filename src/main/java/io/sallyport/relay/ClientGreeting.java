package io.sallyport.relay;

import io.sallyport.fault.Refusal;
import io.sallyport.profile.ProxyProtocol;
import io.sallyport.profile.Relay;
import io.sallyport.protocol.Endpoints;
import io.sallyport.protocol.ProxyHeaderHandler;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsFailure;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What comes before TLS on the client's side, in this order: the PROXY header. Each part is a handler that
 * {@linkplain Leg#greet greets}, says what came, and leaves; what isn't awaited is passed over at once. {@link
 * Connection#greeted} follows, or {@link Connection#refused}.
 */
final class ClientGreeting implements ProxyHeaderHandler.Listener {

    private final Connection connection;
    private final Leg client;
    private final Relay relay;
    private final Deadline deadline;
    private Refusal late = Refusal.HANDSHAKE_TIMEOUT;

    ClientGreeting(Connection connection, Leg client, Relay relay, Deadline deadline) {
        this.connection = connection;
        this.client = client;
        this.relay = relay;
        this.deadline = deadline;
    }

    /** What it is when the deadline passes now. */
    Refusal late() {
        return late;
    }

    void begin(@Nullable SocketAddress peer) {
        ProxyProtocol.Accept header = ProxyHeaders.expectedFrom(peer, relay);
        if (header == null) {
            headerRead();
        } else {
            late = Refusal.PROXY_HEADER_TIMEOUT;
            deadline.set(header.deadline());
            client.greet(new ProxyHeaderHandler(header.versions(), this));
        }
    }

    @Override
    public void proxied(@Nullable Endpoints endpoints) {
        if (connection.isGreeting()) {
            if (endpoints != null) {
                connection.proxied(endpoints);
            }
            headerRead();
        }
    }

    @Override
    public void unproxied(String detail) {
        refuse(Refusal.NO_PROXY_HEADER, detail);
    }

    /** What is awaited behind the PROXY header goes in here. */
    private void headerRead() {
        late = Refusal.HANDSHAKE_TIMEOUT;
        connection.greeted();
    }

    private void refuse(Refusal refusal, String detail) {
        connection.refused(client, new TlsFailure(Side.SERVER, refusal, detail));
    }
}
