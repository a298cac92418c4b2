package io.sallyport.relay;

import io.sallyport.fault.Refusal;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsFailure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ends. Its {@link Leg legs} say what happened on each side; here it is decided what the other side hears of
 * that: each {@link End} travels on as what it was, and what is cut never looks whole. Runs on the connection's event loop.
 */
final class Ends {

    /** How long a side that was told the end may take to hear it. */
    static final Duration FAREWELL = Duration.ofSeconds(2);

    /** How much longer an upstream is looked for when its client has ended without a byte: it has most likely gone. */
    private static final Duration GRACE_WITHOUT_CLIENT = Duration.ofSeconds(1);

    private final Connection connection;
    private final Leg client;
    private final UpstreamSide upstream;
    private final RelayServices services;
    private final Deadline deadline;
    private final Place place;

    private @Nullable CloseReason reason;

    Ends(
            Connection connection,
            Leg client,
            UpstreamSide upstream,
            RelayServices services,
            Deadline deadline,
            Place place) {
        this.connection = connection;
        this.client = client;
        this.upstream = upstream;
        this.services = services;
        this.deadline = deadline;
        this.place = place;
    }

    /** A side's stream ended: it travels on as what it was, and the other direction lives on. */
    void ended(Leg leg, End end) {
        if (connection.step() instanceof ConnectionState.Open) {
            connection.closing(leg == client ? "client" : "upstream");
        }
        if (connection.step() instanceof ConnectionState.Relaying) {
            relayEnd(leg, end);
        } else if (leg == client && connection.step() instanceof ConnectionState.Open) {
            endedEarly(end);
        } else if (leg == upstream.leg() && connection.step() instanceof ConnectionState.Open) {
            unreached(CloseReason.UPSTREAM_REFUSED, End.CUT);
        }
    }

    private Leg other(Leg leg) {
        return leg == client ? upstream.leg() : client;
    }

    /** The end of one side is passed on to the other. */
    void relayEnd(Leg leg, End end) {
        Leg other = other(leg);
        if (end == End.CUT) {
            noteReason(leg == client ? CloseReason.CLIENT_CUT : CloseReason.UPSTREAM_CUT);
        }
        if (end == End.RESET) {
            // A client that was sent the whole reply and its end often resets instead of answering.
            boolean satisfied = leg == client && other.hasEnded() && leg.isOutputEnded();
            farewell(satisfied ? done() : resetBy(leg), End.RESET, End.RESET);
            return;
        }
        deadline.set(connection.idle());
        other.end(end);
        finishIfDone();
    }

    /**
     * The client ended before it has an upstream. What it sent still goes there; without a byte it hardly waits. One that
     * awaits its upstream's greeting can't answer that any more.
     */
    private void endedEarly(End end) {
        boolean welcomed = !upstream.greeting().isAwaited() && isUpstreamTried();
        if (!welcomed || end == End.RESET) {
            farewell(CloseReason.CLIENT_GONE, End.RESET, End.RESET);
        } else if (connection.bytesIn() == 0 && connection.step() instanceof ConnectionState.Dialling) {
            deadline.set(GRACE_WITHOUT_CLIENT);
        }
    }

    private boolean isUpstreamTried() {
        return connection.step() instanceof ConnectionState.Dialling
                || connection.step() instanceof ConnectionState.Securing;
    }

    /** A side reset its connection behind the end of its stream: nobody reads what we still write there. */
    void resetAfterEnd(Leg leg) {
        Leg other = other(leg);
        farewell(other.hasEnded() ? done() : resetBy(leg), End.RESET, End.RESET);
    }

    private CloseReason resetBy(Leg leg) {
        return leg == client ? CloseReason.CLIENT_RESET : CloseReason.UPSTREAM_RESET;
    }

    /** Nothing can be written to a side any more; what it still has to say is read, and its sender isn't. */
    void outputBroken(Leg leg) {
        if (connection.step() instanceof ConnectionState.Relaying) {
            Leg other = other(leg);
            if (leg.hasEnded()) {
                farewell(other.hasEnded() ? done() : resetBy(leg), End.RESET, End.RESET);
            } else {
                other.read(false);
                leg.read(true);
            }
        }
    }

    /** Once both directions have ended, and all is written, it is over. */
    void finishIfDone() {
        if (connection.step() instanceof ConnectionState.Relaying
                && client.isDone()
                && upstream.leg().isDone()) {
            farewell(done(), End.CLOSE_NOTIFY, End.CLOSE_NOTIFY);
        }
    }

    private CloseReason done() {
        return reason == null ? CloseReason.DONE : reason;
    }

    private void noteReason(CloseReason why) {
        if (reason == null) {
            reason = why;
        }
    }

    /** A handshake failed. The alert is on its way; the side gets the time to read it. */
    void refused(Leg leg, TlsFailure failure) {
        if (leg == upstream.leg() && upstream.greeting().isLeaving()) {
            leg.farewell(End.RESET);
        }
        if (!(connection.step() instanceof ConnectionState.Open) || (leg != client && leg != upstream.leg())) {
            return;
        }
        if (leg.isOutputCut()) {
            cutIsAnswered();
            return;
        }
        if (leg == upstream.leg() && upstream.triesAnew()) {
            return;
        }
        Side side = leg == client ? Side.SERVER : Side.CLIENT;
        services.events().refused(connection, connection.profileOf(side), side, failure);
        if (leg == client) {
            farewell(CloseReason.CLIENT_REFUSED, End.CUT, End.CUT);
        } else if (!upstream.triesNext(failure)) {
            unreached(CloseReason.UPSTREAM_REFUSED, End.CUT);
        }
    }

