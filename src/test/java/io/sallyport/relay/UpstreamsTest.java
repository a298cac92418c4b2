package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.DefaultEventLoop;
import io.sallyport.profile.Address;
import io.sallyport.profile.Balancing;
import io.sallyport.profile.Balancing.Method;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Relay;
import io.sallyport.profile.Upstream;
import io.sallyport.tls.Identity;
import io.sallyport.tls.TlsSession;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UpstreamsTest {

    private static final int CONNECTIONS = 10_000;
    private static final Percentage FIVE = Percentage.withPercentage(5);
    private static final Address A = new Address("10.0.0.1", 1);
    private static final Address B = new Address("10.0.0.2", 1);
    private static final Address C = new Address("10.0.0.3", 1);

    private final RecordedEvents events = new RecordedEvents();

    private static Relay.Connect connect(Method method, Duration ejected, String... upstreams) {
        return new Relay.Connect(List.of(A), null, PeerName.OF_ADDRESS)
                .withUpstreams(Stream.of(upstreams).map(Upstream::parse).toList())
                .withBalancing(new Balancing(method, null, new Balancing.Ejection(2, ejected)));
    }

    private Upstreams upstreams(Method method, String... upstreams) {
        return Upstreams.of("orders", connect(method, Duration.ofHours(1), upstreams), events);
    }

    /** All that a choice may depend on. */
    private static ConnectionView client(String address, @Nullable String subject) {
        TlsSession session = subject == null
                ? null
                : new TlsSession("TLSv1.3", "c", false, null, null, new Identity(subject, "f".repeat(64)));
        return new StubConnection(address, session);
    }

    private static ConnectionView client(int number) {
        return client("10.1." + number / 250 + "." + number % 250 + ":40000", null);
    }

    private static Map<Address, Integer> shares(Upstreams upstreams) {
        Map<Address, Integer> shares = new HashMap<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            shares.merge(upstreams.order(client(i)).get(0), 1, Integer::sum);
        }
        return shares;
    }

    private static void down(Upstreams upstreams, Address address) {
        upstreams.checked(upstreams.state(address), false, "test");
    }

    @Test
    void roundRobinGoesInTurn() {
        Upstreams upstreams = upstreams(Method.ROUND_ROBIN, "10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1");

        List<Address> first = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            first.add(upstreams.order(client(1)).get(0));
        }

        assertThat(first).containsExactly(A, B, C, A, B, C);
        assertThat(upstreams.order(client(1))).containsExactlyInAnyOrder(A, B, C);
    }

    @Test
    void weightsAreSharesAlsoOfThoseThatAreLeft() {
        Upstreams upstreams = upstreams(Method.ROUND_ROBIN, "10.0.0.1:1 weight=3", "10.0.0.2:1", "10.0.0.3:1 weight=6");

        Map<Address, Integer> all = shares(upstreams);
        assertThat(all.get(A)).isCloseTo(3 * CONNECTIONS / 10, FIVE);
        assertThat(all.get(B)).isCloseTo(CONNECTIONS / 10, FIVE);
        assertThat(all.get(C)).isCloseTo(6 * CONNECTIONS / 10, FIVE);

        down(upstreams, C);
        Map<Address, Integer> left = shares(upstreams);
        assertThat(left.get(A)).isCloseTo(3 * CONNECTIONS / 4, FIVE);
        assertThat(left.get(B)).isCloseTo(CONNECTIONS / 4, FIVE);
        assertThat(left).doesNotContainKey(C);
    }

    @Test
    void leastConnectionsFillsUpByWeight() {
        Upstreams upstreams = upstreams(Method.LEAST_CONNECTIONS, "10.0.0.1:1", "10.0.0.2:1 weight=2", "10.0.0.3:1");
        Random random = new Random(7);
        Deque<Address> open = new ArrayDeque<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            Address chosen = upstreams.order(client(i)).get(0);
            upstreams.state(chosen).enter();
            open.add(chosen);
            if (open.size() > 4000) {
                // Connections end in an order that has nothing to do with the upstream.
                for (int skip = random.nextInt(50); skip > 0; skip--) {
                    open.add(open.remove());
                }
                upstreams.state(open.remove()).leave();
            }
        }

        assertThat(upstreams.state(A).connections()).isCloseTo(1000, FIVE);
        assertThat(upstreams.state(B).connections()).isCloseTo(2000, FIVE);
        assertThat(upstreams.state(C).connections()).isCloseTo(1000, FIVE);
    }

    @Test
    void aClientsHashIsItsUpstreamAndOnlyTheClientsOfTheOneThatGoesMove() {
        Upstreams upstreams = upstreams(Method.HASH_ADDRESS, "10.0.0.1:1", "10.0.0.2:1 weight=2", "10.0.0.3:1");
        Map<Integer, Address> before = new HashMap<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            before.put(i, upstreams.order(client(i)).get(0));
        }
        assertThat(shares(upstreams).get(B)).isCloseTo(CONNECTIONS / 2, FIVE);

        down(upstreams, A);
        for (int i = 0; i < CONNECTIONS; i++) {
            Address now = upstreams.order(client(i)).get(0);
            if (!A.equals(before.get(i))) {
                assertThat(now).isEqualTo(before.get(i));
            }
        }
    }

    @Test
    void theHashOfAnIdentityIsTheSameFromEveryAddress() {
        Upstreams upstreams = upstreams(Method.HASH_IDENTITY, "10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1");
        for (int i = 0; i < 50; i++) {
            assertThat(upstreams.order(client("10.1.1." + i + ":1", "CN=client.test")))
                    .isEqualTo(upstreams.order(client("10.1.1.1:7", "CN=client.test")));
        }
        assertThat(upstreams.order(client("10.1.1.1:1", null))).isEqualTo(upstreams.order(client("10.1.1.1:2", null)));
    }

    @Test
    void backupsComeAfterPrimariesAndThoseThatAreDownComeLast() {
        Upstreams upstreams = upstreams(Method.IN_ORDER, "10.0.0.1:1 backup", "10.0.0.2:1", "10.0.0.3:1");
        assertThat(upstreams.order(client(1))).containsExactly(B, C, A);

        down(upstreams, B);
        assertThat(upstreams.order(client(1))).containsExactly(C, A, B);

        down(upstreams, C);
        down(upstreams, A);
        assertThat(upstreams.order(client(1))).containsExactly(B, C, A);
    }

    @Test
    void whatIsKnownOfAnAddressOutlivesAReload() {
        Upstreams before = upstreams(Method.IN_ORDER, "10.0.0.1:1", "10.0.0.2:1");
        down(before, A);
        before.state(A).enter();

        Upstreams after =
                before.renewed("orders", connect(Method.IN_ORDER, Duration.ofHours(1), "10.0.0.1:1", "10.0.0.3:1"));

        assertThat(after.order(client(1))).containsExactly(C, A);
        assertThat(after.views()).extracting(UpstreamView::connections).containsExactly(1, 0);
    }

    @Test
    void oneThatFailsAgainAndAgainIsLeftAloneForAWhile() {
        Upstreams upstreams = Upstreams.of(
                "orders", connect(Method.IN_ORDER, Duration.ofMillis(100), "10.0.0.1:1", "10.0.0.2:1"), events);
        DefaultEventLoop loop = new DefaultEventLoop();
        try {
            upstreams.failed(A, loop);
            upstreams.succeeded(A);
            upstreams.failed(A, loop);
            assertThat(upstreams.order(client(1))).containsExactly(A, B);

            upstreams.failed(A, loop);
            assertThat(events.upstreams).containsExactly("10.0.0.1:1 down");

            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(
                            () -> assertThat(events.upstreams).containsExactly("10.0.0.1:1 down", "10.0.0.1:1 up"));
            assertThat(upstreams.order(client(1))).containsExactly(A, B);
        } finally {
            loop.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ROUND_ROBIN", "LEAST_CONNECTIONS"})
    void oneThatComesBackGetsItsShareByAndBy(Method method) {
        long[] now = {0};
        Relay.Connect connect = connect(method, Duration.ofHours(1), "10.0.0.1:1", "10.0.0.2:1");
        Balancing slow = new Balancing(method, null, connect.balancing().ejection(), Duration.ofSeconds(100));
        Upstreams upstreams = Upstreams.of("orders", connect.withBalancing(slow), events, () -> now[0]);
        assertThat(opened(upstreams).get(B)).as("at the start nobody is new").isCloseTo(500, FIVE);
        down(upstreams, B);
        upstreams.checked(upstreams.state(B), true, "test");

        assertThat(opened(upstreams).getOrDefault(B, 0)).as("just back").isLessThan(15);
        now[0] = Duration.ofSeconds(25).toNanos();
        assertThat(opened(upstreams).get(B)).as("a quarter of the weight").isCloseTo(200, FIVE);
        now[0] = Duration.ofSeconds(100).toNanos();
        assertThat(opened(upstreams).get(B)).as("all of it").isCloseTo(500, FIVE);
    }

    /** How 1,000 connections that are open at once are shared; then they are closed. */
    private Map<Address, Integer> opened(Upstreams upstreams) {
        Map<Address, Integer> shares = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            Address first = upstreams.order(client(i)).get(0);
            upstreams.state(first).enter();
            shares.merge(first, 1, Integer::sum);
        }
        shares.forEach((address, count) -> {
            for (int i = 0; i < count; i++) {
                upstreams.state(address).leave();
            }
        });
        return shares;
    }

    @Test
    void oneThatIsDrainedIsTriedOnlyBehindAllOthersAlsoAfterAReload() {
        Upstreams upstreams = upstreams(Method.IN_ORDER, "10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1 backup");
        assertThat(upstreams.drain(A, true)).isTrue();
        down(upstreams, B);
        ConnectionView anyone = client("192.0.2.1:1", null);
        assertThat(upstreams.order(anyone)).containsExactly(C, B, A);
        Upstreams renewed =
                upstreams.renewed("orders", connect(Method.IN_ORDER, Duration.ofHours(1), "10.0.0.1:1", "10.0.0.3:1"));
        assertThat(renewed.order(anyone)).containsExactly(C, A);
        assertThat(renewed.views()).extracting(UpstreamView::draining).containsExactly(true, false);
        assertThat(renewed.drain(A, false)).isTrue();
        assertThat(renewed.order(anyone)).containsExactly(A, C);
        assertThat(renewed.drain(B, true)).isFalse();
    }
}
