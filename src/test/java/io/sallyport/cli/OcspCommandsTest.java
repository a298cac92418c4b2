package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.OcspSpec;
import io.sallyport.TestPki;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OcspCommandsTest {

    private static final OcspSpec GOOD = OcspSpec.good(TestPki.CLIENT_TRUSTED.leaf(), TestPki.trustedRoot());

    @TempDir
    Path directory;

    private Path file(byte[] response) throws IOException {
        return Files.write(directory.resolve("response.der"), response);
    }

    private Typed verify(OcspSpec response) throws IOException {
        return Typed.run(
                "cert",
                "verify",
                "--ca",
                TestPki.trustedCa(),
                "--ocsp-response",
                file(response.sign()),
                TestPki.CLIENT_TRUSTED.cert());
    }

    @Test
    void aCertificateIsAcceptedOnlyIfItsResponseSaysGood() throws Exception {
        Instant hourAgo = Instant.now().minus(Duration.ofHours(1));

        assertThat(verify(GOOD).status()).isZero();
        assertThat(verify(GOOD.revoked(hourAgo, 1)).out())
                .contains("refused: revoked, OpenSSL's error 23", "reason keyCompromise");
        assertThat(verify(GOOD.unknown()).out()).contains("refused: ocsp_unknown, OpenSSL's error 75");
        assertThat(verify(GOOD.dated(hourAgo.minusSeconds(60), hourAgo)).out())
                .contains("refused: ocsp_rejected, OpenSSL's error 74", "is out of date since");
        assertThat(verify(GOOD.unknown()).status()).isEqualTo(1);
    }

    @Test
    void aResponseIsVerifiedWithoutACertificate() throws Exception {
        Typed good = Typed.run("cert", "verify", "--ca", TestPki.trustedCa(), "--ocsp-response", file(GOOD.sign()));
        Typed forged = Typed.run(
                "cert",
                "verify",
                "--ca",
                TestPki.trustedCa(),
                "--ocsp-response",
                file(GOOD.signedBy(TestPki.otherRoot().credential()).sign()));

        assertThat(good.status()).isZero();
        assertThat(good.out()).contains(": accepted", "Trusted Root");
        assertThat(forged.status()).isEqualTo(1);
        assertThat(forged.out()).contains("refused: ocsp_rejected");
        assertThat(Typed.run("cert", "verify", "--ocsp-response", file(GOOD.sign()))
                        .status())
                .isEqualTo(2);
    }

    @Test
    void aResponseIsShownAsTextAndAsJson() throws Exception {
        byte[] der = GOOD.revoked(Instant.parse("2026-01-31T12:00:00Z"), 6).sign();
        Path pem = Files.writeString(
                directory.resolve("response.pem"),
                "-----BEGIN OCSP RESPONSE-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                        + "\n-----END OCSP RESPONSE-----\n");
        JsonObject json = new JsonObject(
                Typed.run("ocsp", "show", "--format", "json", file(der)).done().out());
        JsonObject answer = json.getJsonArray("answers").getJsonObject(0);

        assertThat(json.getString("responseStatus")).isEqualTo("successful");
        assertThat(answer.getString("status")).isEqualTo("revoked");
        assertThat(answer.getString("reason")).isEqualTo("certificateHold");
        assertThat(Typed.run("ocsp", "show", pem).done().out()).contains("2026-01-31T12:00:00Z", "certificateHold");
        assertThat(Typed.reading(der, "ocsp", "show", "-").done().out()).contains("certificateHold");
        assertThat(Typed.run("ocsp", "show", file(OcspSpec.without(3))).done().out())
                .contains("tryLater");
    }

    @Test
    void whatIsNoResponseIsToldWithStatusTwo() throws Exception {
        Typed junk = Typed.run("ocsp", "show", file("junk".getBytes(StandardCharsets.US_ASCII)));

        assertThat(junk.status()).isEqualTo(2);
        assertThat(junk.err()).contains("response.der holds no OCSP response");
        assertThat(Typed.run("ocsp", "show", TestPki.trustedCa()).status()).isEqualTo(2);
        assertThat(Typed.run("ocsp", "show", directory.resolve("nowhere")).status())
                .isEqualTo(2);
    }

    @Test
    void aTableOfResponsesIsJudged() {
        Path table = Path.of("..", "shared", "suites", "openssl-ocsp", "cases.tsv");
        assumeTrue(Files.exists(table), "skipped: no outside cases at " + table.toAbsolutePath());

        Typed typed =
                Typed.run("cert", "verify", "--partial-chain", "--level", "0", "--at", "1355875200", "--table", table);

        assertThat(typed.out()).isEqualTo("59 of 59 as expected\n");
        assertThat(typed.status()).isZero();
    }
}
