package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.peer.Peer;
import io.sallyport.peer.PlainPeer;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Relay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Upstreams that are known by name. */
class NamesTest {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private NameServer names;

    @BeforeEach
    void open() throws Exception {
        names = new NameServer();
        rig.askForNamesAt(names.address());
    }

    @AfterEach
    void close() throws Exception {
        names.close();
    }

    /** Says its letter to each connection. */
    private static final class Letter implements AutoCloseable {

        private final ServerSocket server = new ServerSocket();

        /** @param port 0 for a free one */
        Letter(char letter, String host, int port) throws IOException {
            server.bind(new InetSocketAddress(InetAddress.getByName(host), port), 100);
            Thread thread = new Thread(() -> serve(letter), "letter-" + letter);
            thread.setDaemon(true);
            thread.start();
        }

        private void serve(char letter) {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    socket.getOutputStream().write(letter);
                } catch (IOException e) {
                    // The end.
                }
            }
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private int start(String... addresses) throws Exception {
        Relay relay = new Relay(
                "orders",
                new Relay.Listen(new io.sallyport.profile.Address("127.0.0.1", 0), null, false),
                new Relay.Connect(
                                Stream.of(addresses)
                                        .map(text -> io.sallyport.profile.Upstream.parse(text)
                                                .address())
                                        .toList(),
                                null,
                                PeerName.OF_ADDRESS)
                        .withBalancing(new io.sallyport.profile.Balancing(
                                io.sallyport.profile.Balancing.Method.IN_ORDER,
                                null,
                                new io.sallyport.profile.Balancing.Ejection(100, Duration.ofMinutes(1)))),
                new Relay.Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofMinutes(1)));
        return rig.start(relay, null, null);
    }

    /** The letter that answers, or {@code -} where none does. */
    private static char ask(int port) throws IOException {
        try (Peer client = PlainPeer.connect(port)) {
            byte[] one = new byte[1];
            char answer = client.read(one) < 0 ? '-' : (char) one[0];
            client.end();
            return answer;
        }
    }

    @Test
    void anAnswerIsKeptForItsTtlAndNotLonger() throws Exception {
        try (Letter a = new Letter('a', "127.0.0.1", 0);
                Letter b = new Letter('b', "127.0.0.2", a.port())) {
            names.address("kept.test", 3600, "127.0.0.1");
            names.address("moving.test", 1, "127.0.0.1");
            int kept = start("kept.test:" + a.port());
            int moving = start("moving.test:" + a.port());
            assertThat(ask(kept)).isEqualTo('a');
            assertThat(ask(moving)).isEqualTo('a');
            names.forget("kept.test");
            names.forget("moving.test");
            names.address("kept.test", 3600, "127.0.0.2");
            names.address("moving.test", 1, "127.0.0.2");

            await().atMost(LIMIT).until(() -> ask(moving) == 'b');

            assertThat(ask(kept)).isEqualTo('a');
            assertThat(names.asked)
                    .filteredOn(question -> question.startsWith("kept.test. A"))
                    .hasSizeBetween(1, 2);
            assertThat(b.port()).isEqualTo(a.port());
        }
    }

    @Test
    void bothFamiliesAreTried() throws Exception {
        try (Letter six = new Letter('6', "::1", 0)) {
            names.address("both.test", 60, "127.0.0.1");
            names.address("both.test", 60, "::1");

            assertThat(ask(start("both.test:" + six.port()))).isEqualTo('6');
            assertThat(rig.events.dialFailures).containsExactly(CloseReason.CONNECT_REFUSED);
        }
        try (Letter four = new Letter('4', "127.0.0.1", 0)) {
            assertThat(ask(start("both.test:" + four.port()))).isEqualTo('4');
        }
    }

    @Test
    void aNameThatIsNotThereStopsNoStartAndIsFoundOnceItIs() throws Exception {
        try (Letter late = new Letter('l', "127.0.0.1", 0);
                Letter other = new Letter('o', "127.0.0.1", 0)) {
            int alone = start("late.test:" + late.port());
            int helped = start("late.test:" + late.port(), "127.0.0.1:" + other.port());
            assertThat(ask(alone)).isEqualTo('-');
            assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.CONNECT_UNRESOLVED);
            assertThat(ask(helped)).isEqualTo('o');

            names.address("late.test", 60, "127.0.0.1");

            await().atMost(LIMIT).until(() -> ask(alone) == 'l' && ask(helped) == 'l');
        }
    }

    /** There are two event loops: with a blocked one, every other connection would wait. */
    @Test
    void aNameServerThatIsSilentHoldsUpNobodyElse() throws Exception {
        try (Letter a = new Letter('a', "127.0.0.1", 0)) {
            names.fallSilent();
            int waiting = start("silent.test:1");
            int figures = start("127.0.0.1:" + a.port());
            try (Peer one = PlainPeer.connect(waiting);
                    Peer two = PlainPeer.connect(waiting)) {
                await().atMost(LIMIT).until(() -> !names.asked.isEmpty());
                for (int i = 0; i < 4; i++) {
                    assertThat(ask(figures)).isEqualTo('a');
                }
                rig.events.awaitClosed(4);
                assertThat(rig.events.active()).isEqualTo(2);
                one.end();
                two.end();
            }
        }
    }

    @Test
    void aServiceIsTriedByThePriorityOfItsHosts() throws Exception {
        try (Letter first = new Letter('f', "127.0.0.1", 0);
                Letter second = new Letter('s', "127.0.0.1", 0)) {
            names.service("_amqps._tcp.broker.test", 20, 1, second.port(), "b.broker.test");
            names.service("_amqps._tcp.broker.test", 10, 1, first.port(), "a.broker.test");
            names.service("_amqps._tcp.broker.test", 5, 1, 1, "gone.broker.test");
            names.address("a.broker.test", 60, "127.0.0.1");
            names.address("b.broker.test", 60, "127.0.0.1");
            int port = start("_amqps._tcp.broker.test");

            assertThat(ask(port)).isEqualTo('f');
            first.close();
            assertThat(ask(port)).isEqualTo('s');

            rig.events.awaitClosed(2);
            assertThat(rig.events.closed.get(1).connection().upstream()).hasToString("_amqps._tcp.broker.test");
            assertThat(names.asked)
                    .filteredOn(question -> question.endsWith(" SRV"))
                    .as("kept for its TTL")
                    .hasSize(1);
        }
    }

    @Test
    void aServiceThatIsNotThereIsUnresolved() throws Exception {
        names.service("_none._tcp.broker.test", 0, 0, 0, "");
        assertThat(ask(start("_none._tcp.broker.test"))).isEqualTo('-');
        assertThat(ask(start("_missing._tcp.broker.test"))).isEqualTo('-');

        rig.events.awaitClosed(2);
        assertThat(rig.events.closed)
                .extracting(RecordedEvents.Closed::reason)
                .containsOnly(CloseReason.CONNECT_UNRESOLVED);
    }

    @Test
    void hostsOfOnePriorityAreDrawnByWeight() {
        Services.Target light = new Services.Target(1, 1, 1, "light");
        Services.Target heavy = new Services.Target(1, 3, 1, "heavy");
        Services.Target last = new Services.Target(2, 60_000, 1, "last");
        java.util.Random random = new java.util.Random(1);
        int heavyFirst = 0;
        for (int i = 0; i < 10_000; i++) {
            java.util.List<Services.Target> order = Services.ordered(java.util.List.of(last, heavy, light), random);
            assertThat(order).hasSize(3).endsWith(last);
            heavyFirst += order.get(0) == heavy ? 1 : 0;
        }
        // A number from 0 to 4 is drawn, and two of the five are the light one's (RFC 2782).
        assertThat(heavyFirst).isCloseTo(6000, org.assertj.core.data.Percentage.withPercentage(5));
    }
}
