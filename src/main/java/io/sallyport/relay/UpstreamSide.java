package io.sallyport.relay;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.sallyport.fault.Refusal;
import io.sallyport.profile.Address;
import io.sallyport.profile.ProxyProtocol;
import io.sallyport.profile.Relay;
import io.sallyport.protocol.DialogueHandler;
import io.sallyport.protocol.MySqlNumbersHandler;
import io.sallyport.protocol.starttls.Dialogue;
import io.sallyport.protocol.starttls.MySqlLogin;
import io.sallyport.tls.Side;
import io.sallyport.tls.Target;
import io.sallyport.tls.TlsContext;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsHandler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The connecting side of a connection, until bytes flow: {@link #dial looks for an upstream}, has it {@link #secure prove who
 * it is}, and tries once more or {@link #triesNext another one} where it doesn't. No byte of the client's goes there before. Runs
 * on the connection's event loop.
 */
final class UpstreamSide {

    private static final Duration LEAST_PATIENCE = Duration.ofMillis(1);

    /** One that leaves so soon behind its greeting has not waited for the client. */
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private final Connection connection;
    private final Leg client;
    private final RelayServices services;
    private final Relay relay;
    private final Deadline deadline;
    private final UpstreamSearch search;

    private Leg leg;
    private Destination destination;
    private @Nullable MySqlLogin login;
    private boolean retried;
    private long connectedAt;
    /** Whether the upstream's greeting is awaited, for the client. */
    private boolean listening;
    /** Sees to it that an upstream that has greeted its client says nothing more, until that answers. */
    private @Nullable DialogueHandler waiting;
    /** Whether the connection ends, but its upstream isn't left yet. */
    private boolean leaving;

    UpstreamSide(Connection connection, Leg client, RelayServices services, EventLoop loop, Deadline deadline) {
        this.connection = connection;
        this.client = client;
        this.services = services;
        this.relay = services.plan().relay();
        this.deadline = deadline;
        this.search = new UpstreamSearch(connection, this, services, loop);
        this.leg = new Leg(connection);
        this.destination = services.routes().own().destination();
    }

    /** The one that is tried now, or was found. */
    Leg leg() {
        return leg;
    }

    /** @param from the client's channel */
    void dial(Channel from, Destination to) {
        destination = to;
        login = StartTlsParts.login(relay.listen(), to.connect());
        deadline.set(timeToDial());
        search.begin(from, to);
    }

    /** The dialler keeps its own time; this is for what it can't end, such as a resolver that never answers. */
    private Duration timeToDial() {
        return relay.timeouts().connect().plus(Ends.FAREWELL);
    }

    /** An upstream has taken the connection, and reads nothing yet. */
    void connected(Channel connected, Address address) {
        connectedAt = System.nanoTime();
        if (leaving) {
            attach(connected);
            listen();
            return;
        }
        if (!(connection.step() instanceof ConnectionState.Dialling dialling)) {
            connected.close();
            return;
        }
        connection.dialled(address);
        attach(connected);
        TlsContext tls = destination.tls();
        if (tls == null && login == null && StartTlsParts.behind(relay.listen(), destination.connect()) == null) {
            connection.reached(dialling.pump());
            return;
        }
        deadline.set(relay.timeouts().handshake());
        ConnectionState.Securing securing = dialling.connected();
        connection.enter(securing);
        Dialogue dialogue = StartTlsParts.before(destination, address);
        if (login != null && (tls == null || login.isServerAsked())) {
            listen();
        } else if (dialogue != null) {
            talk(dialogue);
        } else if (tls != null) {
            secure(address, tls);
        } else {
            secured(securing);
        }
    }

    private void attach(Channel connected) {
        leg.attach(connected);
        ProxyProtocol.Send header = destination.connect().proxyProtocol();
        if (header != null) {
            leg.send(ProxyHeaders.toSend(
                    header, connection.endpoints(), connection.clientSession(), client::certificate));
        }
    }

    private void listen() {
        if (login != null) {
            listening = true;
            talk(login.greeting());
        }
    }

    private DialogueHandler talk(Dialogue dialogue) {
        DialogueHandler handler = new DialogueHandler(Side.CLIENT, dialogue, leg);
        leg.greet(handler);
        return handler;
    }

    /** The upstream has said what comes before TLS, or before the first byte for the client. */
    void agreed(ConnectionState.Securing securing) {
        TlsContext tls = destination.tls();
        Address address = connection.upstream();
        if (listening && login != null) {
            listening = false;
            waiting = talk(login.silence());
            connection.greet(securing, login.client());
        } else if (tls != null && address != null && !leg.isSecured()) {
            secure(address, tls);
        } else {
            reached(securing);
        }
    }

    /** Whether the client awaits the greeting of an upstream, and hasn't had any. */
    boolean isGreetingAwaited() {
        return login != null && !login.isGreeted();
    }

    /** Whether the client was greeted by an upstream, which waits for its answer. */
    boolean isWaiting() {
        return waiting != null;
    }

    /** How long the client may take to answer the greeting: less than the upstream waits, which counts from its accept. */
    Duration patience() {
        Duration used = Duration.ofNanos(System.nanoTime() - connectedAt);
        Duration left =
                relay.timeouts().handshake().multipliedBy(3).dividedBy(4).minus(used);
        return left.compareTo(LEAST_PATIENCE) < 0 ? LEAST_PATIENCE : left;
    }

    /** Whether the client is at this upstream, and can be at no other any more. */
    private boolean isChosen() {
        return login != null && login.isGreeted();
    }

    /** Awaits the answer of a client in TLS. */
    Dialogue response() {
        return login().response();
    }

    boolean isAnswered() {
        return login().isAnswered();
    }

    private MySqlLogin login() {
        if (login == null) {
            throw new IllegalStateException("nobody greeted the client");
        }
        return login;
    }

    /** The client has answered the greeting, and proven who it is where it has to. Called before its answer is read. */
    void answered(ConnectionState.Securing securing) {
        deadline.set(relay.timeouts().handshake());
        if (waiting != null && waiting.isHolding()) {
            leg.failed(injected());
            return;
        }
        stopWaiting();
        if (login().isRenumbered()) {
            client.greet(new MySqlNumbersHandler(login().fromClient()));
        }
        if (login().isServerAsked()) {
            talk(login().request());
        } else {
            reached(securing);
        }
    }

    private void stopWaiting() {
        if (waiting != null) {
            leg.ungreet(waiting);
            waiting = null;
        }
    }

    private static TlsFailure injected() {
        Refusal refusal = Refusal.STARTTLS_INJECTION;
        return new TlsFailure(
                Side.CLIENT,
                refusal,
                refusal.number(),
                "the server said more than its greeting",
                TlsFailure.Phase.STARTTLS,
                null);
    }

    private void reached(ConnectionState.Securing securing) {
        if (login != null && login.isRenumbered()) {
            leg.greet(new MySqlNumbersHandler(login.fromServer()));
        }
        connection.reached(securing.handshaken());
    }

    /** What tells a client that waits for an upstream's word that there is none; empty where its protocol has no word for that. */
    byte[] regret() {
        return login == null ? new byte[0] : login.noServer();
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
        if (isGreetingAwaited()) {
            listen();
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
                || isChosen()) {
            return false;
        }
        retried = true;
        dialOn(securing);
        search.again();
        return true;
    }

    /** Whether another upstream is tried after one whose handshake has failed: no byte of the client's has gone there. */
    boolean triesNext(TlsFailure failure) {
        if (isTheUpstreams(failure)) {
            search.failed();
        }
        listening = false;
        stopWaiting();
        if (!(connection.step() instanceof ConnectionState.Securing securing) || isChosen() || !search.hasMore()) {
            return false;
        }
        retried = false;
        dialOn(securing);
        search.resume();
        return true;
    }

    /** Whether it speaks against the upstream as such, and for all its clients. */
    private boolean isTheUpstreams(TlsFailure failure) {
        if (failure.refusal() == Refusal.GREETING_REFUSED
                && destination.connect().proxyProtocol() != null) {
            return false; // It may have something against the client that the PROXY header names.
        }
        // Of one that has waited it isn't known whose fault it was.
        return waiting == null || System.nanoTime() - connectedAt < AT_ONCE.toNanos();
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

    /** The connection ends; what was sent there may still be read. An upstream that greets isn't just left. */
    void farewell(End how) {
        boolean greetsInPlain = login != null && (destination.tls() == null || login.isServerAsked());
        leaving = waiting != null || listening || (greetsInPlain && search.isConnecting() && search.finish());
        if (waiting != null) {
            bidFarewell();
        } else if (!leaving) {
            search.cancel();
            leg.farewell(how);
        }
    }

    private void bidFarewell() {
        stopWaiting();
        if (leg.isGone()) {
            leaving = false;
        } else {
            talk(MySqlLogin.leave(false));
        }
    }

    /** Whether the connection ends, and its upstream is still to hear of it. */
    boolean isLeaving() {
        return leaving;
    }

    /** The upstream has said what was awaited before it is left. */
    void agreedToLeave() {
        if (listening) {
            listening = false;
            bidFarewell();
        } else {
            leg.farewell(End.CLOSE_NOTIFY);
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
