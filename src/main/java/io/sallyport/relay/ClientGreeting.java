package io.sallyport.relay;

import io.sallyport.fault.Refusal;
import io.sallyport.profile.ProxyProtocol;
import io.sallyport.profile.Relay;
import io.sallyport.profile.StartTls;
import io.sallyport.protocol.DialogueHandler;
import io.sallyport.protocol.Endpoints;
import io.sallyport.protocol.ProxyHeaderHandler;
import io.sallyport.protocol.starttls.Dialogue;
import io.sallyport.protocol.starttls.Dialogues;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsContext;
import io.sallyport.tls.TlsFailure;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What comes before TLS on the client's side, in this order: the PROXY header, STARTTLS. Each part is a handler that
 * {@linkplain Leg#greet greets}, says what came, and leaves; what isn't awaited is passed over at once. {@link
 * Connection#greeted} follows, or {@link Connection#refused}.
 */
final class ClientGreeting implements ProxyHeaderHandler.Listener {

    private final Connection connection;
    private final Leg client;
    private final Relay relay;
    private final @Nullable TlsContext tls;
    private final Deadline deadline;
    private Refusal late = Refusal.HANDSHAKE_TIMEOUT;

    ClientGreeting(Connection connection, Leg client, RelayPlan plan, Deadline deadline) {
        this.connection = connection;
        this.client = client;
        this.relay = plan.relay();
        this.tls = plan.listen();
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

    /** From here on the time runs that a handshake may take, with all that is said before it. */
    private void headerRead() {
        late = Refusal.HANDSHAKE_TIMEOUT;
        if (!connection.mayGoOn()) {
            return;
        }
        if (tls == null) {
            connection.greeted();
            return;
        }
        deadline.set(relay.timeouts().handshake());
        StartTls protocol = relay.listen().startTls();
        if (protocol == null) {
            startTlsAsked();
        } else {
            Dialogue dialogue = Dialogues.server(protocol, tls.profile().trust().verify());
            client.greet(new DialogueHandler(Side.SERVER, dialogue, client));
        }
    }

    /** What is awaited behind STARTTLS goes in here. */
    void startTlsAsked() {
        connection.greeted();
    }

    private void refuse(Refusal refusal, String detail) {
        connection.refused(client, new TlsFailure(Side.SERVER, refusal, detail));
    }
}
