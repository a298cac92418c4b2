package io.sallyport.admin;

import io.sallyport.gateway.Gateway;
import io.sallyport.observe.LiveConnections;
import io.sallyport.relay.ConnectionView;
import io.sallyport.tls.TlsSession;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The connections that are open now, a page at a time: there may be a hundred thousand. */
@Path("/api/connections")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public final class ConnectionsResource {

    static final int MAX_LIMIT = 1000;

    private final Gateway gateway;

    ConnectionsResource(Gateway gateway) {
        this.gateway = gateway;
    }

    /**
     * A page.
     *
     * @param total open connections of all relays
     * @param next the {@code after} of the next page, or null on the last one
     */
    public record Connections(
            int total,
            List<ConnectionEntry> connections,
            @Nullable Long next) {}

    /**
     * @param proxy the proxy whose PROXY header says who the client is, or null
     * @param openedAt RFC 3339
     */
    public record ConnectionEntry(
            long id,
            String relay,
            String state,
            String client,
            @Nullable String proxy,
            @Nullable Tls clientTls,
            @Nullable String upstream,
            @Nullable Tls upstreamTls,
            long bytesIn,
            long bytesOut,
            String openedAt,
            @Nullable String closedFirst) {}

    /** @param identity the subject of the peer's verified certificate */
    public record Tls(
            String version,
            String cipher,
            boolean resumed,
            @Nullable String serverName,
            @Nullable String alpn,
            @Nullable String identity,
            @Nullable String fingerprint) {}

    @GET
    public Connections page(
            @QueryParam("relay") @Nullable String relay,
            @QueryParam("after") @DefaultValue("0") String after,
            @QueryParam("limit") @DefaultValue("100") String limit) {
        LiveConnections.Page page = gateway.connections()
                .page(relay, number("after", after, 0, Long.MAX_VALUE), (int) number("limit", limit, 1, MAX_LIMIT));
        List<ConnectionEntry> entries =
                page.connections().stream().map(ConnectionsResource::entry).toList();
        Long next = page.more() ? entries.get(entries.size() - 1).id() : null;
        return new Connections(gateway.connections().count(), entries, next);
    }

    private static long number(String name, String text, long least, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one sentence that fits both.
        }
        throw new BadRequestException(name + " must be a number from " + least + " to " + most);
    }

    private static ConnectionEntry entry(ConnectionView connection) {
        return new ConnectionEntry(
                connection.id(),
                connection.relay(),
                connection.state(),
                connection.clientAddress(),
                connection.proxyAddress(),
                tls(connection.clientSession()),
                connection.upstream() == null ? null : String.valueOf(connection.upstream()),
                tls(connection.upstreamSession()),
                connection.bytesIn(),
                connection.bytesOut(),
                Instant.ofEpochMilli(connection.openedAt()).toString(),
                connection.closedFirst());
    }

    private static @Nullable Tls tls(@Nullable TlsSession session) {
        if (session == null) {
            return null;
        }
        return new Tls(
                session.version(),
                session.cipher(),
                session.resumed(),
                session.serverName(),
                session.alpn(),
                session.identity() == null ? null : session.identity().subject(),
                session.identity() == null ? null : session.identity().fingerprint());
    }
}
