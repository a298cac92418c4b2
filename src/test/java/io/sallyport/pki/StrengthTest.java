package io.sallyport.pki;

import static io.sallyport.pki.Verdicts.assertRefused;
import static io.sallyport.pki.Verdicts.assertTrusted;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.fault.Refusal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Security levels, by keys and signatures of openssl's making. */
class StrengthTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "rsa:1024, sha256, 1",
        "rsa:2048, sha256, 2",
        "rsa:3072, sha256, 3",
        "ec:P-256, sha256, 3",
        "ec:P-384, sha384, 4",
        "ec:P-384, sha256, 3",
        "ec:P-521, sha512, 5",
        "rsa:3072, sha1, 0",
        "rsa:2048, sha224, 2",
    })
    void theHighestLevelThatAChainPasses(String key, String digest, int highest) throws Exception {
        Credential leaf = issued(key, digest);
        TrustAnchors anchors = new TrustAnchors(CertificateFiles.read(directory.resolve("root.crt")));
        for (int level = 0; level <= 5; level++) {
            Verdict verdict = new ChainVerifier(
                            anchors, VerifyOptions.of(0, Purpose.ANY).withLevel(level))
                    .verify(leaf.chain(), null, Instant.now());
            if (level <= highest) {
                assertTrusted(verdict);
            } else {
                assertThat(verdict)
                        .isInstanceOfSatisfying(
                                Verdict.Untrusted.class,
                                refused ->
                                        assertThat(refused.refusal()).isIn(Refusal.WEAK_KEY, Refusal.WEAK_SIGNATURE));
            }
        }
    }

    @Test
    void theGatewayRefusesWhatIsWeakerThan112Bits() throws Exception {
        TrustAnchors none = new TrustAnchors(List.of());
        assertThat(VerifyOptions.of(1, Purpose.ANY).level()).isEqualTo(2);

        Credential leaf = issued("rsa:1024", "sha256");
        TrustAnchors anchors = new TrustAnchors(CertificateFiles.read(directory.resolve("root.crt")));

        assertThat(assertRefused(
                                new ChainVerifier(anchors, 0, Purpose.ANY).verify(leaf.chain(), null, Instant.now()),
                                Refusal.WEAK_KEY)
                        .detail())
                .contains("RSA key of 1024 bits", "112");
        assertRefused(
                new ChainVerifier(none, 0, Purpose.ANY).verify(leaf.chain(), null, Instant.now()), Refusal.UNKNOWN_CA);
    }

    private Credential issued(String key, String digest) throws Exception {
        String option = key.startsWith("rsa:") ? key : "ec -pkeyopt ec_paramgen_curve:" + key.substring(3);
        run("req -x509 -newkey " + option + " -nodes -keyout root.key -out root.crt -subj /CN=root -sha256");
        run("req -newkey " + option + " -nodes -keyout leaf.key -out leaf.csr -subj /CN=leaf");
        run("x509 -req -in leaf.csr -CA root.crt -CAkey root.key -set_serial 7 -out leaf.crt -" + digest);
        return new Credential(
                CertificateFiles.read(directory.resolve("leaf.crt")),
                KeyType.EC_P256.generate().getPrivate());
    }

    private void run(String command) {
        OpenSsl.run(directory, command.split(" "));
    }
}
