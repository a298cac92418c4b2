package io.sallyport.pki;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A plain start pays for nothing that it doesn't need. */
class ColdStartTest {

    /** What a start and a handshake do, in a process of its own. */
    static final class Plain {
        public static void main(String[] files) throws Exception {
            Credential credential =
                    new Credential(CertificateFiles.read(Path.of(files[0])), KeyFiles.read(Path.of(files[1]), null));
            TrustAnchors anchors = new TrustAnchors(CertificateFiles.read(Path.of(files[2])));
            Verdict verdict = new ChainVerifier(anchors, 1, Purpose.TLS_SERVER)
                    .verify(credential.chain(), "server.test", Instant.now());
            System.out.println(verdict instanceof Verdict.Trusted ? "trusted" : verdict.toString());
        }
    }

    @Test
    void plainPkcs8AndVerificationLoadNoBouncyCastle() throws Exception {
        TestPki role = TestPki.SERVER_VIA_ONE_INTERMEDIATE;

        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-verbose:class",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Plain.class.getName(),
                        role.cert().toString(),
                        role.key().toString(),
                        role.ca().toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("io.sallyport.pki.ChainVerifier", "trusted").doesNotContain("org.bouncycastle");
    }
}
