package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.OcspResponder;
import io.sallyport.OcspSpec;
import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import io.sallyport.peer.OpenSsl;
import io.sallyport.peer.PlainPeer;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.Credential;
import io.sallyport.pki.PemWriter;
import io.sallyport.profile.OcspCheck;
import io.sallyport.profile.Profile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The response that {@code openssl s_server} staples is believed where it may be, and then nobody is asked. */
class StapleCheckTest {

    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final OcspSpec GOOD = OcspSpec.good(TestPki.SERVER_TRUSTED.leaf(), TestPki.trustedRoot());

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private OcspResponder responder;

    @TempDir
    Path directory;

    @BeforeEach
    void open() {
        responder = new OcspResponder();
        responder.answers(good -> good);
    }

    @AfterEach
    void close() throws Exception {
        responder.close();
    }

    private Profile broker(OcspCheck.Mode mode) {
        Profile broker = RelayRig.broker();
        OcspCheck check = new OcspCheck(mode, URI.create(responder.url()), Duration.ofSeconds(10));
        return broker.withTrust(broker.trust().withOcsp(check));
    }

    private OpenSsl server(Path cert, Path key, byte @Nullable [] staple, String version) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "s_server",
                "-accept",
                "127.0.0.1:0",
                "-cert",
                cert.toString(),
                "-key",
                key.toString(),
                "-rev",
                version));
        if (staple != null) {
            arguments.addAll(List.of(
                    "-status_file",
                    Files.write(directory.resolve("staple.der"), staple).toString()));
        }
        return OpenSsl.start(arguments.toArray(String[]::new));
    }

    private OpenSsl server(byte @Nullable [] staple, String version) throws Exception {
        return server(TestPki.SERVER_TRUSTED.cert(), TestPki.SERVER_TRUSTED.key(), staple, version);
    }

    private int relay(OpenSsl server, OcspCheck.Mode mode) throws Exception {
        return rig.start(null, broker(mode), server.awaitPort());
    }

    private static void echoed(int port) throws Exception {
        try (PlainPeer client = PlainPeer.connect(port)) {
            client.write("abc\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.readExactly(4)).isEqualTo("cba\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private Refusal refused(int port) throws Exception {
        try (PlainPeer client = PlainPeer.connect(port)) {
            client.write(new byte[] {1});
            return rig.events.awaitRefusal(1).refusal();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void aGoodStapleIsEnough(String version) throws Exception {
        try (OpenSsl server = server(GOOD.sign(), version)) {
            int port = relay(server, OcspCheck.Mode.HARD);
            echoed(port);
            echoed(port); // Resumed, with the staple of the session.
        }
        assertThat(responder.asked()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void aStapleThatSaysRevokedIsTheServersOwnWord(String version) throws Exception {
        try (OpenSsl server = server(GOOD.revoked(Instant.now(), 1).sign(), version)) {
            assertThat(refused(relay(server, OcspCheck.Mode.SOFT))).isEqualTo(Refusal.REVOKED);
        }
        assertThat(responder.asked()).isZero();
    }

    @Test
    void whereTheStapleCantBeBelievedTheResponderIsAsked() throws Exception {
        byte[] forged = GOOD.signedBy(TestPki.otherRoot().credential()).sign();
        try (OpenSsl server = server(forged, "-tls1_3")) {
            echoed(relay(server, OcspCheck.Mode.HARD));
        }
        assertThat(responder.asked()).isEqualTo(1);
    }

    @Test
    void withoutAStapleTheResponderIsAsked() throws Exception {
        responder.answers(good -> good.revoked(Instant.now(), 1));
        try (OpenSsl server = server(null, "-tls1_3")) {
            assertThat(refused(relay(server, OcspCheck.Mode.SOFT))).isEqualTo(Refusal.REVOKED);
        }
    }

    /** Who holds back the staple of a certificate that must have one hides something: soft is no excuse. */
    @ParameterizedTest
    @EnumSource(names = {"SOFT", "HARD"})
    void aCertificateThatMustBeStapledIsRefusedWithout(OcspCheck.Mode mode) throws Exception {
        Credential must = TestPki.trustedRoot()
                .issue(CertificateSpec.server("CN=must.test", "DNS:localhost", "IP:127.0.0.1")
                        .withExtension("1.3.6.1.5.5.7.1.24", false, new byte[] {0x30, 3, 2, 1, 5}));
        Path cert = directory.resolve("must.crt");
        Path key = directory.resolve("must.key");
        PemWriter.writeChain(cert, must.chain());
        PemWriter.writeKey(key, must.key());

        try (OpenSsl server = server(cert, key, null, "-tls1_3")) {
            assertThat(refused(relay(server, mode))).isEqualTo(Refusal.OCSP_UNAVAILABLE);
        }
        try (OpenSsl server = server(
                cert, key, OcspSpec.good(must.leaf(), TestPki.trustedRoot()).sign(), "-tls1_3")) {
            echoed(relay(server, mode));
        }
        assertThat(responder.asked()).isZero();
    }

    @Test
    void withCheckOffNoStapleIsAskedFor() throws Exception {
        try (OpenSsl server = server(GOOD.revoked(Instant.now(), 1).sign(), "-tls1_3")) {
            echoed(relay(server, OcspCheck.Mode.OFF));
            assertThat(server.output()).doesNotContain("cert_status");
        }
        assertThat(responder.asked()).isZero();
    }
}
