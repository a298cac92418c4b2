package io.sallyport.admin;

import io.sallyport.gateway.Gateway;
import io.sallyport.observe.ConnectionSearch;
import io.sallyport.observe.LiveConnections;
import io.sallyport.relay.ConnectionView;
import io.sallyport.tls.TlsSession;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The connections that are open now, a page at a time: there may be a hundred thousand. */
@Path("/api/connections")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public final class ConnectionsResource {

    private final Gateway gateway;

    ConnectionsResource(Gateway gateway) {
        this.gateway = gateway;
    }

    /**
     * A page.
     *
     * @param total open connections of all relays
     * @param matching those that were asked for, on all pages; null where only the next ones of a walk were
     * @param next the {@code after} of the next page, or null on the last one
     */
    public record Connections(
            int total,
            @Nullable Integer matching,
            List<ConnectionEntry> connections,
            @Nullable Long next) {}

    /**
     * @param route the route that it takes; null before that is known, and where it takes none
     * @param proxy the proxy whose PROXY header says who the client is, or null
     * @param openedAt RFC 3339
     */
    public record ConnectionEntry(
            long id,
            String relay,
            @Nullable String route,
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

    /**
     * A page: of a walk through all, oldest first, or of what a search finds.
     *
     * @param after walks: those with a greater id
     * @param search finds those that show this text somewhere
     * @param sort {@code opened}, {@code bytes}, {@code relay}, {@code client} or {@code state}; with a {@code -} before it from
     *     the greatest down
     * @param offset how many of those that were found come before the page
     */
    @GET
    public Connections page(
            @QueryParam("relay") @Nullable String relay,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("search") @Nullable String search,
            @QueryParam("sort") @Nullable String sort,
            @QueryParam("offset") @DefaultValue("0") String offset) {
        int most = (int) Numbers.within("limit", limit, 1, ConnectionSearch.MAX_LIMIT);
        int skip = (int) Numbers.within("offset", offset, 0, ConnectionSearch.MAX_OFFSET);
        if (search == null && sort == null && skip == 0) {
            return walk(relay, after == null ? 0 : Numbers.within("after", after, 0, Long.MAX_VALUE), most);
        }
        if (after != null) {
            throw new BadRequestException("after walks through all; with search, sort and offset it has no meaning");
        }
        boolean down = sort != null && sort.startsWith("-");
        LiveConnections.Found found = gateway.connections()
                .find(new ConnectionSearch(
                        relay,
                        search,
                        order(sort == null ? "opened" : sort.substring(down ? 1 : 0)),
                        down ? ConnectionSearch.Direction.DOWN : ConnectionSearch.Direction.UP,
                        skip,
                        most));
        return new Connections(gateway.connections().count(), found.matching(), entries(found.connections()), null);
    }

    private Connections walk(@Nullable String relay, long after, int limit) {
        LiveConnections.Page page = gateway.connections().page(relay, after, limit);
        List<ConnectionEntry> entries = entries(page.connections());
        Long next = page.more() ? entries.get(entries.size() - 1).id() : null;
        return new Connections(gateway.connections().count(), null, entries, next);
    }

    private static ConnectionSearch.Order order(String name) {
        return Arrays.stream(ConnectionSearch.Order.values())
                .filter(order -> Words.of(order).equals(name))
                .findFirst()
                .orElseThrow(() -> new BadRequestException(
                        "sort must be opened, bytes, relay, client or state, with or without a - before it"));
    }

    /** Ends one. The answer is 204, and comes before the connection is gone; 404 where there is none of this id. */
    @DELETE
    @Path("{id}")
    public void close(@PathParam("id") long id) {
        ConnectionView connection = gateway.connections().find(id);
        if (connection == null) {
            throw new NotFoundException("there is no open connection " + id);
        }
        connection.close();
    }

    private static List<ConnectionEntry> entries(List<ConnectionView> connections) {
        return connections.stream().map(ConnectionsResource::entry).toList();
    }

    private static ConnectionEntry entry(ConnectionView connection) {
        return new ConnectionEntry(
                connection.id(),
                connection.relay(),
                connection.route(),
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
