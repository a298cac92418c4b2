package io.sallyport.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.relay.CloseReason;
import io.sallyport.relay.ConnectionView;
import java.util.List;
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
}
