package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import io.sallyport.peer.Peer;
import io.sallyport.peer.Peer.Seen;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.profile.Profile;
import io.sallyport.profile.VerifyMode;
import io.sallyport.tls.TlsFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in, who doesn't, and what both ends learn of it. */
class HandshakeTest {

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private final Upstream echo = rig.closing(Upstream.echo());

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aTrustedClientIsEchoed(String version) throws Exception {
        int port = rig.start(RelayRig.edge(), null, echo.port());
        try (TlsPeer client = TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), version, "Server.Test")) {
            byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
            client.write(hello);
            assertThat(client.readExactly(hello.length)).isEqualTo(hello);
            client.end();
            assertThat(client.readAll().end()).isEqualTo(Seen.CLOSE_NOTIFY);
        }
        assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.DONE);
        var session = rig.events.serverSessions.get(0);
        assertThat(session.version()).isEqualTo(version);
        assertThat(session.serverName()).isEqualTo("server.test");
        assertThat(session.resumed()).isFalse();
        assertThat(session.identity()).isNotNull();
        assertThat(session.identity().subject()).isEqualTo("CN=client.test,O=Orders");
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.2, CLIENT_EXPIRED, CERTIFICATE_EXPIRED, certificate_expired",
        "TLSv1.3, CLIENT_EXPIRED, CERTIFICATE_EXPIRED, certificate_expired",
        "TLSv1.2, CLIENT_OTHER_CA, UNKNOWN_CA, unknown_ca",
        "TLSv1.3, CLIENT_OTHER_CA, UNKNOWN_CA, unknown_ca",
        "TLSv1.2, CLIENT_VIA_TWO_INTERMEDIATES, CHAIN_TOO_LONG, unknown_ca",
        "TLSv1.3, CLIENT_VIA_TWO_INTERMEDIATES, CHAIN_TOO_LONG, unknown_ca",
        "TLSv1.3, CLIENT_WITH_SERVER_PURPOSE, WRONG_PURPOSE, unsupported_certificate",
        "TLSv1.3, CLIENT_SELF_SIGNED, SELF_SIGNED, unknown_ca",
        "TLSv1.3, CLIENT_NOT_YET_VALID, CERTIFICATE_NOT_YET_VALID, certificate_expired",
        "TLSv1.3, CLIENT_VIA_LEAF, INVALID_CA, certificate_unknown",
    })
    void aBadCertificateIsRefusedByItsReasonAndTheClientReadsTheAlert(
            String version, TestPki role, Refusal refusal, String alert) throws Exception {
        Profile edge = RelayRig.profile("edge", TestPki.SERVER_TRUSTED, VerifyMode.REQUIRED, 1);
        int port = rig.start(edge, null, echo.port());
        assertThatThrownBy(() -> readFrom(port, version, role)).hasMessageContaining(alert);
        TlsFailure failure = rig.events.awaitRefusal(1);
        assertThat(failure.refusal()).isEqualTo(refusal);
        assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.CLIENT_REFUSED);
        assertThat(rig.events.refusals).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, handshake_failure", "TLSv1.3, certificate_required"})
    void aClientWithoutACertificateIsRefusedAndReadsTheAlert(String version, String alert) throws Exception {
        int port = rig.start(RelayRig.edge(), null, echo.port());
        assertThatThrownBy(() -> readFrom(port, version, null)).hasMessageContaining(alert);
        assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.NO_CERTIFICATE);
    }

    private static void readFrom(int port, String version, @Nullable TestPki role) throws IOException {
        try (TlsPeer client = TlsPeer.connect(port, TestTls.context(role), version, null)) {
            client.write(new byte[100]); // Sent before a TLS 1.3 client can know: it must not hide the alert.
            client.readAll();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void depthOneLetsOneIntermediateIn(String version) throws Exception {
        Profile edge = RelayRig.profile("edge", TestPki.SERVER_TRUSTED, VerifyMode.REQUIRED, 1);
        int port = rig.start(edge, null, echo.port());
        try (TlsPeer client =
                TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_VIA_ONE_INTERMEDIATE), version, null)) {
            client.write(new byte[] {7});
            assertThat(client.readExactly(1)).containsExactly(7);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, , true",
        "NONE, CLIENT_OTHER_CA, true",
        "OPTIONAL, , true",
        "OPTIONAL, CLIENT_TRUSTED, true",
        "OPTIONAL, CLIENT_OTHER_CA, false",
        "REQUIRED, CLIENT_TRUSTED, true"
    })
    void verifyModesLetInWhomTheySay(VerifyMode verify, @Nullable TestPki role, boolean letIn) throws Exception {
        Profile edge = RelayRig.profile("edge", TestPki.SERVER_TRUSTED, verify, 100);
        int port = rig.start(edge, null, echo.port());
        if (!letIn) {
            assertThatThrownBy(() -> readFrom(port, "TLSv1.3", role)).hasMessageContaining("unknown_ca");
            return;
        }
        try (TlsPeer client = TlsPeer.connect(port, TestTls.context(role), "TLSv1.3", null)) {
            client.write(new byte[] {7});
            assertThat(client.readExactly(1)).containsExactly(7);
        }
        boolean identified = verify != VerifyMode.NONE && role != null;
        assertThat(rig.events.serverSessions.get(0).identity() != null).isEqualTo(identified);
    }

    @ParameterizedTest
    @CsvSource({
        "SERVER_WRONG_NAME, NAME_MISMATCH",
        "SERVER_EXPIRED, CERTIFICATE_EXPIRED",
        "SERVER_OTHER_CA, UNKNOWN_CA",
        "SERVER_WITH_CLIENT_PURPOSE, WRONG_PURPOSE",
        "SERVER_WITHOUT_NAMES, NAME_MISMATCH"
    })
    void anUpstreamThatIsSomebodyElseIsRefusedAndGetsNoByte(TestPki role, Refusal refusal) throws Exception {
        for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
            int before = rig.events.refusals.size();
            try (Upstream upstream = Upstream.tls(TestTls.context(role), version, peer -> {
                throw new AssertionError("let in, with " + peer.readAll());
            })) {
                int port = rig.start(null, RelayRig.broker(), upstream.port());
                try (Peer client = PlainPeer.connect(port)) {
                    client.write(new byte[1000]);
                    assertThat(client.readAll().bytes()).isZero();
                }
                assertThat(rig.events.awaitRefusal(before + 1).refusal()).isEqualTo(refusal);
                assertThat(rig.events.awaitClosed(before + 1)).isEqualTo(CloseReason.UPSTREAM_REFUSED);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void anUpstreamThatRefusesOurCertificateIsAHandshakeFailure(String version) throws Exception {
        try (Upstream upstream = Upstream.tls(TestTls.context(TestPki.SERVER_TRUSTED), version, Peer::readAll)) {
            Profile stranger = RelayRig.profile("stranger", TestPki.CLIENT_OTHER_CA, VerifyMode.REQUIRED, 100);
            int port = rig.start(null, stranger, upstream.port());
            try (Peer client = PlainPeer.connect(port)) {
                assertThat(client.readAll().bytes()).isZero();
            }
            TlsFailure failure = rig.events.awaitRefusal(1);
            assertThat(failure.refusal()).isEqualTo(Refusal.PEER_ALERT);
            assertThat(failure.detail()).contains("certificate_unknown");
            assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.UPSTREAM_REFUSED);
        }
    }

    @Test
    void plainHttpOnTheTlsPortIsNamed() throws Exception {
        int port = rig.start(RelayRig.edge(), null, echo.port());
        try (Peer client = PlainPeer.connect(port)) {
            client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            client.readAll();
        }
        assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.NOT_TLS_HTTP);
    }

    @Test
    void somethingThatIsNotTlsIsNamed() throws Exception {
        int port = rig.start(RelayRig.edge(), null, echo.port());
        try (Peer client = PlainPeer.connect(port)) {
            client.write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII));
            client.readAll();
        }
        assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.NOT_TLS);
    }

    @Test
    void aClientThatLeavesInTheHandshakeIsCountedAsThat() throws Exception {
        int port = rig.start(RelayRig.edge(), null, echo.port());
        try (Peer client = PlainPeer.connect(port)) {
            client.write(new byte[] {22, 3, 1});
            client.fin();
            client.readAll();
        }
        assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.PEER_CLOSED);
        assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.CLIENT_REFUSED);
    }

    @Test
    void connectionsMeetAllEventLoops() throws Exception {
        int port = rig.start(RelayRig.edge(), null, echo.port());
        for (int i = 0; i < 8; i++) {
            PlainPeer.connect(port).close();
        }
        rig.events.awaitClosed(8);
        assertThat(rig.events.acceptingThreads).hasSize(2);
    }
}
