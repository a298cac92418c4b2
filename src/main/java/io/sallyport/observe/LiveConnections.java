package io.sallyport.observe;

import io.sallyport.profile.Address;
import io.sallyport.relay.CloseReason;
import io.sallyport.relay.ConnectionView;
import io.sallyport.relay.RelayEvents;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsSession;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The connections that are open now. */
public final class LiveConnections implements RelayEvents {

    private final ConcurrentMap<Long, ConnectionView> byId = new ConcurrentHashMap<>();

    /**
     * Some of them, oldest first.
     *
     * @param connections at most as many as were asked for
     * @param more whether others follow
     */
    public record Page(List<ConnectionView> connections, boolean more) {}

    public int count() {
        return byId.size();
    }

    /** All of them. Walks all connections, so it isn't for event loops. */
    public Collection<ConnectionView> all() {
        return List.copyOf(byId.values());
    }

    public @Nullable ConnectionView find(long id) {
        return byId.get(id);
    }

    /**
     * Looks a page up. Walks all connections, so it isn't for event loops.
     *
     * @param relay only those of this relay, or null for all
     * @param after only those with a greater id: the last one of the page before, or 0
     */
    public Page page(@Nullable String relay, long after, int limit) {
        Stream<ConnectionView> wanted = byId.values().stream()
                .filter(connection -> connection.id() > after)
                .filter(connection -> relay == null || connection.relay().equals(relay));
        List<ConnectionView> oldest = wanted.sorted(Comparator.comparingLong(ConnectionView::id))
                .limit(limit + 1L)
                .toList();
        boolean more = oldest.size() > limit;
        return new Page(more ? oldest.subList(0, limit) : oldest, more);
    }

    @Override
    public void accepted(ConnectionView connection) {
        byId.put(connection.id(), connection);
    }

    @Override
    public void closed(ConnectionView connection, CloseReason reason) {
        byId.remove(connection.id());
    }

    @Override
    public void handshaken(ConnectionView connection, String profile, Side side, TlsSession session, long nanos) {}

    @Override
    public void refused(ConnectionView connection, String profile, Side side, TlsFailure failure) {}

    @Override
    public void dialFailed(ConnectionView connection, Address upstream, CloseReason reason, String detail) {}

    @Override
    public void relayed(ConnectionView connection, boolean fromClient, long bytes) {}
}
