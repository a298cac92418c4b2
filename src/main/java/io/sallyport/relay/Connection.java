package io.sallyport.relay;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.sallyport.fault.Refusal;
import io.sallyport.profile.Relay;
import io.sallyport.protocol.DialogueHandler;
import io.sallyport.protocol.Endpoints;
import io.sallyport.protocol.starttls.Dialogue;
import io.sallyport.tls.Identity;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsContext;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsHandler;
import io.sallyport.tls.TlsSession;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One connection's way: {@link #begin accept}, {@link ClientGreeting read what comes before TLS}, {@link #welcome handshake},
 * {@link #dial dial}, {@link UpstreamSide handshake with the upstream}, {@link #reached pump}, {@link Ends#farewell farewell}. Both
 * {@link Leg legs} say what happened, and what follows is decided here and in {@link Ends}, by the {@link ConnectionState step}.
 *
 * <p>Everything runs on the event loop of the accepted channel, but what {@link ConnectionView} lets others see.
 */
final class Connection extends ObservedConnection {

    private final RelayServices services;
    private final Relay relay;
    private final Channel channel;
    private final EventLoop loop;
    private final Deadline deadline;
    private final Leg client = new Leg(this);
    private final ClientGreeting greeting;
    private final UpstreamSide upstream;
    private final Place place;
    private final Ends ends;

    private List<Way> ways;
    private Way way;

    Connection(RelayServices services, Channel channel) {
        super(services.plan().relay(), channel);
        this.services = services;
        this.relay = services.plan().relay();
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.place = new Place(services.admission());
        this.deadline = new Deadline(loop, relay.timeouts().lifetime(), this::expired);
        this.upstream = new UpstreamSide(this, client, services, loop, deadline);
        this.greeting = new ClientGreeting(this, client, services, deadline);
        this.ends = new Ends(this, client, upstream, services, deadline, place);
        this.way = services.routes().own();
        this.ways = List.of(way);
    }

    // The way.

    /** The client is here. Called before its channel reads. */
    void begin() {
        services.events().accepted(this);
        client.attach(channel);
        if (!turnedAway(place.enter(), End.RESET)) {
            greeting.begin(channel);
        }
    }

    /** It is known where the client comes from; false where it is turned away for that. */
    boolean mayGoOn() {
        Endpoints known = endpoints();
        return !turnedAway(
                known == null ? place.fromNowhere() : place.from(known.client().getAddress()), End.RESET);
    }

    /** How it ends. */
    Ends ends() {
        return ends;
    }

    private void expired() {
        ends.expired();
    }

    /** What it is when the client takes too long to greet. */
    Refusal late() {
        return greeting.late();
    }

    boolean isGreeting() {
        return step() instanceof ConnectionState.Greeting;
    }

    /** The client's greeting is its upstream's: that is looked for before the client says a word. */
    void fetchGreeting() {
        if (step() instanceof ConnectionState.Greeting greeted) {
            enter(greeted.ask());
            dial();
        }
    }

    /** The upstream has greeted. The client hears that, and answers, while the upstream waits. */
    void greet(ConnectionState.Securing securing, Dialogue dialogue) {
        if (client.hasEnded()) {
            ends.farewell(CloseReason.CLIENT_GONE, End.RESET, End.RESET);
        } else if (client.isHolding()) {
            ends.refused(
                    client,
                    TlsFailure.beforeTls(
                            Side.SERVER, Refusal.STARTTLS_MALFORMED, "the client spoke before it was greeted"));
        } else {
            deadline.set(upstream.greeting().patience(relay.timeouts().handshake()));
            hear(securing.greeted(), dialogue);
        }
    }

    private void hear(ConnectionState.Answering answering, Dialogue dialogue) {
        enter(answering);
        client.greet(new DialogueHandler(Side.SERVER, dialogue, client));
        client.read(true);
    }

    private void answered(ConnectionState.Answering answering) {
        if (upstream.greeting().isAnswered()) {
            ConnectionState.Securing securing = answering.answered();
            enter(securing);
            upstream.answered(securing);
        } else {
            enter(answering.asked());
            greeting.startTlsAsked();
        }
    }

    /**
     * What comes before TLS has been read.
     *
     * @param possible in their order, all of one profile; the client's identity decides between them
     */
    void greeted(List<Way> possible) {
        if (step() instanceof ConnectionState.Greeting greeted) {
            ways = possible;
            take(possible.get(0));
            welcome(greeted.greeted(), way.listen());
        }
    }

    /** The client has one message that needs no TLS. */
    void exempted(Leg leg) {
        if (leg == client && step() instanceof ConnectionState.Greeting greeted) {
            if (services.routes().isOpen()) {
                welcome(greeted.greeted(), null);
            } else {
                ends.refused(client, new TlsFailure(Side.SERVER, Refusal.NO_CERTIFICATE, "the client wants no TLS"));
            }
        }
    }

    /** Ends the connection where a limit forbids it. */
    private boolean turnedAway(Place.@Nullable Denied denied, End towardsClient) {
        if (denied != null) {
            services.events().turnedAway(this, denied.reason(), denied.detail());
            ends.farewell(denied.reason(), towardsClient, End.CUT);
        }
        return denied != null;
    }

    /** Has the client prove who it is. */
    private void welcome(ConnectionState.Handshaking handshaking, @Nullable TlsContext tls) {
        enter(handshaking);
        if (tls == null) {
            enter(handshaking.handshaken());
            dial();
        } else {
            client.secure(TlsHandler.server(tls, services.workers(), client));
        }
    }

    /** The client begins its handshake; false where it may not, and is turned away. */
    boolean mayBegin(Leg leg) {
        return leg != client || !turnedAway(place.handshake(), End.RESET);
    }

    /** One side has proven who it is. */
    void handshaken(Leg leg, TlsSession session, long nanos) {
        if (leg == client && step() instanceof ConnectionState.Handshaking handshaking) {
            announce(Side.SERVER, session, nanos);
            route(handshaking, session);
        } else if (leg == upstream.leg() && step() instanceof ConnectionState.Securing securing) {
            announce(Side.CLIENT, session, nanos);
            upstream.secured(securing);
        }
    }

    /** A side has said what comes before TLS, or before the first byte for the client. */
    void agreed(Leg leg) {
        if (leg == client && isGreeting()) {
            greeting.startTlsAsked();
        } else if (leg == client && step() instanceof ConnectionState.Answering answering) {
            answered(answering);
        } else if (leg == upstream.leg() && step() instanceof ConnectionState.Securing securing) {
            upstream.agreed(securing);
        } else if (leg == upstream.leg() && step() instanceof ConnectionState.Closing) {
            upstream.greeting().agreedToLeave();
        }
    }

    private void take(Way taken) {
        way = taken;
        took(taken);
    }

    /** The client's identity is known now, and with it where its connection goes. */
    private void route(ConnectionState.Handshaking handshaking, TlsSession session) {
        Duration hold = services.routes().hold();
        if (session.identity() == null && hold != null) {
            client.read(false);
            enter(handshaking.held());
            deadline.set(hold);
            return;
        }
        Optional<Way> right = services.routes().choose(ways, session, client::isPeerOn);
        if (right.isEmpty()) {
            ends.refused(client, new TlsFailure(Side.SERVER, Refusal.NO_ROUTE, "no route is for " + named(session)));
            return;
        }
        take(right.get());
        enter(handshaking.handshaken());
        Identity identity = session.identity();
        if (identity == null || !turnedAway(place.with(identity), End.CLOSE_NOTIFY)) {
            dial();
        }
    }

    private static String named(TlsSession session) {
        return session.identity() == null
                ? "a client without a certificate"
                : "the client " + session.identity().subject();
    }

    private void announce(Side side, TlsSession session, long nanos) {
        agreed(side, session);
        services.events().handshaken(this, profileOf(side), side, session, nanos);
    }

    /** Looks for an upstream, but where one waits. The client is only read again when there is one: what came early is held. */
    private void dial() {
        client.read(false);
        if (upstream.greeting().isWaiting() && step() instanceof ConnectionState.Dialling dialling) {
            hear(dialling.greeted(), upstream.greeting().response());
        } else {
            upstream.dial(channel, way.destination());
        }
    }

    /** The upstream is the right one: bytes flow, both ways. */
    void reached(ConnectionState.Relaying relaying) {
        enter(relaying);
        upstream.found();
        deadline.set(relay.timeouts().idle());
        byte[] owed = upstream.owed();
        if (owed.length > 0) {
            client.send(owed);
        }
        upstream.leg().pumpTo(client);
        client.pumpTo(upstream.leg());
        End early = client.inputEnd();
        if (early != null) {
            ends.relayEnd(client, early);
        }
    }

    /** Bytes came from one side; the idle time starts anew. */
    void relayed(Leg leg, long bytes) {
        moved(leg == client, bytes);
        services.events().relayed(this, leg == client, bytes);
        if (step() instanceof ConnectionState.Relaying) {
            deadline.extend(idle());
        }
    }

    /** Counts what was read; gives how long its sender is not to be read, in nanoseconds. */
    long charge(Leg leg, long bytes) {
        long wait = services.admission().charge(leg == client, bytes);
        if (wait > 0) {
            services.events().throttled(this, leg == client, wait);
            if (step() instanceof ConnectionState.Relaying) {
                // That it is silent meanwhile is our doing.
                deadline.extend(idle().plusNanos(wait));
            }
        }
        return wait;
    }

    /** How long it may be silent: less once a direction has ended, since then it often is forgotten. */
    Duration idle() {
        return isHalfClosed() ? relay.timeouts().halfClosed() : relay.timeouts().idle();
    }

    boolean isHalfClosed() {
        return client.hasEnded() || upstream.leg().hasEnded();
    }

    /** How long an upstream may take to be left with a word. */
    Duration timeToLeave() {
        return relay.timeouts().handshake();
    }

    Duration keepAlive() {
        return relay.timeouts().keepAlive();
    }

    /** The gateway stops; the future is complete when both sides are told. */
    Future<Void> stop() {
        Promise<Void> told = Promise.promise();
        loop.execute(() -> {
            ends.farewell(CloseReason.STOPPED, End.RESET, End.RESET);
            told.complete();
        });
        return told.future();
    }

    String profileOf(Side side) {
        TlsContext tls = side == Side.SERVER ? way.listen() : way.destination().tls();
        return tls == null ? "" : tls.profile().name();
    }

    @Override
    public void close() {
        loop.execute(() -> ends.farewell(CloseReason.CLOSED_BY_OPERATOR, End.RESET, End.RESET));
    }

    @Override
    public void finish() {
        loop.execute(() -> ends.farewell(CloseReason.STOPPED, End.CLOSE_NOTIFY, End.CLOSE_NOTIFY));
    }
}
