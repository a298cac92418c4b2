package io.sallyport.observe;

import io.sallyport.fault.Refusal;
import io.sallyport.profile.Address;
import io.sallyport.relay.CloseReason;
import io.sallyport.relay.ConnectionView;
import io.sallyport.relay.RelayEvents;
import io.sallyport.tls.Identity;
import io.sallyport.tls.PassedOver;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsSession;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Says why a peer was turned down, or why an upstream could not be had, and what to do about it. A storm of one kind
 * writes a few lines and then a count; the access log and the metrics have every one.
 */
public final class RefusalLog implements RelayEvents {

    /** Its logger. */
    static final String CATEGORY = "sallyport.refusals";

    static final int LINES_OF_A_KIND = 10;
    static final Duration WINDOW = Duration.ofSeconds(10);

    private sealed interface Kind {

        record Handshake(String relay, String profile, Side side, Refusal refusal) implements Kind {}

        enum Shortage implements Kind {
            OF_DESCRIPTORS
        }

        record Limit(String relay, CloseReason reason) implements Kind {}

        record PassedOver(String relay, String profile, Side side, Refusal refusal) implements Kind {}

        record Dial(String relay, Address upstream, CloseReason reason) implements Kind {}
    }

    private final LogLines lines;
    private final RateLimit<Kind> limit;
    private final RateLimit<Kind.Shortage> shortages;

    public RefusalLog(LogLines lines) {
        this(lines, lines::later);
    }

    RefusalLog(LogLines lines, RateLimit.Scheduler scheduler) {
        this.lines = lines;
        this.limit = new RateLimit<>(LINES_OF_A_KIND, WINDOW, scheduler, this::sayLeftOut);
        this.shortages = new RateLimit<>(1, WINDOW, scheduler, this::sayStillShort);
    }

    @Override
    public void refused(ConnectionView connection, String profile, Side side, TlsFailure failure) {
        add("handshake refused", connection, profile, side, failure);
    }

    @Override
    public void broken(ConnectionView connection, String profile, Side side, TlsFailure failure) {
        add("TLS broke", connection, profile, side, failure);
    }

    private void add(String message, ConnectionView connection, String profile, Side side, TlsFailure failure) {
        if (limit.admits(new Kind.Handshake(connection.relay(), profile, side, failure.refusal()))) {
            Address upstream = connection.upstream(); // When the line is written, it may be the next one already.
            lines.add(
                    CATEGORY,
                    level(side, failure.refusal()),
                    () -> line(message, connection, upstream, profile, side, failure));
        }
    }

    /** A peer that leaves is no news, a client that we turn down is our daily work, an upstream that we can't trust is not. */
    private static Logger.Level level(Side side, Refusal refusal) {
        return switch (refusal) {
            case PEER_CLOSED, PEER_RESET -> Logger.Level.DEBUG;
            case INTERNAL_ERROR -> Logger.Level.ERROR;
            default -> side == Side.SERVER ? Logger.Level.INFO : Logger.Level.WARN;
        };
    }

    private static String line(
            String message,
            ConnectionView connection,
            @Nullable Address upstream,
            String profile,
            Side side,
            TlsFailure failure) {
        Fields line = new Fields(message)
                .add("id", connection.id())
                .add("relay", connection.relay())
                .add("route", connection.route())
                .add("profile", profile.isEmpty() ? null : profile)
                .add("side", side.label())
                .add("peer", side == Side.SERVER ? connection.clientAddress() : upstream);
        AccessLog.addFailure(line, failure);
        return line.add("hint", failure.refusal().hint()).toString();
    }

    @Override
    public void dialFailed(ConnectionView connection, Address upstream, CloseReason reason, String detail) {
        if (limit.admits(new Kind.Dial(connection.relay(), upstream, reason))) {
            lines.add(
                    CATEGORY,
                    Logger.Level.WARN,
                    () -> new Fields("upstream not reached")
                            .add("id", connection.id())
                            .add("relay", connection.relay())
                            .add("upstream", upstream)
                            .add("reason", reason.code())
                            .add("detail", detail)
                            .toString());
        }
    }

