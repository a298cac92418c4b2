package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.peer.OpenSsl;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.pki.Material;
import io.sallyport.profile.Address;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Relay;
import io.sallyport.profile.VerifyMode;
import io.sallyport.tls.SessionCount;
import io.sallyport.tls.SessionCounts;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsContext;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway comes back to upstreams with the sessions that they gave. */
class ClientSessionsTest {

    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final AtomicInteger PROFILES = new AtomicInteger();

    private final String name = "broker" + PROFILES.incrementAndGet(); // Its counts begin at 0.
    private final SessionCounts counts = SessionCounts.of(name);

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private Profile broker() {
        return RelayRig.profile(name, TestPki.CLIENT_TRUSTED, VerifyMode.REQUIRED, Profile.DEFAULT_DEPTH);
    }

    private static Upstream echoOverTls(String version) throws Exception {
        return Upstream.tls(TestTls.context(TestPki.SERVER_TRUSTED), version, ClientSessionsTest::echo);
    }

    private static void echo(io.sallyport.peer.Peer peer) throws Exception {
        byte[] buffer = new byte[1024];
        for (int read = peer.read(buffer); read >= 0; read = peer.read(buffer)) {
            peer.write(buffer, read);
        }
        peer.end();
    }

    /** One connection through the relay, over when this returns. */
    private void connect(int port) throws Exception {
        int before = rig.events.closed.size();
        try (PlainPeer client = PlainPeer.connect(port)) {
            client.write(new byte[] {1, 2, 3});
            assertThat(client.readExactly(3)).containsExactly(1, 2, 3);
            client.end();
            client.readAll();
        }
        rig.events.awaitClosed(before + 1);
    }

