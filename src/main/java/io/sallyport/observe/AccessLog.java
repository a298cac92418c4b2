package io.sallyport.observe;

import io.sallyport.profile.Address;
import io.sallyport.relay.CloseReason;
import io.sallyport.relay.ConnectionView;
import io.sallyport.relay.RelayEvents;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsSession;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One line for each connection, when it ends: who, by which way, how much, and why it ended. */
public final class AccessLog implements RelayEvents {

    /** Its logger, so that it can be sent elsewhere or turned off. */
    static final String CATEGORY = "sallyport.access";

    private final LogLines lines;
    /** Only of connections that were refused, so this is empty most of the time. */
    private final ConcurrentMap<Long, TlsFailure> failures = new ConcurrentHashMap<>();
    /** The last failure to dial of each connection, or the limit that it met. */
    private final ConcurrentMap<Long, String> details = new ConcurrentHashMap<>();

    public AccessLog(LogLines lines) {
        this.lines = lines;
    }

    @Override
    public void accepted(ConnectionView connection) {}

    @Override
    public void handshaken(ConnectionView connection, String profile, Side side, TlsSession session, long nanos) {}

    @Override
    public void refused(ConnectionView connection, String profile, Side side, TlsFailure failure) {
        failures.put(connection.id(), failure);
    }

    @Override
    public void broken(ConnectionView connection, String profile, Side side, TlsFailure failure) {
        failures.put(connection.id(), failure);
    }

    @Override
    public void dialFailed(ConnectionView connection, Address upstream, CloseReason reason, String detail) {
        details.put(connection.id(), upstream + ": " + detail);
    }

    @Override
    public void turnedAway(ConnectionView connection, CloseReason reason, String detail) {
        details.put(connection.id(), detail);
    }

    @Override
    public void relayed(ConnectionView connection, boolean fromClient, long bytes) {}

    @Override
    public void closed(ConnectionView connection, CloseReason reason) {
        long duration = Math.max(0, System.currentTimeMillis() - connection.openedAt());
        TlsFailure failure = failures.remove(connection.id());
        String detail = details.remove(connection.id());
        lines.add(CATEGORY, level(connection, reason), () -> line(connection, reason, duration, failure, detail));
    }

    /** A probe that opens the port and says nothing is counted, and told only to who asks for it. */
    private static Logger.Level level(ConnectionView connection, CloseReason reason) {
        boolean probe =
                reason == CloseReason.CLIENT_GONE && connection.bytesIn() == 0 && connection.clientSession() == null;
        return probe ? Logger.Level.DEBUG : Logger.Level.INFO;
    }

    private String line(
            ConnectionView connection,
            CloseReason reason,
            long duration,
            @Nullable TlsFailure failure,
            @Nullable String detail) {
        TlsSession client = connection.clientSession();
        TlsSession upstream = connection.upstreamSession();
        Fields line = new Fields("connection closed")
                .add("id", connection.id())
                .add("client", connection.clientAddress())
                .add("proxy", connection.proxyAddress())
                .add("relay", connection.relay())
                .add("route", connection.route())
                .add("profile", connection.profile())
                .add("sni", connection.serverName())
                .add("version", client == null ? null : client.version())
                .add("cipher", client == null ? null : client.cipher())
                .add("alpn", client == null ? null : client.alpn())
                .add("resumed", client == null ? null : client.resumed())
                .add("identity", client == null ? null : identity(client))
                .add("upstream", connection.upstream())
                .add("upstream_version", upstream == null ? null : upstream.version())
                .add("upstream_cipher", upstream == null ? null : upstream.cipher())
                .add("bytes_in", connection.bytesIn())
                .add("bytes_out", connection.bytesOut())
                .add("duration_ms", duration)
                .add("closed_first", connection.closedFirst())
                .add("reason", reason.code());
        if (failure != null) {
            addFailure(line, failure);
        } else if (detail != null && reason != CloseReason.DONE) {
            line.add("detail", detail);
        }
        return line.toString();
    }

    private static @Nullable String identity(TlsSession session) {
        return session.identity() == null ? null : session.identity().subject();
    }

    /** The keys with which a refusal is told, here and in the line of its own. */
    static void addFailure(Fields line, TlsFailure failure) {
        line.add("refusal", failure.refusal().code());
        line.add("refusal_side", failure.side().label());
        line.add("refusal_phase", failure.phase().label());
        if (failure.serverName() != null) {
            line.add("refusal_sni", failure.serverName());
        }
        if (failure.number() != 0) {
            line.add("openssl", failure.number());
            // A closer number of the same family has a name of its own.
            if (failure.number() == failure.refusal().number()) {
                line.add("openssl_name", failure.refusal().opensslName());
            }
        }
        line.add("detail", failure.detail());
    }
}
