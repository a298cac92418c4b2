package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.epoll.Epoll;
import io.sallyport.TestPki;
import io.sallyport.peer.OpenSsl;
import io.sallyport.peer.Peer;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.profile.Address;
import io.sallyport.profile.Limits;
import io.sallyport.profile.Network;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Profile;
import io.sallyport.profile.ProxyProtocol;
import io.sallyport.profile.Relay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits by who a client is and where it comes from, and rates, on real sockets. */
class ClientLimitsTest {

    private static final int MIB = 1024 * 1024;

    private final AtomicLong clock = new AtomicLong();

    @AutoClose
    private final RelayRig rig = new RelayRig(clock::get);

    private final Upstream echo = rig.closing(Upstream.echo());

    private int start(@Nullable Profile listen, Limits limits) throws Exception {
        return start(listen, limits, null);
    }

    private int start(@Nullable Profile listen, Limits limits, ProxyProtocol.@Nullable Accept proxies)
            throws Exception {
        Relay relay = new Relay(
                "orders",
                new Relay.Listen(new Address("127.0.0.1", 0), listen == null ? null : listen.name(), false)
                        .withProxyProtocol(proxies),
                new Relay.Connect(List.of(new Address("127.0.0.1", echo.port())), null, PeerName.OF_ADDRESS),
                RelayRig.TIMEOUTS,
                limits);
        return rig.start(relay, listen, null);
    }

    private static Limits perIdentity(int connections) {
        return new Limits(100, null, connections, null, null, null);
    }

    private static Limits perAddress(int connections) {
        return new Limits(100, connections, null, null, null, null);
    }

    private static TlsPeer connect(int port, TestPki who, String version) throws IOException {
        return TlsPeer.connect(port, TestTls.context(who), version, "server.test");
    }

    private static void speak(Peer peer) throws IOException {
        peer.write(new byte[] {1});
        assertThat(peer.readExactly(1)).containsExactly(1);
    }