    private List<Boolean> resumed() {
        return rig.events.clientSessions.stream()
                .map(session -> session.resumed())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void laterConnectionsResumeAndTheUpstreamIsTheSameOne(String version) throws Exception {
        try (Upstream upstream = echoOverTls(version)) {
            int port = rig.start(null, broker(), upstream.port());
            connect(port);
            connect(port);
            connect(port);
        }
        assertThat(resumed()).containsExactly(false, true, true);
        assertThat(rig.events.clientSessions.get(2).identity())
                .isNotNull()
                .isEqualTo(rig.events.clientSessions.get(0).identity());
        assertThat(counts.get(SessionCount.MISSES)).isEqualTo(1);
        assertThat(counts.get(SessionCount.HITS)).isEqualTo(2);
        assertThat(counts.get(SessionCount.CONNECT_GOOD)).isEqualTo(3);
        assertThat(counts.cached()).isPositive();
    }

    /** Its greeting waits for our Finished, which is the last message where a session is resumed or nobody is verified. */
    @ParameterizedTest
    @CsvSource({"TLSv1.2, REQUIRED", "TLSv1.3, REQUIRED", "TLSv1.2, NONE", "TLSv1.3, NONE"})
    void anUpstreamThatSpeaksFirstIsHeard(String version, VerifyMode verify) throws Exception {
        Upstream.Script greeting = peer -> {
            peer.write(new byte[] {7}, 1);
            echo(peer);
        };
        try (Upstream upstream = Upstream.tls(TestTls.context(TestPki.SERVER_TRUSTED), version, greeting)) {
            Profile broker = RelayRig.profile(name, TestPki.CLIENT_TRUSTED, verify, Profile.DEFAULT_DEPTH);
            int port = rig.start(null, broker, upstream.port());
            for (int i = 1; i <= 2; i++) {
                try (PlainPeer client = PlainPeer.connect(port)) {
                    assertThat(client.readExactly(1)).containsExactly(7);
                    client.end();
                    client.readAll();
                }
                rig.events.awaitClosed(i);
            }
        }
        assertThat(resumed()).containsExactly(false, true);
    }

    @ParameterizedTest
    @CsvSource({"-tls1_2, -no_anti_replay", "-tls1_2, -no_ticket", "-tls1_3, -no_anti_replay"})
    void theSecondConnectionToAnOpenSslServerIsReused(String version, String option) throws Exception {
        try (OpenSsl server = OpenSsl.server(
                TestPki.SERVER_TRUSTED, "-CAfile", TestPki.trustedCa().toString(), "-Verify", "1", version, option)) {
            int port = rig.start(null, broker(), server.awaitPort());
            for (int i = 1; i <= 2; i++) {
                int count = i;
                try (PlainPeer client = PlainPeer.connect(port)) {
                    await().atMost(LIMIT).until(() -> rig.events.clientSessions.size() == count);
                    await().atMost(LIMIT).until(() -> counts.cached() > 0);
                    client.end();
                    client.readAll();
                }
                rig.events.awaitClosed(i);
            }
            await().atMost(LIMIT).until(() -> server.output().contains("Reused session-id"));
        }
        assertThat(resumed()).containsExactly(false, true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void anUpstreamThatFailsWithItsOldSessionIsTriedOnceWithout(String version) throws Exception {
        try (MoodyServer upstream = new MoodyServer(version, 2)) {
            int port = rig.start(null, broker(), upstream.port());
            connect(port);
            connect(port);
            assertThat(upstream.accepted).hasValue(3);
        }
        assertThat(resumed()).containsExactly(false, false);
        assertThat(rig.events.refusals).isEmpty();
        assertThat(rig.events.closed).extracting(RecordedEvents.Closed::reason).containsOnly(CloseReason.DONE);
    }

    @Test
    void butOnlyOnce() throws Exception {
        try (MoodyServer upstream = new MoodyServer("TLSv1.3", 2, 3)) {
            int port = rig.start(null, broker(), upstream.port());
            connect(port);
            try (PlainPeer client = PlainPeer.connect(port)) {
                client.readAll();
            }
            assertThat(rig.events.awaitClosed(2)).isEqualTo(CloseReason.UPSTREAM_REFUSED);
            assertThat(upstream.accepted).hasValue(3);
        }
        assertThat(rig.events.refusals).hasSize(1);
    }

    /** The name is verified in the full handshake only, so another name is another upstream. */
    @Test
    void aSessionIsNotOfferedUnderAnotherName() throws Exception {
        try (Upstream upstream = echoOverTls("TLSv1.3")) {
            TlsContext context = context(broker());
            int asServer = start(context, upstream.port(), "server.test", null);
            int asBroker = start(context, upstream.port(), "broker.test", null);
            int asServerVerifiedAsBroker = start(context, upstream.port(), "server.test", "broker.test");
            connect(asServer);
            connect(asBroker);
            connect(asServerVerifiedAsBroker);
            connect(asServer);
        }
        assertThat(resumed()).containsExactly(false, false, false, true);
    }

    private TlsContext context(Profile profile) throws Exception {
        return rig.retiring(TlsContext.create(profile, Material.load(profile), Side.CLIENT));
    }

    private int start(TlsContext context, int upstream, String sent, @Nullable String verified) throws Exception {
        Relay relay = new Relay(
                "orders",
                new Relay.Listen(new Address("127.0.0.1", 0), null, false),
                new Relay.Connect(List.of(new Address("127.0.0.1", upstream)), name, new PeerName(sent, verified)),
                RelayRig.TIMEOUTS);
        return rig.start(new RelayPlan(relay, null, context));
    }

    @Test
    void theStoreIsBounded() throws Exception {
        Profile one = broker().withSession(
                        new Profile.Session(true, 1, Duration.ofMinutes(5), true, null, Duration.ofHours(1)));
        try (Upstream first = echoOverTls("TLSv1.2");
                Upstream second = echoOverTls("TLSv1.2")) {
            TlsContext context = context(one);
            int toFirst = start(context, first.port(), "server.test", null);
            int toSecond = start(context, second.port(), "server.test", null);
            connect(toFirst);
            connect(toSecond);
            connect(toFirst);
        }
        assertThat(resumed()).containsExactly(false, false, false);
        assertThat(counts.get(SessionCount.EVICTED)).isEqualTo(2);
        assertThat(counts.cached()).isEqualTo(1);
    }

    @Test
    void withoutSessionsNoneIsKept() throws Exception {
        Profile none = broker().withSession(
                        new Profile.Session(false, 1, Duration.ofMinutes(5), true, null, Duration.ofHours(1)));
        try (Upstream upstream = echoOverTls("TLSv1.2")) {
            int port = rig.start(null, none, upstream.port());
            connect(port);
            connect(port);
        }
        assertThat(resumed()).containsExactly(false, false);
    }

    @Test
    void aSessionIsTooOldAfterItsTime() throws Exception {
        Profile brief = broker().withSession(
                        new Profile.Session(true, 10, Duration.ofSeconds(1), true, null, Duration.ofHours(1)));
        try (Upstream upstream = echoOverTls("TLSv1.3")) {
            int port = rig.start(null, brief, upstream.port());
            connect(port);
            await().atMost(LIMIT).until(() -> {
                connect(port);
                return counts.get(SessionCount.TIMEOUTS) > 0;
            });
        }
        assertThat(resumed().get(resumed().size() - 1)).isFalse();
    }

    /** Echoes over TLS, but in a bad mood: then it hangs up on the ClientHello. */
    private static final class MoodyServer implements AutoCloseable {

        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final AtomicInteger accepted = new AtomicInteger();

        MoodyServer(String version, Integer... badMoods) throws Exception {
            var tls = TestTls.context(TestPki.SERVER_TRUSTED);
            Thread thread = new Thread(() -> serve(tls, version, List.of(badMoods)), "moody-server");
            thread.setDaemon(true);
            thread.start();
        }

        private void serve(javax.net.ssl.SSLContext tls, String version, List<Integer> badMoods) {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    if (badMoods.contains(accepted.incrementAndGet())) {
                        var unused = socket.getInputStream().read(new byte[10_000]);
                    } else {
                        echo(TlsPeer.accept(socket, tls, version, true));
                    }
                } catch (Exception e) {
                    // The test sees what came of it.
                }
            }
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws Exception {
            server.close();
        }
    }
}