    @Override
    public void turnedAway(ConnectionView connection, CloseReason reason, String detail) {
        if (limit.admits(new Kind.Limit(connection.relay(), reason))) {
            lines.add(CATEGORY, Logger.Level.INFO, () -> {
                TlsSession session = connection.clientSession();
                Identity identity = session == null ? null : session.identity();
                return new Fields("connection refused")
                        .add("id", connection.id())
                        .add("relay", connection.relay())
                        .add("client", connection.clientAddress())
                        .add("identity", identity == null ? null : identity.subject())
                        .add("reason", reason.code())
                        .add("detail", detail)
                        .toString();
            });
        }
    }

    private void sayLeftOut(Kind kind, long count) {
        Fields line;
        if (kind instanceof Kind.Handshake handshake) {
            line = new Fields("more handshakes refused, lines left out")
                    .add("relay", handshake.relay())
                    .add("profile", handshake.profile().isEmpty() ? null : handshake.profile())
                    .add("side", handshake.side().label())
                    .add("refusal", handshake.refusal().code());
        } else if (kind instanceof Kind.Limit refused) {
            line = new Fields("more connections refused, lines left out")
                    .add("relay", refused.relay())
                    .add("reason", refused.reason().code());
        } else if (kind instanceof Kind.PassedOver passed) {
            line = new Fields("more let in whose OCSP status isn't known, lines left out")
                    .add("relay", passed.relay())
                    .add("profile", passed.profile())
                    .add("side", passed.side().label())
                    .add("refusal", passed.refusal().code());
        } else {
            Kind.Dial dial = (Kind.Dial) kind;
            line = new Fields("upstream not reached again, lines left out")
                    .add("relay", dial.relay())
                    .add("upstream", dial.upstream())
                    .add("reason", dial.reason().code());
        }
        line.add("count", count).add("seconds", WINDOW.toSeconds());
        lines.add(CATEGORY, Logger.Level.WARN, line::toString);
    }

    @Override
    public void upstreamChanged(String relay, Address upstream, boolean up, String detail) {
        lines.add(
                CATEGORY,
                up ? Logger.Level.INFO : Logger.Level.WARN,
                () -> new Fields(up ? "upstream is up" : "upstream is down")
                        .add("relay", relay)
                        .add("upstream", upstream)
                        .add("detail", detail)
                        .toString());
    }

    @Override
    public void acceptFailed(String relay, String detail) {
        // It comes once a second from each relay, and may go on for hours.
        if (shortages.admits(Kind.Shortage.OF_DESCRIPTORS)) {
            lines.add(
                    CATEGORY,
                    Logger.Level.ERROR,
                    () -> new Fields("nothing can be accepted for now, clients wait")
                            .add("relay", relay)
                            .add("detail", detail)
                            .add("hint", "raise the limit of open files, or lower limits.connections")
                            .toString());
        }
    }

    private void sayStillShort(Kind.Shortage kind, long times) {
        lines.add(
                CATEGORY,
                Logger.Level.ERROR,
                () -> new Fields("nothing could be accepted for a while")
                        .add("times", times)
                        .add("seconds", WINDOW.toSeconds())
                        .toString());
    }

    @Override
    public void accepted(ConnectionView connection) {}

    /** Who comes in though we don't know what we were told to ask is news. */
    @Override
    public void handshaken(ConnectionView connection, String profile, Side side, TlsSession session, long nanos) {
        PassedOver unknown = session.passedOver();
        if (unknown == null
                || !limit.admits(new Kind.PassedOver(connection.relay(), profile, side, unknown.refusal()))) {
            return;
        }
        lines.add(
                CATEGORY,
                Logger.Level.WARN,
                () -> new Fields("let in, though OCSP doesn't say whether it is revoked")
                        .add("id", connection.id())
                        .add("relay", connection.relay())
                        .add("profile", profile)
                        .add("side", side.label())
                        .add("peer", side == Side.SERVER ? connection.clientAddress() : connection.upstream())
                        .add("refusal", unknown.refusal().code())
                        .add("detail", unknown.detail())
                        .add("hint", unknown.refusal().hint())
                        .toString());
    }

    @Override
    public void closed(ConnectionView connection, CloseReason reason) {}

    @Override
    public void relayed(ConnectionView connection, boolean fromClient, long bytes) {}
}