    /** The last one that was turned away, of so many. */
    private RecordedEvents.TurnedAway awaitTurnedAway(int count) {
        await().atMost(Duration.ofSeconds(10)).until(() -> rig.events.turnedAway.size() >= count);
        return rig.events.turnedAway.get(count - 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theThirdConnectionOfOneCertificateIsRefusedAndAnotherCertificateIsNot(String version) throws Exception {
        int port = start(RelayRig.edge(), perIdentity(2));
        try (Peer first = connect(port, TestPki.CLIENT_TRUSTED, version)) {
            try (Peer second = connect(port, TestPki.CLIENT_TRUSTED, version)) {
                speak(first);
                speak(second);
                try (Peer third = connect(port, TestPki.CLIENT_TRUSTED, version)) {
                    assertThat(third.readAll()).satisfies(received -> {
                        assertThat(received.bytes()).isZero();
                        assertThat(received.end()).isEqualTo(Peer.Seen.CLOSE_NOTIFY);
                    });
                }
                assertThat(awaitTurnedAway(1))
                        .isEqualTo(new RecordedEvents.TurnedAway(
                                CloseReason.IDENTITY_LIMIT,
                                "sallyport.relays.orders.limits.connections-per-identity is 2"));
                assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.IDENTITY_LIMIT);
                // It has the same subject, but it is another one.
                try (Peer other = connect(port, TestPki.CLIENT_VIA_ONE_INTERMEDIATE, version)) {
                    speak(other);
                    speak(first);
                }
            }
            rig.events.awaitClosed(3);
            try (Peer next = connect(port, TestPki.CLIENT_TRUSTED, version)) {
                speak(next);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void aResumedSessionCountsToo(String version, @TempDir Path directory) throws Exception {
        int port = start(RelayRig.edge(), perIdentity(1));
        SessionClient client = new SessionClient(rig, directory, TestPki.CLIENT_TRUSTED.credential());
        client.connect(port, version, null, "session");
        rig.events.awaitIdle();
        try (Peer first = connect(port, TestPki.CLIENT_TRUSTED, "TLSv1.3")) {
            speak(first);
            try (OpenSsl second = client.start(port, version, "session", null)) {
                assertThat(awaitTurnedAway(1).reason()).isEqualTo(CloseReason.IDENTITY_LIMIT);
                assertThat(second.awaitEnd()).contains("Reused, TLSv1");
            }
            assertThat(rig.events.serverSessions.get(2).resumed()).isTrue();
        }
        rig.events.awaitIdle();
        // And holds a place, as a full handshake does.
        try (OpenSsl first = client.start(port, version, "session", null)) {
            first.type("hello\n");
            await().atMost(Duration.ofSeconds(15))
                    .untilAsserted(() -> assertThat(first.output()).contains("hello"));
            try (Peer second = connect(port, TestPki.CLIENT_TRUSTED, "TLSv1.3")) {
                assertThat(second.readAll().bytes()).isZero();
            }
            assertThat(awaitTurnedAway(2).reason()).isEqualTo(CloseReason.IDENTITY_LIMIT);
            first.endInput();
            first.awaitEnd();
        }
    }

    @Test
    void anAddressHasItsPlacesAndAnotherOneHasItsOwn() throws Exception {
        int port = start(null, perAddress(1));
        try (Socket first = from("127.0.0.1", port)) {
            assertThat(isServed(first)).isTrue();
            try (Socket second = from("127.0.0.1", port)) {
                assertThat(isServed(second)).isFalse();
            }
            assertThat(awaitTurnedAway(1))
                    .isEqualTo(new RecordedEvents.TurnedAway(
                            CloseReason.ADDRESS_LIMIT, "sallyport.relays.orders.limits.connections-per-address is 1"));
            try (Socket other = from("127.0.0.2", port)) {
                assertThat(isServed(other)).isTrue();
            }
        }
        rig.events.awaitIdle();
        try (Socket next = from("127.0.0.1", port)) {
            assertThat(isServed(next)).isTrue();
        }
    }

    private static Socket from(String local, int port) throws IOException {
        return new Socket("127.0.0.1", port, InetAddress.getByName(local), 0);
    }

    private static boolean isServed(Socket socket) {
        try {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(7);
            return socket.getInputStream().read() == 7;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void whoeverAProxySpeaksForHasItsOwnPlaces() throws Exception {
        ProxyProtocol.Accept proxies = new ProxyProtocol.Accept(
                Set.of(ProxyProtocol.Version.values()), List.of(Network.parse("127.0.0.0/8")), Duration.ofSeconds(10));
        int port = start(null, perAddress(1), proxies);
        try (Peer one = behindProxy(port, "2001:db8::1")) {
            speak(one);
            try (Peer neighbour = behindProxy(port, "2001:db8::ffff:0:0:7")) {
                assertThat(neighbour.readAll().end()).isEqualTo(Peer.Seen.RESET);
            }
            assertThat(awaitTurnedAway(1).reason()).isEqualTo(CloseReason.ADDRESS_LIMIT);
            try (Peer other = behindProxy(port, "2001:db8:0:1::1")) {
                speak(other);
            }
        }
    }

    private static Peer behindProxy(int port, String client) throws IOException {
        Peer peer = PlainPeer.connect(port);
        peer.write(("PROXY TCP6 " + client + " 2001:db8::2 40000 443\r\n").getBytes(StandardCharsets.US_ASCII));
        return peer;
    }

    @Test
    void newConnectionsComeAsFastAsTheyMay() throws Exception {
        int port = start(null, new Limits(100, null, null, 2, null, null));
        for (int i = 1; i <= 3; i++) {
            try (Socket first = from("127.0.0.1", port);
                    Socket second = from("127.0.0.1", port);
                    Socket third = from("127.0.0.1", port)) {
                // Two event loops have them, so any may be the last.
                assertThat(Stream.of(first, second, third).filter(ClientLimitsTest::isServed))
                        .hasSize(2);
                assertThat(awaitTurnedAway(i))
                        .isEqualTo(new RecordedEvents.TurnedAway(
                                CloseReason.CONNECTION_RATE_LIMIT,
                                "sallyport.relays.orders.limits.connections-per-second is 2"));
            }
            clock.addAndGet(Duration.ofSeconds(1).toNanos());
        }
    }

    /** Its clients have no address, but they are new connections too. */
    @Test
    void newConnectionsOfAUnixSocketComeAsFastAsTheyMayToo(@TempDir Path directory) throws Exception {
        assumeThat(Epoll.isAvailable()).as("native transport").isTrue();
        Path path = directory.resolve("in.sock");
        Relay relay = new Relay(
                "orders",
                new Relay.Listen(Address.parse("unix:" + path), null, false),
                new Relay.Connect(List.of(new Address("127.0.0.1", echo.port())), null, PeerName.OF_ADDRESS),
                RelayRig.TIMEOUTS,
                new Limits(100, null, null, 1, null, null));
        rig.start(relay, null, null);
        try (SocketChannel first = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            assertThat(isServed(first)).isTrue();
            try (SocketChannel second = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                assertThat(isServed(second)).isFalse();
            }
            assertThat(awaitTurnedAway(1).reason()).isEqualTo(CloseReason.CONNECTION_RATE_LIMIT);
            clock.addAndGet(Duration.ofSeconds(1).toNanos());
            try (SocketChannel third = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                assertThat(isServed(third)).isTrue();
            }
        }
    }

    private static boolean isServed(SocketChannel channel) {
        try {
            channel.write(ByteBuffer.wrap(new byte[] {7}));
            ByteBuffer reply = ByteBuffer.allocate(1);
            return channel.read(reply) == 1 && reply.get(0) == 7;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void handshakesBeginAsFastAsTheyMayAndWhoIsSilentTakesNone() throws Exception {
        int port = start(RelayRig.edge(), new Limits(100, null, null, null, 1, null));
        try (Peer silent = PlainPeer.connect(port);
                Peer first = connect(port, TestPki.CLIENT_TRUSTED, "TLSv1.3")) {
            speak(first);
            try {
                connect(port, TestPki.CLIENT_TRUSTED, "TLSv1.3").close();
                throw new AssertionError("a second handshake was done");
            } catch (IOException e) {
                assertThat(awaitTurnedAway(1).reason()).isEqualTo(CloseReason.HANDSHAKE_RATE_LIMIT);
            }
            clock.addAndGet(Duration.ofSeconds(1).toNanos());
            try (Peer next = connect(port, TestPki.CLIENT_TRUSTED, "TLSv1.2")) {
                speak(next);
            }
            silent.reset();
        }
        assertThat(rig.events.turnedAway).hasSize(1);
    }

    /** On the true clock: pauses are real. It can't be quicker than the rate, however slow the machine is. */
    /** The clock stands still, so that nothing is earned meanwhile: what is beyond the rate is told to the byte. */
    @Test
    void bytesBeyondTheRateWaitAndNoneIsLost() throws Exception {
        int port = start(null, new Limits(100, null, null, null, null, 4L * MIB));
        byte[] data = new byte[4 * MIB + MIB / 2];
        new Random(5).nextBytes(data);
        try (Peer client = PlainPeer.connect(port)) {
            var sent = echo.async(() -> {
                client.write(data);
                client.end();
                return null;
            });
            assertThat(client.readAll().sha256()).isEqualTo(Peer.sha256(data));
            sent.get();
        }
        assertThat(rig.events.longestPause.get())
                .isCloseTo(Duration.ofSeconds(1).toNanos() / 8, within(1_000L)); // Each charge is rounded.
        assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.DONE);
    }
}
