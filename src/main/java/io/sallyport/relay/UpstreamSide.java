package io.sallyport.relay;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.sallyport.profile.Address;
import io.sallyport.profile.ProxyProtocol;
import io.sallyport.profile.Relay;
import io.sallyport.protocol.DialogueHandler;
import io.sallyport.protocol.starttls.Dialogue;
import io.sallyport.tls.Side;
import io.sallyport.tls.Target;
import io.sallyport.tls.TlsContext;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsHandler;
import java.time.Duration;

/**
 * The connecting side of a connection, until bytes flow: {@link #dial looks for an upstream}, has it {@link #secure prove who
 * it is}, and tries once more or {@link #triesNext another one} where it doesn't. No byte of the client's goes there before. Runs
 * on the connection's event loop.
 */
final class UpstreamSide {

    private final Connection connection;
    private final Leg client;
    private final RelayServices services;
    private final Relay relay;
    private final Deadline deadline;
    private final UpstreamSearch search;

    private Leg leg;
    private Destination destination;
    private UpstreamGreeting greeting;
    private boolean retried;

    UpstreamSide(Connection connection, Leg client, RelayServices services, EventLoop loop, Deadline deadline) {
        this.connection = connection;
        this.client = client;
        this.services = services;
        this.relay = services.plan().relay();
        this.deadline = deadline;
        this.search = new UpstreamSearch(connection, this, services, loop);
        this.leg = new Leg(connection);
        this.destination = services.routes().own().destination();
        this.greeting = new UpstreamGreeting(this, relay.listen(), destination.connect());
    }

    /** The one that is tried now, or was found. */
    Leg leg() {
        return leg;
    }

    /** @param from the client's channel */
    void dial(Channel from, Destination to) {
        destination = to;
        greeting = new UpstreamGreeting(this, relay.listen(), to.connect());
        deadline.set(timeToDial());
        search.begin(from, to);
    }

    /** The dialler keeps its own time; this is for what it can't end, such as a resolver that never answers. */
    private Duration timeToDial() {
        return relay.timeouts().connect().plus(Ends.FAREWELL);
    }

    /** An upstream has taken the connection, and reads nothing yet. */
    void connected(Channel connected, Address address) {
        greeting.connected();
        if (greeting.isLeaving()) {
            attach(connected);
            greeting.listen();
            return;
        }
        if (!(connection.step() instanceof ConnectionState.Dialling dialling)) {
            connected.close();
            return;
        }
        connection.dialled(address);
        attach(connected);
        TlsContext tls = destination.tls();
        if (tls == null
                && !greeting.isAwaited()
                && StartTlsParts.behind(relay.listen(), destination.connect()) == null) {
            connection.reached(dialling.pump());
            return;
        }
        deadline.set(relay.timeouts().handshake());
        ConnectionState.Securing securing = dialling.connected();
        connection.enter(securing);
        Dialogue dialogue = StartTlsParts.before(destination, address);
        if (greetsInPlain()) {
            greeting.listen();
        } else if (dialogue != null) {
            talk(dialogue);
        } else if (tls != null) {
            secure(address, tls);
        } else {
            secured(securing);
        }
    }

    /** Whether its greeting, which the client must hear, comes before any TLS. */
    private boolean greetsInPlain() {
        return greeting.isAwaited() && (destination.tls() == null || greeting.isBeforeTls());
    }

    private void attach(Channel connected) {
        leg.attach(connected);
        ProxyProtocol.Send header = destination.connect().proxyProtocol();
        if (header != null) {
            leg.send(ProxyHeaders.toSend(
                    header, connection.endpoints(), connection.clientSession(), client::certificate));
        }
    }

    /** Has the upstream hear and say what is no part of the client's stream. */
    DialogueHandler talk(Dialogue dialogue) {
        DialogueHandler handler = new DialogueHandler(Side.CLIENT, dialogue, leg);
        leg.greet(handler);
        return handler;
    }

    /** The upstream has said what comes before TLS, or before the first byte for the client. */
    void agreed(ConnectionState.Securing securing) {
        TlsContext tls = destination.tls();
        Address address = connection.upstream();
        Dialogue toClient = greeting.heard();
        if (toClient != null) {
            connection.greet(securing, toClient);
        } else if (tls != null && address != null && !leg.isSecured()) {
            secure(address, tls);
        } else {
            reached(securing);
        }
    }

    /** The client has answered the greeting, and proven who it is where it has to. Called before its answer is read. */
    void answered(ConnectionState.Securing securing) {
        deadline.set(relay.timeouts().handshake());
        greeting.answered(client);
        if (!greeting.isBeforeTls()) {
            reached(securing);
        }
    }

    /** What its client must hear of it, before there is anything else. */
    UpstreamGreeting greeting() {
        return greeting;
    }

    private void reached(ConnectionState.Securing securing) {
        greeting.reached();
        connection.reached(securing.handshaken());
    }

    /** Has the upstream prove who it is. */
    private void secure(Address address, TlsContext tls) {
        Target target = UpstreamTls.target(tls, destination.connect(), address);
        leg.secure(
                retried
                        ? TlsHandler.clientWithoutSession(tls, target, services.workers(), leg)
                        : TlsHandler.client(tls, target, services.workers(), leg));
    }

    /** What was to be proven is. A client of STARTTLS has been greeted already, so the upstream's greeting isn't for it. */
    void secured(ConnectionState.Securing securing) {
        Dialogue dialogue = StartTlsParts.behind(relay.listen(), destination.connect());
        if (greeting.isAwaited()) {
            greeting.listen();
        } else if (dialogue != null) {
            talk(dialogue);
        } else {
            reached(securing);
        }
    }

    /** The greeting that the client is still owed: empty where the upstream's own goes through. */
    byte[] owed() {
        return StartTlsParts.owed(relay.listen(), destination.connect());
    }

    /**
     * Whether the handshake that has just failed is done anew without a session: the upstream may not like the one that it was
     * offered. No byte of the client's is lost: all are held still. Not where the client has answered the greeting of this one.
     */
    boolean triesAnew() {
        if (!(connection.step() instanceof ConnectionState.Securing securing)
                || !leg.isSessionOffered()
                || retried
                || greeting.isHeard()) {
            return false;
        }
        retried = true;
        dialOn(securing);
        search.again();
        return true;
    }

    /** Whether another upstream is tried after one whose handshake has failed: no byte of the client's has gone there. */
    boolean triesNext(TlsFailure failure) {
        if (greeting.isTheUpstreams(failure, destination.connect())) {
            search.failed();
        }
        greeting.stop();
        if (!(connection.step() instanceof ConnectionState.Securing securing)
                || greeting.isHeard()
                || !search.hasMore()) {
            return false;
        }
        retried = false;
        dialOn(securing);
        search.resume();
        return true;
    }

    private void dialOn(ConnectionState.Securing securing) {
        leg.dismiss();
        leg = new Leg(connection);
        connection.enter(securing.again());
        deadline.set(timeToDial());
    }

    /** It is the right one. */
    void found() {
        search.end();
    }

    /** The connection ends; what was sent there may still be read. */
    void farewell(End how) {
        if (!greeting.leave(greetsInPlain() && search.isConnecting() && search.finish())) {
            search.cancel();
            leg.farewell(how);
        }
    }

    /** Ends at once. */
    void abort() {
        search.cancel();
        leg.abort();
    }

    boolean isGone() {
        return leg.isGone() && !search.isConnecting();
    }

    /** The connection is over: it no longer counts at its upstream. */
    void leave() {
        search.leave();
    }
}
