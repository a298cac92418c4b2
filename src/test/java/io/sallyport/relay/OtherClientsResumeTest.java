package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.TestPki;
import io.sallyport.peer.OpenSsl;
import io.sallyport.peer.TestTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Java's and GnuTLS's own clients come back to a TLS→plain relay. */
class OtherClientsResumeTest {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private final Upstream echo = rig.closing(Upstream.echo());

    @TempDir
    Path directory;

    private void assertTheSecondResumed() {
        await().atMost(LIMIT).until(() -> rig.events.serverSessions.size() >= 2);
        assertThat(rig.events.serverSessions.get(0).resumed()).isFalse();
        assertThat(rig.events.serverSessions.get(1).resumed()).isTrue();
        assertThat(rig.events.serverSessions.get(1).identity())
                .isNotNull()
                .isEqualTo(rig.events.serverSessions.get(0).identity());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void java(String version) throws Exception {
        int port = rig.start(RelayRig.edge(), null, echo.port());
        SSLContext tls = TestTls.context(TestPki.CLIENT_TRUSTED);
        for (int i = 0; i < 2; i++) {
            try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", port)) {
                socket.setEnabledProtocols(new String[] {version});
                socket.getOutputStream().write(7);
                assertThat(socket.getInputStream().read()).isEqualTo(7);
            }
        }
        assertTheSecondResumed();
    }

    @ParameterizedTest
    @CsvSource({"NORMAL:-VERS-ALL:+VERS-TLS1.2, TLSv1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.3, TLSv1.3"})
    void gnuTls(String priority, String version) throws Exception {
        int port = rig.start(RelayRig.edge(), null, echo.port());
        Path output = directory.resolve("output");
        // GnuTLS takes no EC key that lacks its public half, and Java leaves it out.
        Path key = directory.resolve("client.key");
        try (OpenSsl openssl =
                OpenSsl.start("ec", "-in", TestPki.CLIENT_TRUSTED.key().toString(), "-out", key.toString())) {
            openssl.awaitEnd();
        }
        Process client = gnuTls(
                output,
                "--resume",
                "--waitresumption",
                "--x509cafile",
                TestPki.trustedCa().toString(),
                "--x509certfile",
                TestPki.CLIENT_TRUSTED.cert().toString(),
                "--x509keyfile",
                key.toString(),
                "--priority",
                priority,
                "--verify-hostname",
                "server.test",
                "-p",
                Integer.toString(port),
                "127.0.0.1");
        try {
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(Files.readString(output)).contains("This is a resumed session"));
            client.getOutputStream().close();
            assertThat(client.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            client.destroyForcibly();
        }
        assertTheSecondResumed();
        assertThat(rig.events.serverSessions.get(1).version()).isEqualTo(version);
    }

    private static Process gnuTls(Path output, String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("gnutls-cli");
        builder.command().addAll(List.of(arguments));
        try {
            return builder.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "gnutls-cli isn't installed");
            throw e;
        }
    }
}
