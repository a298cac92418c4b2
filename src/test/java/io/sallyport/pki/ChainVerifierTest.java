package io.sallyport.pki;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verdicts that every relay depends on. */
class ChainVerifierTest {

    private static final TrustAnchors TRUSTED =
            new TrustAnchors(List.of(TestPki.trustedRoot().certificate()));

    @ParameterizedTest
    @CsvSource({
        "CLIENT_TRUSTED, 100, ",
        "CLIENT_TRUSTED_ED25519, 100, ",
        "CLIENT_WITHOUT_SUBJECT, 100, ",
        "CLIENT_EXPIRED, 100, CERTIFICATE_EXPIRED",
        "CLIENT_NOT_YET_VALID, 100, CERTIFICATE_NOT_YET_VALID",
        "CLIENT_OTHER_CA, 100, UNKNOWN_CA",
        "CLIENT_SELF_SIGNED, 100, SELF_SIGNED",
        "CLIENT_WITHOUT_ITS_INTERMEDIATE, 100, UNKNOWN_CA",
        "CLIENT_WITH_SERVER_PURPOSE, 100, WRONG_PURPOSE",
        "CLIENT_TRUSTED, 0, ",
        "CLIENT_VIA_ONE_INTERMEDIATE, 1, ",
        "CLIENT_VIA_ONE_INTERMEDIATE, 0, CHAIN_TOO_LONG",
        "CLIENT_VIA_TWO_INTERMEDIATES, 2, ",
        "CLIENT_VIA_TWO_INTERMEDIATES, 1, CHAIN_TOO_LONG",
    })
    void clientsByRole(TestPki role, int depth, @Nullable Refusal expected) {
        Verdict verdict = new ChainVerifier(TRUSTED, depth, Purpose.TLS_CLIENT)
                .verify(role.credential().chain(), null, Instant.now());

        assertVerdict(verdict, expected);
    }

    @ParameterizedTest
    @CsvSource({
        "SERVER_TRUSTED, server.test, ",
        "SERVER_TRUSTED, SERVER.test., ",
        "SERVER_TRUSTED, 127.0.0.1, ",
        "SERVER_TRUSTED, ::1, ",
        "SERVER_TRUSTED, 0:0:0:0:0:0:0:1, ",
        "SERVER_TRUSTED, a.wild.test, ",
        "SERVER_TRUSTED, a.b.wild.test, NAME_MISMATCH",
        "SERVER_TRUSTED, wild.test, NAME_MISMATCH",
        "SERVER_TRUSTED, 127.0.0.2, NAME_MISMATCH",
        "SERVER_WRONG_NAME, server.test, NAME_MISMATCH",
        "SERVER_WITHOUT_NAMES, localhost, NAME_MISMATCH",
        "SERVER_WITH_CLIENT_PURPOSE, server.test, WRONG_PURPOSE",
    })
    void serversByRole(TestPki role, String host, @Nullable Refusal expected) {
        Verdict verdict = new ChainVerifier(TRUSTED, 100, Purpose.TLS_SERVER)
                .verify(role.credential().chain(), host, Instant.now());

        assertVerdict(verdict, expected);
    }

    @Test
    void aCommonNameAloneIsNotANameAndTheReasonSaysSo() {
        Verdict verdict = new ChainVerifier(TRUSTED, 100, Purpose.TLS_SERVER)
                .verify(TestPki.SERVER_WITHOUT_NAMES.credential().chain(), "localhost", Instant.now());

        assertThat(((Verdict.Untrusted) verdict).detail())
                .contains("is not for localhost", "no subjectAltName", "common name isn't used");
    }

    @Test
    void anIntermediateMayBeTheAnchorAndDepthCountsFromIt() {
        TrustAnchors anchors = new TrustAnchors(List.of(TestPki.intermediate().certificate()));

        Verdict verdict = new ChainVerifier(anchors, 0, Purpose.TLS_CLIENT)
                .verify(TestPki.CLIENT_VIA_ONE_INTERMEDIATE.credential().chain(), null, Instant.now());

        assertThat(((Verdict.Trusted) verdict).path())
                .containsExactlyElementsOf(
                        TestPki.CLIENT_VIA_ONE_INTERMEDIATE.credential().chain());
    }

    @Test
    void theOrderOfIntermediatesDoesntMatter() {
        List<X509Certificate> chain = new ArrayList<>(
                TestPki.CLIENT_VIA_TWO_INTERMEDIATES.credential().chain());
        chain.add(TestPki.trustedRoot().certificate());
        java.util.Collections.reverse(chain.subList(1, chain.size()));

        assertVerdict(new ChainVerifier(TRUSTED, 2, Purpose.TLS_CLIENT).verify(chain, null, Instant.now()), null);
    }

    @Test
    void aForgedRootOfTheSameNameIsNoIssuer() {
        Verdict verdict = new ChainVerifier(TRUSTED, 100, Purpose.TLS_CLIENT)
                .verify(TestPki.CLIENT_FORGED_CA.credential().chain(), null, Instant.now());

        assertVerdict(verdict, Refusal.UNKNOWN_CA);
    }

    @Test
    void aLeafThatIssuedAnotherIsNoCa() {
        CertificateAuthority leafAsCa = CertificateAuthority.of(TestPki.CLIENT_TRUSTED.credential());
        Verdict verdict = new ChainVerifier(TRUSTED, 100, Purpose.TLS_CLIENT)
                .verify(leafAsCa.issue(CertificateSpec.client("CN=grandchild")).chain(), null, Instant.now());

        assertVerdict(verdict, Refusal.INVALID_CA);
    }

    @Test
    void aPathLengthIsKept() {
        CertificateAuthority short0 = TestPki.trustedRoot()
                .intermediate(CertificateSpec.ca("CN=Short").withPathLength(0));
        Verdict verdict = new ChainVerifier(TRUSTED, 100, Purpose.TLS_CLIENT)
                .verify(
                        short0.intermediate("CN=Below")
                                .issue(CertificateSpec.client("CN=x"))
                                .chain(),
                        null,
                        Instant.now());

        assertVerdict(verdict, Refusal.PATH_LENGTH_EXCEEDED);
    }

    private static void assertVerdict(Verdict verdict, @Nullable Refusal expected) {
        if (expected == null) {
            assertThat(verdict).isInstanceOf(Verdict.Trusted.class);
        } else {
            assertThat(verdict).isInstanceOfSatisfying(Verdict.Untrusted.class, untrusted -> {
                assertThat(untrusted.refusal()).as(untrusted.detail()).isEqualTo(expected);
                assertThat(untrusted.detail()).isNotBlank();
            });
        }
    }
}
