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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
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

    /** How many each relay has; relays without any aren't there. Walks all connections, so it isn't for event loops. */
    public Map<String, Integer> countByRelay() {
        Map<String, Integer> counts = new HashMap<>();
        byId.values().forEach(connection -> counts.merge(connection.relay(), 1, Integer::sum));
        return counts;
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

    /**
     * What a search found.
     *
     * @param connections at most as many as were asked for
     * @param matching how many there are in all
     */
    public record Found(List<ConnectionView> connections, int matching) {}

    /**
     * Searches. Walks all connections, and keeps no more of them than the page and what comes before it; so it isn't for
     * event loops.
     */
    public Found find(ConnectionSearch search) {
        int wanted = search.offset() + search.limit();
        // The last of those that are kept is on top, and makes way.
        PriorityQueue<ConnectionSearch.Sorted> kept =
                new PriorityQueue<>(search.comparator().reversed());
        int matching = 0;
        for (ConnectionView connection : byId.values()) {
            if (search.finds(connection)) {
                matching++;
                kept.add(search.sorted(connection));
                if (kept.size() > wanted) {
                    kept.remove();
                }
            }
        }
        List<ConnectionView> page = kept.stream()
                .sorted(search.comparator())
                .skip(search.offset())
                .map(ConnectionSearch.Sorted::connection)
                .toList();
        return new Found(page, matching);
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
