package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import io.sallyport.peer.OpenSsl;
import io.sallyport.peer.Peer;
import io.sallyport.peer.Peer.Seen;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.profile.Address;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Relay;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that refuse, hang or leave: the client learns it soon and in good order. Behaviours I2 and I4. */
class UnwillingUpstreamsTest {

    private static final Relay.Timeouts SHORT =
            new Relay.Timeouts(Duration.ofMillis(400), Duration.ofMillis(400), Duration.ofMinutes(1));

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private static int closedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aClosedPortGivesTheTlsClientACloseNotify() throws Exception {
        int port = rig.start(RelayRig.edge(), null, closedPort());
        try (TlsPeer client = TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", null)) {
            assertThat(client.readAll().end()).isEqualTo(Seen.CLOSE_NOTIFY);
        }
        assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.CONNECT_REFUSED);
    }

    @Test
    void theNextAddressIsTriedWhenOneIsClosed() throws Exception {
        try (Upstream upstream = Upstream.echo()) {
            int port = rig.start(null, null, closedPort(), upstream.port());
            try (Peer client = PlainPeer.connect(port)) {
                client.write(new byte[] {42});
                assertThat(client.readExactly(1)).containsExactly(42);
            }
            assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.DONE);
            assertThat(rig.events.closed.get(0).connection().upstream())
                    .isEqualTo(new Address("127.0.0.1", upstream.port()));
            assertThat(rig.events.dialFailures).containsExactly(CloseReason.CONNECT_REFUSED);
        }
    }

    @Test
    void aNameIsTriedOnEachOfItsAddresses() throws Exception {
        // localhost is ::1 and 127.0.0.1; the upstream listens on one of the two.
        try (Upstream upstream = Upstream.echo()) {
            Relay relay = RelayRig.relay(null, null, RelayRig.TIMEOUTS, upstream.port());
            Relay named = new Relay(
                    relay.name(),
                    relay.listen(),
                    new Relay.Connect(List.of(new Address("localhost", upstream.port())), null, PeerName.OF_ADDRESS),
                    relay.timeouts());
            int port = rig.start(named, null, null);
            try (Peer client = PlainPeer.connect(port)) {
                client.write(new byte[] {42});
                assertThat(client.readExactly(1)).containsExactly(42);
            }
        }
    }

    @Test
    void aNameThatDoesNotResolveIsSaid() throws Exception {
        Relay relay = RelayRig.relay(null, null, RelayRig.TIMEOUTS, 1);
        Relay named = new Relay(
                relay.name(),
                relay.listen(),
                new Relay.Connect(List.of(new Address("nowhere.invalid", 1)), null, PeerName.OF_ADDRESS),
                relay.timeouts());
        int port = rig.start(named, null, null);
        try (Peer client = PlainPeer.connect(port)) {
            assertThat(client.readAll().bytes()).isZero();
        }
        assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.CONNECT_UNRESOLVED);
    }

    @Test
    void aBlackHoleIsGivenUpAtTheConnectTimeout() throws Exception {
        try (HastyClientsTest.FullListener blackHole = new HastyClientsTest.FullListener()) {
            int port = rig.start(RelayRig.relay(RelayRig.edge(), null, SHORT, blackHole.port()), RelayRig.edge(), null);
            try (TlsPeer client = TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", null)) {
                assertThat(client.readAll().end()).isEqualTo(Seen.CLOSE_NOTIFY);
            }
            assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.CONNECT_TIMEOUT);
        }
    }

    @Test
    void anUpstreamThatNeverSpeaksTlsIsCutAtTheHandshakeTimeout() throws Exception {
        try (Upstream silent = Upstream.plain(Peer::readAll)) {
            int port =
                    rig.start(RelayRig.relay(null, RelayRig.broker(), SHORT, silent.port()), null, RelayRig.broker());
            try (Peer client = PlainPeer.connect(port)) {
                assertThat(client.readAll().end()).isEqualTo(Seen.FIN);
            }
            assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.UPSTREAM_HANDSHAKE_TIMEOUT);
            assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.HANDSHAKE_TIMEOUT);
        }
    }

    /** Behaviour M12, and the client reads close_notify though its certificate was asked for. */
    @Test
    void twoHundredClosedByTheUpstreamWithoutAByteEachReadCloseNotify() throws Exception {
        try (Upstream upstream = Upstream.plain(peer -> {})) {
            int port = rig.start(RelayRig.edge(), null, upstream.port());
            for (int i = 0; i < 200; i++) {
                try (TlsPeer client = TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", null)) {
                    assertThat(client.readAll().end()).as("connection " + i).isEqualTo(Seen.CLOSE_NOTIFY);
                    client.end();
                }
            }
            rig.events.awaitIdle();
            assertThat(rig.events.closed)
                    .extracting(RecordedEvents.Closed::reason)
                    .containsOnly(CloseReason.DONE);
        }
    }

    /** OpenSSL answers a stream that ends without close_notify with an alert. That we had passed the cut on is told already. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theAlertThatAnswersACutIsNoNews(boolean spoken) throws Exception {
        List<String> more =
                new ArrayList<>(List.of("-CAfile", TestPki.trustedCa().toString(), "-Verify", "1"));
        if (spoken) {
            more.add("-rev");
        }
        try (OpenSsl server = OpenSsl.server(TestPki.SERVER_TRUSTED, more.toArray(String[]::new))) {
            int port = rig.start(RelayRig.edge(), RelayRig.broker(), server.awaitPort());
            try (Peer client =
                    TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", "server.test")) {
                client.write("hello\n".getBytes(StandardCharsets.US_ASCII));
                if (spoken) {
                    client.readExactly(6);
                } else {
                    await().atMost(Duration.ofSeconds(15))
                            .until(() -> server.output().contains("hello"));
                }
                client.fin();
                client.readAll();
            }
            assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.CLIENT_CUT);
            assertThat(rig.events.broken).isEmpty();
            assertThat(rig.events.refusals).isEmpty();
        }
    }
}
