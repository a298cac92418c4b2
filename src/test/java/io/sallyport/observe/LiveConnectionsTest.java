package io.sallyport.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.relay.CloseReason;
import io.sallyport.relay.ConnectionView;
import io.sallyport.tls.TlsSession;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LiveConnectionsTest {

    private final LiveConnections live = new LiveConnections();

    private static List<Long> ids(LiveConnections.Page page) {
        return page.connections().stream().map(ConnectionView::id).toList();
    }

    @Test
    void pagesLeadThroughAllInOrder() {
        LongStream.rangeClosed(1, 250).forEach(id -> live.accepted(FakeConnection.numbered(id, "orders")));

        LiveConnections.Page first = live.page(null, 0, 100);
        assertThat(ids(first)).hasSize(100).isSorted().endsWith(100L);
        assertThat(first.more()).isTrue();
        LiveConnections.Page last = live.page(null, 200, 100);
        assertThat(ids(last)).hasSize(50).endsWith(250L);
        assertThat(last.more()).isFalse();
    }

    @Test
    void onlyTheRelayThatWasAskedFor() {
        live.accepted(FakeConnection.numbered(1, "orders"));
        live.accepted(FakeConnection.numbered(2, "bills"));
        assertThat(ids(live.page("bills", 0, 10))).containsExactly(2L);
    }

    @Test
    void aClosedConnectionIsGone() {
        FakeConnection connection = FakeConnection.numbered(1, "orders");
        live.accepted(connection);
        assertThat(live.find(1)).isSameAs(connection);
        live.closed(connection, CloseReason.DONE);
        assertThat(live.count()).isZero();
        assertThat(live.find(1)).isNull();
    }

    private static FakeConnection moved(long id, String relay, long bytes) {
        return new FakeConnection(id, relay, null, null, null, bytes, 0, null);
    }

    private static List<Long> ids(LiveConnections.Found found) {
        return found.connections().stream().map(ConnectionView::id).toList();
    }

    @Test
    void aSearchSortsAndCutsAndCountsAll() {
        LongStream.rangeClosed(1, 10_000).forEach(id -> live.accepted(moved(id, "orders", id % 1000)));
        ConnectionSearch.Direction down = ConnectionSearch.Direction.DOWN;

        LiveConnections.Found first =
                live.find(new ConnectionSearch(null, null, ConnectionSearch.Order.BYTES, down, 0, 3));
        assertThat(first.matching()).isEqualTo(10_000);
        assertThat(ids(first)).containsExactly(9999L, 8999L, 7999L);
        LiveConnections.Found second =
                live.find(new ConnectionSearch(null, null, ConnectionSearch.Order.BYTES, down, 9, 2));
        assertThat(ids(second)).containsExactly(999L, 9998L);
    }

    /** However many there are, each is looked at once, and nothing but the page is read in full. */
    @Test
    void aPageOfTenThousandReadsEachOnce() {
        AtomicInteger keys = new AtomicInteger();
        AtomicInteger others = new AtomicInteger();
        LongStream.rangeClosed(1, 10_000).forEach(id -> live.accepted(counting(id, keys, others)));

        LiveConnections.Found page = live.find(new ConnectionSearch(
                null, null, ConnectionSearch.Order.CLIENT, ConnectionSearch.Direction.DOWN, 0, 50));

        assertThat(page.connections()).hasSize(50);
        assertThat(page.matching()).isEqualTo(10_000);
        assertThat(keys).hasValue(10_000);
        assertThat(others).hasValue(0);
    }

    private static ConnectionView counting(long id, AtomicInteger keys, AtomicInteger others) {
        return (ConnectionView) Proxy.newProxyInstance(
                ConnectionView.class.getClassLoader(),
                new Class<?>[] {ConnectionView.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "id" -> id;
                    case "clientAddress" -> {
                        keys.incrementAndGet();
                        yield "192.0.2.7:" + id;
                    }
                    default -> others.incrementAndGet();
                });
    }

    @Test
    void aSearchFindsWhatShowsTheText() {
        live.accepted(moved(1, "orders", 0));
        live.accepted(moved(2, "bills", 0)
                .with(new TlsSession("TLSv1.3", "TLS_AES_128_GCM_SHA256", false, "shop.test", null, null)));
        assertThat(ids(live.find(search("SHOP")))).containsExactly(2L);
        assertThat(ids(live.find(search("order")))).containsExactly(1L);
        assertThat(ids(live.find(search("192.0.2.7")))).containsExactly(1L, 2L);
        assertThat(live.find(search("nothing like it")).matching()).isZero();
    }

    private static ConnectionSearch search(String text) {
        return new ConnectionSearch(null, text, ConnectionSearch.Order.OPENED, ConnectionSearch.Direction.UP, 0, 10);
    }

    @Test
    void connectionsAreCountedByRelay() {
        live.accepted(FakeConnection.numbered(1, "orders"));
        live.accepted(FakeConnection.numbered(2, "bills"));
        live.accepted(FakeConnection.numbered(3, "bills"));
        assertThat(live.countByRelay()).isEqualTo(Map.of("orders", 1, "bills", 2));
    }
}
