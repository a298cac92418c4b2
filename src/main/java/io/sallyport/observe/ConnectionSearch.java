package io.sallyport.observe;

import io.sallyport.relay.ConnectionView;
import io.sallyport.tls.TlsSession;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which of the open connections are looked for, and in which order.
 *
 * @param relay only those of this relay, or null for all
 * @param text only those that show this somewhere, whatever the case, or null for all
 * @param offset how many to leave out from the start
 * @param limit how many to give
 */
public record ConnectionSearch(
        @Nullable String relay, @Nullable String text, Order order, Direction direction, int offset, int limit) {

    /** The most that are left out: a page far down is found by a search, not by walking there. */
    public static final int MAX_OFFSET = 10_000;

    /** The most that are given at once. */
    public static final int MAX_LIMIT = 1000;

    public ConnectionSearch {
        if (offset < 0 || offset > MAX_OFFSET || limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("offset is 0 to " + MAX_OFFSET + ", limit 1 to " + MAX_LIMIT);
        }
        text = text == null || text.isBlank() ? null : text.strip().toLowerCase(Locale.ROOT);
    }

    /** Which end comes first. */
    public enum Direction {
        UP,
        DOWN
    }

    /** By what they are sorted. */
    public enum Order {
        OPENED(ConnectionView::id),
        BYTES(connection -> connection.bytesIn() + connection.bytesOut()),
        RELAY(ConnectionView::relay),
        CLIENT(ConnectionView::clientAddress),
        STATE(ConnectionView::state);

        private final Function<ConnectionView, Comparable<?>> key;

        Order(Function<ConnectionView, Comparable<?>> key) {
            this.key = key;
        }
    }

    /** A connection with what it is sorted by. That is read once: a counter that moves while it is sorted would break the sort. */
    record Sorted(ConnectionView connection, Comparable<?> key) {}

    Sorted sorted(ConnectionView connection) {
        return new Sorted(connection, order.key.apply(connection));
    }

    /** Ties are broken by age, so that pages don't overlap. */
    @SuppressWarnings("unchecked") // All keys of one order are of one type.
    Comparator<Sorted> comparator() {
        Comparator<Sorted> byKey = (a, b) -> ((Comparable<Object>) a.key()).compareTo(b.key());
        Comparator<Sorted> up = byKey.thenComparingLong(s -> s.connection().id());
        return direction == Direction.UP ? up : up.reversed();
    }

    boolean finds(ConnectionView connection) {
        if (relay != null && !relay.equals(connection.relay())) {
            return false;
        }
        return text == null
                || has(connection.clientAddress())
                || has(connection.relay())
                || has(connection.state())
                || (connection.upstream() != null && has(String.valueOf(connection.upstream())))
                || has(connection.clientSession())
                || has(connection.upstreamSession());
    }

    private boolean has(@Nullable TlsSession session) {
        return session != null
                && (has(session.version())
                        || has(session.cipher())
                        || has(session.serverName())
                        || (session.identity() != null
                                && (has(session.identity().subject())
                                        || has(session.identity().fingerprint()))));
    }

    private boolean has(@Nullable String value) {
        return value != null && text != null && value.toLowerCase(Locale.ROOT).contains(text);
    }
}
