package io.sallyport.relay;

import io.sallyport.fault.Refusal;
import io.sallyport.profile.Relay;
import io.sallyport.protocol.DialogueHandler;
import io.sallyport.protocol.MySqlNumbersHandler;
import io.sallyport.protocol.starttls.Dialogue;
import io.sallyport.protocol.starttls.MySqlLogin;
import io.sallyport.tls.TlsFailure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An upstream's greeting that its client must hear, until the client has answered: MySQL's. Meanwhile the upstream waits, and
 * may say nothing. Where the client comes to nothing it isn't just left, but hears a word. In every other protocol nothing
 * of this happens. Runs on the connection's event loop.
 */
final class UpstreamGreeting {

    private static final Duration LEAST_PATIENCE = Duration.ofMillis(1);

    /** One that leaves so soon behind its greeting has not waited for the client. */
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private final UpstreamSide side;
    private final @Nullable MySqlLogin login;
    private long connectedAt;
    private boolean listening;
    private @Nullable DialogueHandler waiting;
    private boolean leaving;

    UpstreamGreeting(UpstreamSide side, Relay.Listen listen, Relay.Connect connect) {
        this.side = side;
        this.login = StartTlsParts.login(listen, connect);
    }

    /** Whether there is such a greeting, and the client hasn't heard it yet. */
    boolean isAwaited() {
        return login != null && !login.isGreeted();
    }

    /** Whether the client has heard it, and can be at no other upstream any more. */
    boolean isHeard() {
        return login != null && login.isGreeted();
    }

    /** Whether the upstream waits for the client's answer. */
    boolean isWaiting() {
        return waiting != null;
    }

    /** Whether the upstream is asked for TLS in its protocol, behind the greeting. */
    boolean isBeforeTls() {
        return login != null && login.isServerAsked();
    }

    private MySqlLogin login() {
        if (login == null) {
            throw new IllegalStateException("there is no greeting in this protocol");
        }
        return login;
    }

    /** An upstream has taken the connection. */
    void connected() {
        connectedAt = System.nanoTime();
    }

    void listen() {
        listening = true;
        side.talk(login().greeting());
    }

    /**
     * What was awaited of the upstream is here.
     *
     * @return what is said to the client now; null where it wasn't the greeting
     */
    @Nullable
    Dialogue heard() {
        if (!listening) {
            return null;
        }
        listening = false;
        waiting = side.talk(login().silence());
        return login().client();
    }

    /** Awaits the answer of a client in TLS. */
    Dialogue response() {
        return login().response();
    }

    boolean isAnswered() {
        return login().isAnswered();
    }

    /**
     * How long the client may take to answer: less than the upstream waits, which counts from its accept.
     *
     * @param handshake the time for the whole
     */
    Duration patience(Duration handshake) {
        Duration used = Duration.ofNanos(System.nanoTime() - connectedAt);
        Duration left = handshake.multipliedBy(3).dividedBy(4).minus(used);
        return left.compareTo(LEAST_PATIENCE) < 0 ? LEAST_PATIENCE : left;
    }

    /** The client has answered; its answer is yet to be read. */
    void answered(Leg client) {
        stop();
        if (login().isRenumbered()) {
            client.greet(new MySqlNumbersHandler(login().fromClient()));
        }
        if (login().isServerAsked()) {
            side.talk(login().request());
        }
    }

    /** Bytes flow from now on. */
    void reached() {
        if (login != null && login.isRenumbered()) {
            side.leg().greet(new MySqlNumbersHandler(login.fromServer()));
        }
    }

    /** What tells a client that waits for an upstream's word that there is none; empty where its protocol has no word for that. */
    byte[] regret() {
        return login == null ? new byte[0] : login.noServer();
    }

    /** Whether what an upstream failed with speaks against it as such, and for all its clients. */
    boolean isTheUpstreams(TlsFailure failure, Relay.Connect connect) {
        if (failure.refusal() == Refusal.GREETING_REFUSED && connect.proxyProtocol() != null) {
            return false; // It may have something against the client that the PROXY header names.
        }
        // Of one that has waited it isn't known whose fault it was.
        return waiting == null || System.nanoTime() - connectedAt < AT_ONCE.toNanos();
    }

    /** Nothing more is awaited of this upstream. */
    void stop() {
        listening = false;
        if (waiting != null) {
            side.leg().ungreet(waiting);
            waiting = null;
        }
    }

    /**
     * The connection ends.
     *
     * @param connecting whether an upstream will yet take the connection, and greet in plain
     * @return whether it is left with a word, in its time
     */
    boolean leave(boolean connecting) {
        leaving = connecting || listening || waiting != null;
        if (waiting != null) {
            bidFarewell();
        }
        return leaving;
    }

    private void bidFarewell() {
        stop();
        if (side.leg().isGone()) {
            leaving = false;
        } else {
            side.talk(MySqlLogin.leave(false));
        }
    }

    /** Whether the connection ends, and its upstream is still to hear of it. */
    boolean isLeaving() {
        return leaving;
    }

    /** The upstream has said what was awaited before it is left. */
    void agreedToLeave() {
        if (listening) {
            bidFarewell();
        } else {
            side.leg().farewell(End.CLOSE_NOTIFY);
        }
    }
}
