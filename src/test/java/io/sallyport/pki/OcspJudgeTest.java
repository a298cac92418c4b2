package io.sallyport.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.OcspSpec;
import io.sallyport.TestPki;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OcspJudgeTest {

    private static final Instant NOW = Instant.now();
    private static final CertificateAuthority ROOT = TestPki.trustedRoot();
    private static final X509Certificate LEAF = TestPki.CLIENT_TRUSTED.leaf();
    private static final List<X509Certificate> PATH = List.of(LEAF, ROOT.certificate());
    private static final Credential DELEGATED = ROOT.issue(OcspSpec.responder("CN=Responder"));
    private static final OcspSpec GOOD = OcspSpec.good(LEAF, ROOT);

    private static OcspAnswer judge(OcspSpec spec) throws OcspException {
        return judge(spec, Revocation.NONE);
    }

    private static OcspAnswer judge(OcspSpec spec, Revocation revocation) throws OcspException {
        VerifyOptions options = VerifyOptions.of(100, Purpose.TLS_CLIENT).withRevocation(revocation);
        return new OcspJudge(options).answer(OcspResponse.of(spec.sign()), PATH, NOW);
    }

    @Test
    void theIssuerItselfAndWhoHasItsLeaveMayAnswerByNameAndByKey() throws Exception {
        for (OcspSpec spec : List.of(
                GOOD,
                GOOD.namedByName(),
                GOOD.signedBy(DELEGATED),
                GOOD.signedBy(DELEGATED).namedByName())) {
            assertThat(judge(spec).status()).isEqualTo(OcspAnswer.Status.GOOD);
        }
    }

    @Test
    void whatItSaysIsRead() throws Exception {
        Instant at = Instant.parse("2026-01-31T12:00:00Z");
        OcspAnswer revoked = judge(GOOD.revoked(at, 1));

        assertThat(revoked.status()).isEqualTo(OcspAnswer.Status.REVOKED);
        assertThat(revoked.revokedAt()).isEqualTo(at);
        assertThat(revoked.reason()).isEqualTo("keyCompromise");
        assertThat(judge(GOOD.unknown()).status()).isEqualTo(OcspAnswer.Status.UNKNOWN);
    }

    static Stream<Object[]> unbelievable() {
        Instant hourAgo = NOW.minus(Duration.ofHours(1));
        CertificateSpec responder = OcspSpec.responder("CN=Responder");
        return Stream.of(new Object[][] {
            {"signed by another CA", GOOD.signedBy(TestPki.otherRoot().credential())},
            {"delegated by another CA", GOOD.signedBy(TestPki.otherRoot().issue(responder))},
            {
                "delegated by one under the issuer",
                GOOD.signedBy(TestPki.intermediate().issue(responder))
            },
            {"signed by a leaf without the purpose", GOOD.signedBy(TestPki.CLIENT_TRUSTED.credential())},
            {
                "any purpose isn't that purpose",
                GOOD.signedBy(ROOT.issue(responder.withPurposes(Purpose.ANY_EXTENDED_KEY_USAGE)))
            },
            {
                "signer expired",
                GOOD.signedBy(ROOT.issue(responder.withValidity(hourAgo.minus(Duration.ofDays(1)), hourAgo)))
            },
            {
                "signer's critical extension isn't understood",
                GOOD.signedBy(ROOT.issue(responder.withExtension("1.2.3.4", true, new byte[] {5, 0})))
            },
            {"of another certificate", OcspSpec.good(BigInteger.TEN, ROOT)},
            {"of another issuer's", GOOD.of(TestPki.otherRoot().certificate())},
            {"out of date", GOOD.dated(hourAgo.minus(Duration.ofDays(1)), hourAgo)},
            {"of no date and an hour old", GOOD.dated(hourAgo, null)},
            {"from the future", GOOD.dated(NOW.plus(Duration.ofHours(1)), NOW.plus(Duration.ofHours(2)))},
            {"dates the wrong way round", GOOD.dated(NOW, NOW.minus(Duration.ofMinutes(2)))},
            {"critical extension isn't understood", GOOD.withCritical("1.2.3.4")},
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unbelievable")
    void whatMayNotBeBelievedIsRejected(String why, OcspSpec spec) {
        assertThatThrownBy(() -> judge(spec)).as(why).isInstanceOf(OcspException.class);
    }

    @Test
    void clocksMayBeApartByTheSkewAndNoMore() throws Exception {
        Duration within = OcspAnswer.CLOCK_SKEW.minusSeconds(10);
        Duration beyond = OcspAnswer.CLOCK_SKEW.plusSeconds(10);

        judge(GOOD.dated(NOW.plus(within), NOW.plus(Duration.ofDays(1))));
        judge(GOOD.dated(NOW.minus(Duration.ofDays(1)), NOW.minus(within)));
        judge(GOOD.dated(NOW.minus(within), null));
        assertThatThrownBy(() -> judge(GOOD.dated(NOW.plus(beyond), null))).hasMessageContaining("holds only from");
        assertThatThrownBy(() -> judge(GOOD.dated(NOW.minus(Duration.ofDays(1)), NOW.minus(beyond))))
                .hasMessageContaining("is out of date since");
    }

    @Test
    void revokedOnceIsRevokedForEverButForAHold() throws Exception {
        Instant from = NOW.minus(Duration.ofDays(3));
        OcspSpec old = GOOD.dated(from, NOW.minus(Duration.ofDays(2)));

        assertThat(judge(old.revoked(from, 4)).status()).isEqualTo(OcspAnswer.Status.REVOKED);
        assertThatThrownBy(() -> judge(old.revoked(from, 6))).isInstanceOf(OcspException.class);
    }

    @Test
    void aSignerThatTheCrlsRevokeIsNotBelieved() throws Exception {
        CrlSpec revoking = CrlSpec.validUntil(NOW)
                .withUpdates(NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(1)))
                .revoke(DELEGATED.leaf().getSerialNumber(), NOW.minus(Duration.ofDays(1)), CrlSpec.Reason.SUPERSEDED);
        Revocation crls = Revocation.of(CrlSet.of(List.of(ROOT.crl(revoking))), Revocation.Policy.HARD);

        assertThatThrownBy(() -> judge(GOOD.signedBy(DELEGATED), crls)).hasMessageContaining("was revoked");
        assertThat(judge(GOOD, crls).status()).isEqualTo(OcspAnswer.Status.GOOD);
    }

    @Test
    void aNonceIsRepeatedOrLeftOutAndNeverAnother() throws Exception {
        OcspRequest request = OcspRequest.withNonce(LEAF, ROOT.certificate());
        byte[] nonce = OCSPRequest.getInstance(request.der())
                .getTbsRequest()
                .getRequestExtensions()
                .getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce)
                .getExtnValue()
                .getOctets();
        OcspJudge judge = new OcspJudge(VerifyOptions.of(100, Purpose.TLS_CLIENT));

        judge.answerTo(request, OcspResponse.of(GOOD.sign()), PATH, NOW);
        judge.answerTo(request, OcspResponse.of(GOOD.withNonce(nonce).sign()), PATH, NOW);
        assertThatThrownBy(() -> judge.answerTo(
                        request,
                        OcspResponse.of(GOOD.withNonce(new byte[] {4, 1, 7}).sign()),
                        PATH,
                        NOW))
                .hasMessageContaining("another nonce");
    }

    @Test
    void whatIsNoResponseOrSaysNothingIsRejected() throws Exception {
        byte[] good = GOOD.sign();
        for (byte[] junk : List.of(
                new byte[0],
                new byte[] {48, 0},
                Arrays.copyOf(good, good.length - 1),
                Arrays.copyOf(good, good.length + 1),
                new byte[OcspResponse.MAX_BYTES + 1])) {
            assertThatThrownBy(() -> OcspResponse.of(junk)).isInstanceOf(OcspException.class);
        }
        OcspResponse later = OcspResponse.of(OcspSpec.without(3));
        assertThatThrownBy(() -> new OcspJudge(VerifyOptions.of(100, Purpose.ANY)).answer(later, PATH, NOW))
                .hasMessageContaining("tryLater");
    }

    /** Whatever is changed in a response, it is never taken for a good one of another meaning, and nothing but a rejection comes of it. */
    @Test
    void aFlippedBitIsNeverBelieved() throws Exception {
        byte[] revoked = GOOD.revoked(NOW.minus(Duration.ofDays(1)), 1).sign();
        OcspJudge judge = new OcspJudge(VerifyOptions.of(100, Purpose.ANY));
        for (int at = 0; at < revoked.length; at++) {
            byte[] changed = revoked.clone();
            changed[at] ^= (byte) (1 << at % 8);
            try {
                OcspAnswer answer = judge.answer(OcspResponse.of(changed), PATH, NOW);
                assertThat(answer.status()).as("octet " + at).isEqualTo(OcspAnswer.Status.REVOKED);
            } catch (OcspException e) {
                assertThat(e).hasMessageMatching("[a-z].*");
            }
        }
    }

    @Test
    void theRespondersOfACertificateAndItsDutyToStapleAreRead() {
        Credential leaf = ROOT.issue(CertificateSpec.server("CN=server.test")
                .withExtension(
                        "1.3.6.1.5.5.7.1.1", false, OcspSpec.authorityInfo("http://one.test/ocsp", "http://two.test"))
                .withExtension("1.3.6.1.5.5.7.1.24", false, new byte[] {0x30, 3, 2, 1, 5}));

        assertThat(AuthorityInfo.responders(leaf.leaf())).containsExactly("http://one.test/ocsp", "http://two.test");
        assertThat(AuthorityInfo.mustStaple(leaf.leaf())).isTrue();
        assertThat(AuthorityInfo.responders(LEAF)).isEmpty();
        assertThat(AuthorityInfo.mustStaple(LEAF)).isFalse();
    }
}
