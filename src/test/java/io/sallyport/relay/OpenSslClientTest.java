package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import io.sallyport.peer.OpenSsl;
import io.sallyport.tls.TlsFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code openssl s_client} at a TLS→plain relay, and {@code openssl s_server} behind a plain→TLS one. */
class OpenSslClientTest {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private final Upstream echo = rig.closing(Upstream.echo());

    @TempDir
    Path directory;

    private static OpenSsl client(int port, String... more) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("-CAfile", TestPki.trustedCa().toString(), "-servername", "server.test"));
        arguments.addAll(List.of(more));
        return OpenSsl.client(port, TestPki.CLIENT_TRUSTED, arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void bytesAreEchoed(String version) throws Exception {
        int port = rig.start(RelayRig.edge(), null, echo.port());
        try (OpenSsl client = client(port, version, "-quiet", "-verify_return_error")) {
            client.type("tell me this again\n");
            await().atMost(LIMIT).until(() -> client.output().contains("tell me this again"));
        }
    }

    /** In TLS 1.3 it says so without encryption, and in TLS 1.2 there is none yet. */
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void aClientThatDistrustsUsIsUnderstood(String version) throws Exception {
        int port = rig.start(RelayRig.edge(), null, echo.port());
        try (OpenSsl client = client(port, version, "-verify_return_error", "-verify_hostname", "elsewhere.test")) {
            TlsFailure failure = rig.events.awaitRefusal(1);
            assertThat(failure.refusal()).as(failure.detail()).isEqualTo(Refusal.PEER_ALERT);
            assertThat(failure.detail()).isEqualTo("the peer sent the alert bad_certificate");
            client.awaitEnd();
        }
    }

    /** The server never writes a byte of its own, and still each client gets its ticket. */
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void aClientOfASilentServerResumes(String version) throws Exception {
        try (Upstream silent = Upstream.plain(peer -> peer.readAll())) {
            int port = rig.start(RelayRig.edge(), null, silent.port());
            String session = directory.resolve("session.pem").toString();
            try (OpenSsl first = client(port, version, "-sess_out", session)) {
                await().atMost(LIMIT)
                        .until(() -> directory.resolve("session.pem").toFile().length() > 0
                                || first.output().contains("Verify return code"));
                await().atMost(LIMIT).until(() -> rig.events.serverSessions.size() == 1);
                if (version.equals("-tls1_3")) {
                    await().atMost(LIMIT)
                            .until(() -> first.output().contains("Post-Handshake New Session Ticket arrived"));
                }
                first.type("Q\n");
                first.awaitEnd();
            }
            try (OpenSsl second = client(port, version, "-sess_in", session)) {
                await().atMost(LIMIT).until(() -> second.output().contains("Reused, TLSv1"));
                second.type("Q\n");
            }
            await().atMost(LIMIT).until(() -> rig.events.serverSessions.size() == 2);
            assertThat(rig.events.serverSessions.get(0).resumed()).isFalse();
            assertThat(rig.events.serverSessions.get(1).resumed()).isTrue();
            assertThat(rig.events.serverSessions.get(1).identity())
                    .as("the identity of a resumed session")
                    .isEqualTo(rig.events.serverSessions.get(0).identity());
        }
    }

    /** {@code K}: a KeyUpdate that asks for one of ours. Bytes flow on under the new keys, both ways. */
    @Test
    void aKeyUpdateIsAnswered() throws Exception {
        int port = rig.start(RelayRig.edge(), null, echo.port());
        try (OpenSsl client = client(port, "-tls1_3", "-msg")) {
            await().atMost(LIMIT).until(() -> client.output().contains("Post-Handshake New Session Ticket arrived"));
            client.type("before\n");
            await().atMost(LIMIT).until(() -> client.output().contains("\nbefore\n"));
            client.type("K\n");
            await().atMost(LIMIT)
                    .until(() -> client.output().contains("<<< TLS 1.3, Handshake [length 0005], KeyUpdate"));
            client.type("after\n");
            await().atMost(LIMIT).until(() -> client.output().contains("\nafter\n"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void anOpenSslServerThatAsksForACertificateIsReached(String version) throws Exception {
        try (OpenSsl server = OpenSsl.server(
                TestPki.SERVER_TRUSTED,
                "-CAfile",
                TestPki.trustedCa().toString(),
                "-Verify",
                "1",
                "-verify_return_error",
                version,
                "-rev")) {
            int upstream = server.awaitPort();
            int port = rig.start(null, RelayRig.broker(), upstream);
            try (var client = io.sallyport.peer.PlainPeer.connect(port)) {
                client.write("abc\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                assertThat(client.readExactly(4))
                        .isEqualTo("cba\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            }
            assertThat(rig.events.clientSessions.get(0).version())
                    .isEqualTo(version.equals("-tls1_2") ? "TLSv1.2" : "TLSv1.3");
        }
    }
}