    /** A side complains of the cut that we have passed on to it: that there was one is told already. */
    private void cutIsAnswered() {
        farewell(done(), End.RESET, End.RESET);
    }

    /** TLS broke in mid-stream: neither side may take what it has for the whole. */
    void broken(Leg leg, TlsFailure failure) {
        if (!(connection.step() instanceof ConnectionState.Open)) {
            return;
        }
        if (leg.isOutputCut()) {
            cutIsAnswered();
            return;
        }
        Side side = leg == client ? Side.SERVER : Side.CLIENT;
        services.events().broken(connection, connection.profileOf(side), side, failure);
        if (leg == client) {
            farewell(CloseReason.CLIENT_TLS_ERROR, End.CUT, End.RESET);
        } else {
            farewell(CloseReason.UPSTREAM_TLS_ERROR, End.RESET, End.CUT);
        }
    }

    /** A key has protected as many records as it may. BoringSSL can't be asked for new keys: a new connection gets them. */
    void keyUsedUp() {
        farewell(CloseReason.KEY_LIMIT, End.RESET, End.RESET);
    }

    /** Something of ours failed. */
    void broke(Throwable cause) {
        farewell(CloseReason.INTERNAL_ERROR, End.RESET, End.RESET);
    }

    void expired() {
        if (connection.step() instanceof ConnectionState.Open && deadline.isEndOfLife()) {
            farewell(CloseReason.LIFETIME, End.RESET, End.RESET);
        } else if (connection.step() instanceof ConnectionState.Greeting) {
            timedOut(client, CloseReason.CLIENT_HANDSHAKE_TIMEOUT, connection.late());
        } else if (connection.step() instanceof ConnectionState.Holding) {
            refused(
                    client,
                    new TlsFailure(
                            Side.SERVER,
                            Refusal.NO_CERTIFICATE,
                            "the client shows no certificate, and was kept waiting for " + deadline.limitMillis()
                                    + " ms"));
        } else if (connection.step() instanceof ConnectionState.Handshaking
                || connection.step() instanceof ConnectionState.Answering) {
            timedOut(client, CloseReason.CLIENT_HANDSHAKE_TIMEOUT, Refusal.HANDSHAKE_TIMEOUT);
        } else if (connection.step() instanceof ConnectionState.Securing) {
            timedOut(upstream.leg(), CloseReason.UPSTREAM_HANDSHAKE_TIMEOUT, Refusal.HANDSHAKE_TIMEOUT);
        } else if (connection.step() instanceof ConnectionState.Dialling) {
            unreached(client.hasEnded() ? CloseReason.CLIENT_GONE : CloseReason.CONNECT_TIMEOUT, End.CUT);
        } else if (connection.step() instanceof ConnectionState.Relaying) {
            farewell(
                    connection.isHalfClosed() ? CloseReason.HALF_CLOSED_TIMEOUT : CloseReason.IDLE_TIMEOUT,
                    End.RESET,
                    End.RESET);
        } else {
            client.abort();
            upstream.abort();
            gone();
        }
    }

    private void timedOut(Leg leg, CloseReason why, Refusal refusal) {
        Side side = leg == client ? Side.SERVER : Side.CLIENT;
        TlsFailure failure = new TlsFailure(side, refusal, "not done within " + deadline.limitMillis() + " ms");
        services.events().refused(connection, connection.profileOf(side), side, failure);
        if (leg == client) {
            farewell(why, End.RESET, End.RESET);
        } else if (!upstream.triesNext(failure)) {
            unreached(why, End.RESET);
        }
    }

    /** No address is left. */
    void noUpstream(CloseReason why) {
        unreached(why, End.CUT);
        gone();
    }

    /** There is no upstream for this client; it hears so, where its protocol has a word for that. */
    private void unreached(CloseReason why, End towardsUpstream) {
        byte[] regret =
                isUpstreamTried() && !client.isGone() ? upstream.greeting().regret() : new byte[0];
        if (regret.length > 0) {
            client.send(regret);
        }
        farewell(why, End.CLOSE_NOTIFY, towardsUpstream);
    }

    /** Ends both sides, each as it is told: a clean end only where nothing can be missing. */
    void farewell(CloseReason why, End towardsClient, End towardsUpstream) {
        if (!(connection.step() instanceof ConnectionState.Open open)) {
            return;
        }
        connection.enter(open.close());
        noteReason(why);
        deadline.setLast(FAREWELL);
        client.farewell(towardsClient);
        upstream.farewell(towardsUpstream);
        if (upstream.greeting().isLeaving()) {
            deadline.setLast(connection.timeToLeave());
        }
        gone();
    }

    /** A side's channel is closed. */
    void gone() {
        if (connection.step() instanceof ConnectionState.Closing closing && client.isGone() && upstream.isGone()) {
            connection.enter(closing.gone());
            deadline.clear();
            upstream.leave();
            place.leave();
            services.events().closed(connection, done());
        }
    }
}
