package io.sallyport.relay;

import io.netty.channel.Channel;
import io.sallyport.fault.Alert;
import io.sallyport.fault.Refusal;
import io.sallyport.profile.ProxyProtocol;
import io.sallyport.profile.Relay;
import io.sallyport.profile.StartTls;
import io.sallyport.protocol.ClientHello;
import io.sallyport.protocol.ClientHelloHandler;
import io.sallyport.protocol.DialogueHandler;
import io.sallyport.protocol.Endpoints;
import io.sallyport.protocol.ProxyHeaderHandler;
import io.sallyport.protocol.starttls.Dialogue;
import io.sallyport.protocol.starttls.Dialogues;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsContext;
import io.sallyport.tls.TlsFailure;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What comes before TLS on the client's side, in this order: the PROXY header, STARTTLS; and, looked at only, the
 * ClientHello, where routes depend on it. Each part is a handler that
 * {@linkplain Leg#greet greets}, says what came, and leaves; what isn't awaited is passed over at once. {@link
 * Connection#greeted} follows, or {@link Ends#refused}.
 */
final class ClientGreeting implements ProxyHeaderHandler.Listener, ClientHelloHandler.Listener {

    private final Connection connection;
    private final Leg client;
    private final RelayServices services;
    private final Relay relay;
    private final @Nullable TlsContext tls;
    private final Deadline deadline;
    private Refusal late = Refusal.HANDSHAKE_TIMEOUT;

    ClientGreeting(Connection connection, Leg client, RelayServices services, Deadline deadline) {
        this.connection = connection;
        this.client = client;
        this.services = services;
        this.relay = services.plan().relay();
        this.tls = services.plan().listen();
        this.deadline = deadline;
    }

    /** What it is when the deadline passes now. */
    Refusal late() {
        return late;
    }

    void begin(Channel channel) {
        ProxyProtocol.Accept header = ProxyHeaders.expectedFrom(channel, relay);
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
        if (tls == null && !services.routes().isAny()) {
            connection.greeted(List.of(services.routes().own()));
            return;
        }
        deadline.set(relay.timeouts().handshake());
        StartTls protocol = relay.listen().startTls();
        if (protocol == null || tls == null) {
            startTlsAsked();
        } else if (StartTlsParts.isUpstreamFirst(relay.listen())) {
            connection.fetchGreeting();
        } else {
            Dialogue dialogue = Dialogues.server(protocol, tls.profile().trust().verify());
            client.greet(new DialogueHandler(Side.SERVER, dialogue, client));
        }
    }

    /** What the ClientHello says is asked only where something depends on it. */
    void startTlsAsked() {
        if (services.routes().isAny()) {
            client.greet(new ClientHelloHandler(this));
        } else {
            connection.greeted(List.of(services.routes().own()));
        }
    }

    @Override
    public void hello(ClientHello hello) {
        if (!connection.isGreeting()) {
            return;
        }
        connection.asked(hello.serverName());
        Routes.Choice choice = services.routes().choose(hello);
        if (choice instanceof Routes.Choice.Taken taken) {
            connection.greeted(taken.ways());
        } else if (choice instanceof Routes.Choice.Refused refused) {
            alert(Objects.requireNonNull(refused.refusal().alert()));
            refuse(refused.refusal(), refused.detail());
        }
    }

    /** It can't name anything: it goes where a ClientHello without a word goes. */
    @Override
    public void notTls() {
        if (services.routes().isStrict()) {
            refuse(Refusal.NOT_TLS, "the connection doesn't begin with a TLS record");
        } else {
            hello(ClientHello.SILENT);
        }
    }

    @Override
    public void badHello(Alert alert, String detail) {
        alert(alert);
        refuse(Refusal.BAD_HANDSHAKE, detail);
    }

    @Override
    public void helloCut() {
        refuse(Refusal.PEER_CLOSED, "the peer closed the connection within the ClientHello");
    }

    /** A fatal alert before there are keys: a record in plain (RFC 8446, sections 5.1 and 6). */
    private void alert(Alert alert) {
        client.send(new byte[] {21, 3, 3, 0, 2, 2, (byte) alert.number()});
    }

    private void refuse(Refusal refusal, String detail) {
        connection.ends().refused(client, new TlsFailure(Side.SERVER, refusal, detail));
    }
}
