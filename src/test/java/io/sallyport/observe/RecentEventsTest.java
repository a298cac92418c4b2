package io.sallyport.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sallyport.fault.Refusal;
import io.sallyport.profile.Address;
import io.sallyport.relay.CloseReason;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsFailure;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentEventsTest {

    private final RecentEvents events = new RecentEvents();

    private void refuse(long connection, String detail) {
        events.refused(
                FakeConnection.numbered(connection, "orders"),
                "edge",
                Side.SERVER,
                new TlsFailure(Side.SERVER, Refusal.CERTIFICATE_EXPIRED, detail));
    }

    @Test
    void aRefusalIsToldWithItsHint() {
        refuse(7, "it ended yesterday");
        RecentEvents.Event event = events.newest(0, 10).get(0);
        assertThat(event.id()).isEqualTo(1);
        assertThat(event.connection()).isEqualTo(7);
        assertThat(event.kind().code()).isEqualTo("handshake_refused");
        assertThat(event.peer()).isEqualTo("192.0.2.7:40000");
        assertThat(event.reason()).isEqualTo("certificate_expired");
        assertThat(event.openssl()).isEqualTo(10);
        assertThat(event.detail()).isEqualTo("it ended yesterday");
        assertThat(event.hint()).startsWith("renew the certificate");
    }

    @Test
    void anUpstreamThatWasNotReachedIsTold() {
        events.dialFailed(
                FakeConnection.numbered(1, "orders"),
                new Address("192.0.2.9", 5671),
                CloseReason.CONNECT_REFUSED,
                "nothing listens there");
        RecentEvents.Event event = events.newest(0, 10).get(0);
        assertThat(event.kind().code()).isEqualTo("upstream_not_reached");
        assertThat(event.peer()).isEqualTo("192.0.2.9:5671");
        assertThat(event.reason()).isEqualTo("connect_refused");
    }

    @Test
    void upstreamsThatChangeAndReloadsAreTold() {
        Address upstream = new Address("192.0.2.9", 5671);
        events.upstreamChanged("orders", upstream, false, "3 checks failed in a row");
        events.upstreamChanged("orders", upstream, true, "2 checks succeeded in a row");
        events.reloaded("refused", "asked for by api", "did you mean ca?");

        assertThat(events.newest(0, 10))
                .extracting(event -> event.kind().code(), RecentEvents.Event::reason, RecentEvents.Event::relay)
                .containsExactly(
                        tuple("reloaded", "refused", null),
                        tuple("upstream_changed", "up", "orders"),
                        tuple("upstream_changed", "down", "orders"));
        assertThat(events.newest(0, 1).get(0).hint()).isEqualTo("did you mean ca?");
    }

    @Test
    void theNewestComeFirstAndTheOldestMakeWay() {
        IntStream.rangeClosed(1, RecentEvents.CAPACITY + 20).forEach(id -> refuse(id, "one of many"));
        assertThat(events.last()).isEqualTo(RecentEvents.CAPACITY + 20);
        List<Long> all =
                events.newest(0, 1000).stream().map(RecentEvents.Event::id).toList();
        assertThat(all).hasSize(RecentEvents.CAPACITY).startsWith(520L, 519L).endsWith(22L, 21L);
        assertThat(events.newest(518, 1000)).hasSize(2);
        assertThat(events.newest(0, 3)).hasSize(3);
    }

    @Test
    void aLongSentenceIsCut() {
        refuse(1, "x".repeat(5000));
        assertThat(events.newest(0, 1).get(0).detail()).hasSize(513).endsWith("…");
    }
}
