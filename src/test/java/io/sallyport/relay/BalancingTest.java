package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import io.sallyport.peer.Peer;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.TestTls;
import io.sallyport.profile.Address;
import io.sallyport.profile.Balancing;
import io.sallyport.profile.Balancing.Method;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Profile;
import io.sallyport.profile.ProxyProtocol;
import io.sallyport.profile.Relay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Several upstreams on real sockets, some of which fail. */
class BalancingTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Balancing.Ejection NEVER = new Balancing.Ejection(100, Duration.ofMillis(1));
    private static final Balancing.Health OFTEN = new Balancing.Health(Duration.ofSeconds(1), 2, 2);

    @AutoClose
    private final RelayRig rig = new RelayRig();

    /** Says its letter to each connection, and can go and come back. */
    private static final class Letter implements AutoCloseable {

        private final byte letter;
        private int port;
        private ServerSocket server;

        Letter(char letter) throws IOException {
            this.letter = (byte) letter;
            this.server = listen();
            this.port = server.getLocalPort();
        }

        private ServerSocket listen() throws IOException {
            ServerSocket listening = new ServerSocket();
            listening.setReuseAddress(true);
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
            Thread thread = new Thread(() -> serve(listening), "letter-" + (char) letter);
            thread.setDaemon(true);
            thread.start();
            return listening;
        }

        private void serve(ServerSocket listening) {
            while (!listening.isClosed()) {
                try (Socket socket = listening.accept()) {
                    socket.getOutputStream().write(letter);
                } catch (IOException e) {
                    // A check that has left, or the end.
                }
            }
        }

        void comeBack() throws IOException {
            server = listen();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private static Relay relay(
            Method method,
            Balancing.@Nullable Health health,
            Balancing.Ejection ejection,
            @Nullable Profile profile,
            int... ports) {
        return new Relay(
                "orders",
                new Relay.Listen(new Address("127.0.0.1", 0), null, false),
                new Relay.Connect(
                                IntStream.of(ports)
                                        .mapToObj(port -> new Address("127.0.0.1", port))
                                        .toList(),
                                profile == null ? null : profile.name(),
                                profile == null ? PeerName.OF_ADDRESS : new PeerName("server.test", null))
                        .withBalancing(new Balancing(method, health, ejection)),
                new Relay.Timeouts(Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ofMinutes(1)));
    }

    private static char ask(int port) throws IOException {
        try (Peer client = PlainPeer.connect(port)) {
            char answer = (char) client.readExactly(1)[0];
            client.end();
            client.readAll();
            return answer;
        }
    }

    @Test
    void oneOfThreeDiesUnderLoadAndComesBackAndNoClientNotices() throws Exception {
        try (Letter a = new Letter('a');
                Letter b = new Letter('b');
                Letter c = new Letter('c')) {
            int port = rig.start(
                    relay(
                            Method.ROUND_ROBIN,
                            new Balancing.Health(Duration.ofMillis(100), 2, 2),
                            NEVER,
                            null,
                            a.port,
                            b.port,
                            c.port),
                    null,
                    null);
            List<Character> answers = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                answers.add(ask(port));
            }
            assertThat(answers).contains('a', 'b', 'c');

            b.close();
            await().atMost(LIMIT).until(() -> {
                answers.add(ask(port));
                return rig.events.upstreams.contains("127.0.0.1:" + b.port + " down");
            });
            int failuresWhenKnown = rig.events.dialFailures.size();
            for (int i = 0; i < 60; i++) {
                assertThat(ask(port)).isNotEqualTo('b');
            }
            assertThat(rig.events.dialFailures).hasSize(failuresWhenKnown);

            b.comeBack();
            await().atMost(LIMIT).until(() -> ask(port) == 'b');
            assertThat(rig.events.upstreams)
                    .containsExactly("127.0.0.1:" + b.port + " down", "127.0.0.1:" + b.port + " up");
        }
    }

    @Test
    void anUpstreamThatIsRefusedForItsCertificateIsPassedOver() throws Exception {
        try (Upstream wrong = Upstream.tls(TestTls.context(TestPki.SERVER_OTHER_CA), "TLSv1.3", Peer::readAll);
                Upstream right = Upstream.tls(TestTls.context(TestPki.SERVER_TRUSTED), "TLSv1.3", peer -> {
                    peer.write(peer.readExactly(1));
                    peer.end();
                })) {
            int port = rig.start(
                    relay(Method.IN_ORDER, null, NEVER, RelayRig.broker(), wrong.port(), right.port()),
                    null,
                    RelayRig.broker());
            assertPassedOver(port, right.port(), Refusal.UNKNOWN_CA);
        }
    }

    /** Behaviour I2. */
    @Test
    void anUpstreamThatNeverSpeaksTlsIsPassedOver() throws Exception {
        try (Upstream silent = Upstream.plain(Peer::readAll);
                Upstream right = Upstream.tls(TestTls.context(TestPki.SERVER_TRUSTED), "TLSv1.3", peer -> {
                    peer.write(peer.readExactly(1));
                    peer.end();
                })) {
            int port = rig.start(
                    relay(Method.IN_ORDER, null, NEVER, RelayRig.broker(), silent.port(), right.port()),
                    null,
                    RelayRig.broker());
            assertPassedOver(port, right.port(), Refusal.HANDSHAKE_TIMEOUT);
        }
    }

    private void assertPassedOver(int port, int reached, Refusal refusal) throws Exception {
        try (Peer client = PlainPeer.connect(port)) {
            client.write(new byte[] {42});
            assertThat(client.readExactly(1)).containsExactly(42);
            client.end();
            client.readAll();
        }
        assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(refusal);
        assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.DONE);
        assertThat(rig.events.closed.get(0).connection().upstream()).isEqualTo(new Address("127.0.0.1", reached));
    }

    @Test
    void aCheckDoesTheHandshakeAndHearsTheVerdictOnOurCertificate() throws Exception {
        // It trusts another root, so it turns our certificate down; in TLS 1.3 only after our handshake is done.
        try (Upstream judge = Upstream.tls(
                        TestTls.context(
                                TestPki.SERVER_TRUSTED.credential(),
                                TestPki.CLIENT_OTHER_CA.credential().leaf()),
                        "TLSv1.3",
                        Peer::readAll);
                Upstream friend = Upstream.tls(TestTls.context(TestPki.SERVER_TRUSTED), "TLSv1.3", Peer::readAll)) {
            rig.start(
                    relay(Method.IN_ORDER, OFTEN, NEVER, RelayRig.broker(), judge.port(), friend.port()),
                    null,
                    RelayRig.broker());

            await().atMost(LIMIT).until(() -> !rig.events.upstreams.isEmpty());
            assertThat(rig.events.upstreams).containsExactly("127.0.0.1:" + judge.port() + " down");
        }
    }

    @Test
    void aCheckBeginsWithTheHeaderThatTheUpstreamExpects() throws Exception {
        try (Upstream upstream = Upstream.plain(null)) {
            Relay plain = relay(Method.IN_ORDER, OFTEN, NEVER, null, upstream.port());
            Relay relay = new Relay(
                    "orders",
                    plain.listen(),
                    plain.connect()
                            .withProxyProtocol(
                                    new ProxyProtocol.Send(ProxyProtocol.Version.V2, ProxyProtocol.Detail.NONE)),
                    plain.timeouts());
            rig.start(relay, null, null);

            try (Peer check = upstream.take()) {
                byte[] header = check.readExactly(16);
                assertThat(header[12]).as("LOCAL").isEqualTo((byte) 0x20);
                assertThat(check.readAll().bytes()).isZero();
            }
        }
    }
}
