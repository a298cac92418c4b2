package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.OcspResponder;
import io.sallyport.OcspSpec;
import io.sallyport.TestPki;
import io.sallyport.peer.OpenSsl;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.Credential;
import io.sallyport.pki.PemWriter;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code sallyport connect} says of the response that {@code openssl s_server} staples. */
class ConnectStapleTest {

    private static final OcspSpec GOOD = OcspSpec.good(TestPki.SERVER_TRUSTED.leaf(), TestPki.trustedRoot());
    private static final Instant HOUR_AGO =
            Instant.now().minus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS);
    private static final Instant NEXT = HOUR_AGO.plus(Duration.ofDays(1));

    @TempDir
    Path directory;

    private OpenSsl server(byte[] staple, String... more) throws Exception {
        return server(TestPki.SERVER_TRUSTED, staple, more);
    }

    private OpenSsl server(TestPki role, byte[] staple, String... more) throws Exception {
        Path file = Files.write(directory.resolve("staple.der"), staple);
        return ConnectTest.server(
                role,
                Stream.concat(Stream.of("-status_file", file.toString()), Stream.of(more))
                        .toArray(String[]::new));
    }

    private static Typed connect(OpenSsl server, Object... more) throws Exception {
        Object[] words = new Object[more.length + 3];
        words[0] = "localhost:" + server.awaitPort();
        words[1] = "--ca";
        words[2] = TestPki.trustedCa();
        System.arraycopy(more, 0, words, 3, more.length);
        return ConnectTest.connect("abc\n", words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void aGoodStapleIsShown(String version) throws Exception {
        try (OpenSsl server = server(GOOD.dated(HOUR_AGO, NEXT).sign(), version)) {
            Typed talk = connect(server);
            assertThat(talk.status()).as(talk.err()).isZero();
            assertThat(talk.err())
                    .contains("\nstapled OCSP response: says good, of " + HOUR_AGO + ", next update " + NEXT
                            + ", signed by CN=Trusted Root,O=Sallyport Test: good\ntrusted, by ");
            assertThat(talk.out()).isEqualTo("cba\n");

            JsonObject report =
                    new JsonObject(connect(server, "--format", "json").out());
            assertThat(report.getBoolean("stapled")).isTrue();
            JsonObject staple = report.getJsonObject("staple");
            assertThat(staple.getString("status")).isEqualTo("good");
            assertThat(staple.getString("thisUpdate")).isEqualTo(HOUR_AGO.toString());
            assertThat(staple.getString("nextUpdate")).isEqualTo(NEXT.toString());
            assertThat(staple.getString("signer")).isEqualTo("CN=Trusted Root,O=Sallyport Test");
            assertThat(staple.getBoolean("current")).isTrue();
            assertThat(staple.getString("verdict")).isEqualTo("good");

            assertThat(connect(server, "--resume").err())
                    .as("a resumed session has the staple of its full handshake")
                    .contains(", resumed\n", "stapled OCSP response: says good, ");
        }
    }

    @Test
    void whoDelegatedSignsIsNamed() throws Exception {
        Credential signer = TestPki.trustedRoot().issue(OcspSpec.responder("CN=Responder"));
        try (OpenSsl server = server(GOOD.signedBy(signer).sign())) {
            Typed talk = connect(server);
            assertThat(talk.status()).as(talk.err()).isZero();
            assertThat(talk.err()).contains(", signed by CN=Responder: good\n");
        }
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(GOOD.revoked(HOUR_AGO, 1).sign(), "says revoked, of ", "revoked", "reason keyCompromise"),
                Arguments.of(GOOD.unknown().sign(), "says unknown, of ", "ocsp_unknown", "isn't known"),
                Arguments.of(
                        GOOD.signedBy(TestPki.otherRoot().credential()).sign(),
                        "says good, of ",
                        "ocsp_rejected",
                        "is signed by CN=Other Root"),
                Arguments.of(
                        GOOD.dated(HOUR_AGO, HOUR_AGO.plusSeconds(60)).sign(),
                        "says good, of " + HOUR_AGO,
                        "ocsp_rejected",
                        "is out of date since"),
                Arguments.of(
                        OcspSpec.good(TestPki.CLIENT_TRUSTED.leaf(), TestPki.trustedRoot())
                                .sign(),
                        "says nothing of this certificate",
                        "ocsp_rejected",
                        "speaks of another certificate"),
                Arguments.of(OcspSpec.without(3), "says tryLater", "ocsp_rejected", "says tryLater"));
    }

    @ParameterizedTest
    @MethodSource
    void refused(byte[] staple, String says, String code, String detail) throws Exception {
        try (OpenSsl server = server(staple)) {
            Typed talk = connect(server);
            assertThat(talk.status()).as(talk.err()).isEqualTo(1);
            assertThat(talk.err())
                    .contains(
                            "\nstapled OCSP response: " + says, ": " + code + "\nnot trusted: " + code + ": ", detail);
            assertThat(talk.out()).isEmpty();
            assertThat(server.output()).as("nothing is sent").doesNotContain("abc");
            JsonObject report =
                    new JsonObject(connect(server, "--format", "json").out());
            assertThat(report.getBoolean("trusted")).isFalse();
            assertThat(report.getJsonObject("staple").getString("verdict")).isEqualTo(code);
        }
    }

    /** OpenSSL's server sends no response that it can't read, so its word for this is asked of the report alone. */
    @Test
    void whatIsNoResponseIsSaidToBeNone() {
        StapleReport report = new StapleReport(
                "no".getBytes(StandardCharsets.US_ASCII), List.of(TestPki.SERVER_TRUSTED.leaf()), null);
        assertThat(report.text(Instant.now(), Palette.PLAIN))
                .isEqualTo("stapled OCSP response: can't be read: not judged\n");
    }

    @Test
    void noneIsSaidToBeNone() throws Exception {
        try (OpenSsl server = ConnectTest.server(TestPki.SERVER_TRUSTED)) {
            Typed talk = connect(server);
            assertThat(talk.status()).as(talk.err()).isZero();
            assertThat(talk.err()).contains("\nno stapled OCSP response\ntrusted, by ");
            JsonObject report =
                    new JsonObject(connect(server, "--format", "json").out());
            assertThat(report.getBoolean("stapled")).isFalse();
            assertThat(report.containsKey("staple")).isFalse();
        }
    }

    @Test
    void aCertificateThatMustBeStapledIsRefusedWithout() throws Exception {
        Credential must = TestPki.trustedRoot()
                .issue(CertificateSpec.server("CN=must.test", "DNS:localhost")
                        .withExtension("1.3.6.1.5.5.7.1.24", false, new byte[] {0x30, 3, 2, 1, 5}));
        Path cert = directory.resolve("must.crt");
        Path key = directory.resolve("must.key");
        PemWriter.writeChain(cert, must.chain());
        PemWriter.writeKey(key, must.key());
        try (OpenSsl server = OpenSsl.start(
                "s_server", "-accept", "127.0.0.1:0", "-cert", cert.toString(), "-key", key.toString(), "-rev")) {
            Typed talk = connect(server);
            assertThat(talk.status()).isEqualTo(1);
            assertThat(talk.err())
                    .contains(
                            "no stapled OCSP response\n",
                            "not trusted: ocsp_unavailable: must be shown with an OCSP response (RFC 7633)");
        }
    }

    @Test
    void theStapleOfAChainThatIsNotTrustedIsShownAndNotJudged() throws Exception {
        OcspSpec good = OcspSpec.good(TestPki.SERVER_OTHER_CA.leaf(), TestPki.otherRoot());
        try (OpenSsl server = server(TestPki.SERVER_OTHER_CA, good.sign())) {
            Typed talk = connect(server);
            assertThat(talk.status()).isEqualTo(1);
            assertThat(talk.err())
                    .contains("stapled OCSP response: says good, of ", ": not judged\nnot trusted: unknown_ca: ");
        }
    }

    /** As a relay would: where the staple can't be believed, soft asks the responder. */
    @Test
    void aProfileThatChecksDecidesAsItsRelayWould() throws Exception {
        try (OcspResponder responder = new OcspResponder();
                OpenSsl server =
                        server(GOOD.signedBy(TestPki.otherRoot().credential()).sign())) {
            Path directory = TestConfiguration.directoryWith("""
                    sallyport:
                      profiles:
                        broker: { ca: %s, ocsp: { check: soft, responder: "%s" } }
                      relays:
                        out: { listen: { address: "127.0.0.1:0" }, connect: { addresses: ["127.0.0.1:9"], profile: broker } }
                    """.formatted(TestPki.trustedCa(), responder.url()));
            String target = "localhost:" + server.awaitPort();
            Path file = directory.resolve("config/sallyport.yaml");

            responder.answers(good -> good);
            Typed talk = ConnectTest.connect("abc\n", target, "--profile", "broker", "--config", file);
            assertThat(talk.status()).as(talk.err()).isZero();
            assertThat(talk.err()).contains(": ocsp_rejected\ntrusted, by ");
            assertThat(responder.asked()).isEqualTo(1);

            responder.answers(good -> good.revoked(HOUR_AGO, 1));
            Typed refused = ConnectTest.connect("abc\n", target, "--profile", "broker", "--config", file);
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.err()).contains(": ocsp_rejected\nnot trusted: revoked: ");
        }
    }
}
