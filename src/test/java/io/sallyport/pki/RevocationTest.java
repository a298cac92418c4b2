package io.sallyport.pki;

import static io.sallyport.pki.Verdicts.assertRefused;
import static io.sallyport.pki.Verdicts.assertTrusted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Revoked certificates are refused by the CRLs at hand, of any number of issuers, and what isn't known is answered by the policy. */
class RevocationTest {

    private static final Instant NOW = Instant.now();
    private static final CertificateAuthority ROOT = CertificateAuthority.root("CN=Revocation Root");
    private static final CertificateAuthority INTERMEDIATE = ROOT.intermediate("CN=Revocation Intermediate");
    private static final Credential BY_ROOT = ROOT.issue(CertificateSpec.client("CN=by-root"));
    private static final Credential BY_INTERMEDIATE = INTERMEDIATE.issue(CertificateSpec.client("CN=by-intermediate"));
    private static final Credential OTHER = INTERMEDIATE.issue(CertificateSpec.client("CN=other"));

    @TempDir
    Path directory;

    @Test
    void oneFileWithTheCrlsOfTwoIssuersRevokesByEither() throws Exception {
        Path file = write("both.pem", revoking(ROOT, BY_ROOT.leaf()), revoking(INTERMEDIATE, BY_INTERMEDIATE.leaf()));

        assertRevokedByEither(CrlSet.load(file));
    }

    @Test
    void aDirectoryOfCrlsRevokesAsOneFileDoes() throws Exception {
        write("root.crl", revoking(ROOT, BY_ROOT.leaf()));
        Files.write(
                directory.resolve("intermediate.crl"),
                revoking(INTERMEDIATE, BY_INTERMEDIATE.leaf()).getEncoded());
        Files.writeString(directory.resolve("README"), "not a CRL");

        assertRevokedByEither(CrlSet.load(directory));
    }

    private static void assertRevokedByEither(CrlSet crls) {
        ChainVerifier verifier = verifier(ROOT, Revocation.of(crls, Revocation.Policy.HARD));

        assertThat(assertRefused(verify(verifier, BY_ROOT), Refusal.REVOKED).detail())
                .contains("was revoked at", "key_compromise");
        assertRefused(verify(verifier, BY_INTERMEDIATE), Refusal.REVOKED);
        assertTrusted(verify(verifier, OTHER));
    }

    @Test
    void aRevokedIntermediateRevokesAllUnderIt() {
        CrlSet crls = CrlSet.of(List.of(revoking(ROOT, INTERMEDIATE.certificate()), revoking(INTERMEDIATE)));

        Verdict.Untrusted refused = assertRefused(
                verify(verifier(ROOT, Revocation.of(crls, Revocation.Policy.SOFT)), OTHER), Refusal.REVOKED);

        assertThat(refused.depth()).isEqualTo(1);
        assertTrusted(
                verify(verifier(ROOT, new Revocation(crls, Revocation.Extent.LEAF, Revocation.Policy.HARD)), OTHER));
    }

    @Test
    void aMissingCrlRefusesWithHardAndNotWithSoft() {
        CrlSet crls = CrlSet.of(List.of(revoking(INTERMEDIATE, BY_INTERMEDIATE.leaf())));

        Verdict.Untrusted refused = assertRefused(
                verify(verifier(ROOT, Revocation.of(crls, Revocation.Policy.HARD)), OTHER), Refusal.CRL_MISSING);
        assertThat(refused.depth()).isEqualTo(1);
        assertThat(refused.detail()).contains("CN=Revocation Root");
        ChainVerifier soft = verifier(ROOT, Revocation.of(crls, Revocation.Policy.SOFT));
        assertTrusted(verify(soft, OTHER));
        assertTrusted(verify(soft, BY_ROOT));
        assertRefused(verify(soft, BY_INTERMEDIATE), Refusal.REVOKED);
    }

    @Test
    void anExpiredCrlRefusesWithHardAndStillRevokesWithSoft() {
        Instant past = NOW.minus(Duration.ofDays(2));
        CrlSpec expired = CrlSpec.validUntil(NOW)
                .withUpdates(past, past.plus(Duration.ofDays(1)))
                .revoke(BY_ROOT.leaf().getSerialNumber(), past, CrlSpec.Reason.SUPERSEDED);
        CrlSet crls = CrlSet.of(List.of(ROOT.crl(expired), revoking(INTERMEDIATE)));
        ChainVerifier hard = verifier(ROOT, Revocation.of(crls, Revocation.Policy.HARD));
        ChainVerifier soft = verifier(ROOT, Revocation.of(crls, Revocation.Policy.SOFT));

        assertRefused(verify(hard, BY_ROOT), Refusal.CRL_EXPIRED);
        assertRefused(verify(hard, OTHER), Refusal.CRL_EXPIRED);
        assertRefused(verify(soft, BY_ROOT), Refusal.REVOKED);
        assertTrusted(verify(soft, OTHER));
        assertThat(crls.warnings(Instant.now()))
                .singleElement()
                .asString()
                .contains("CN=Revocation Root", "expired at");
    }

    @Test
    void aCrlWithLessThanATenthOfItsTimeLeftIsWarnedOf() {
        Instant end = NOW.plus(Duration.ofDays(10));
        CrlSet crls = CrlSet.of(List.of(ROOT.crl(CrlSpec.validUntil(NOW).withUpdates(NOW, end))));

        assertThat(crls.warnings(NOW.plus(Duration.ofDays(8)))).isEmpty();
        assertThat(crls.warnings(end.minus(Duration.ofHours(20))))
                .singleElement()
                .asString()
                .contains("CN=Revocation Root", "expires at");
    }

    @Test
    void aCrlFromTheFutureRefusesWithHard() {
        CrlSpec future = CrlSpec.validUntil(NOW).withUpdates(NOW.plusSeconds(3600), NOW.plusSeconds(7200));

        assertRefused(
                verify(
                        verifier(ROOT, Revocation.of(CrlSet.of(List.of(ROOT.crl(future))), Revocation.Policy.HARD)),
                        BY_ROOT),
                Refusal.CRL_NOT_YET_VALID);
    }

    @Test
    void theNewestOfSeveralCrlsOfAnIssuerCounts() {
        CrlSpec older = CrlSpec.validUntil(tomorrow()).withUpdates(NOW.minusSeconds(7200), tomorrow());
        CrlSpec newer = older.withUpdates(NOW.minusSeconds(3600), tomorrow())
                .withNumber(2)
                .revoke(BY_ROOT.leaf().getSerialNumber(), NOW, CrlSpec.Reason.UNSPECIFIED);
        CrlSet crls = CrlSet.of(List.of(ROOT.crl(newer), ROOT.crl(older)));

        assertRefused(verify(verifier(ROOT, Revocation.of(crls, Revocation.Policy.HARD)), BY_ROOT), Refusal.REVOKED);
    }

    @Test
    void aDeltaRevokesAndTakesBack() {
        X509CRL complete = ROOT.crl(CrlSpec.validUntil(tomorrow())
                .revoke(BY_ROOT.leaf().getSerialNumber(), NOW, CrlSpec.Reason.CERTIFICATE_HOLD));
        Credential second = ROOT.issue(CertificateSpec.client("CN=second"));
        X509CRL delta = ROOT.crl(CrlSpec.validUntil(tomorrow())
                .withNumber(2)
                .withBase(1)
                .revoke(BY_ROOT.leaf().getSerialNumber(), NOW, CrlSpec.Reason.REMOVE_FROM_CRL)
                .revoke(second.leaf().getSerialNumber(), NOW, CrlSpec.Reason.KEY_COMPROMISE));
        ChainVerifier without = verifier(ROOT, Revocation.of(CrlSet.of(List.of(complete)), Revocation.Policy.HARD));
        ChainVerifier with = verifier(ROOT, Revocation.of(CrlSet.of(List.of(complete, delta)), Revocation.Policy.HARD));

        assertRefused(verify(without, BY_ROOT), Refusal.REVOKED);
        assertTrusted(verify(without, second));
        assertTrusted(verify(with, BY_ROOT));
        assertRefused(verify(with, second), Refusal.REVOKED);
    }

    @Test
    void aDeltaAloneIsNoCrl() {
        X509CRL delta = ROOT.crl(CrlSpec.validUntil(tomorrow()).withNumber(2).withBase(1));
        CrlSet crls = CrlSet.of(List.of(delta));

        assertRefused(
                verify(verifier(ROOT, Revocation.of(crls, Revocation.Policy.HARD)), BY_ROOT), Refusal.CRL_MISSING);
        assertThat(crls.warnings(Instant.now())).singleElement().asString().contains("no complete CRL");
    }

    @Test
    void aCrlOfAnotherKeyIsNoCrlOfTheIssuer() {
        CertificateAuthority impostor = CertificateAuthority.root("CN=Revocation Root");
        CrlSet crls = CrlSet.of(List.of(revoking(impostor, BY_ROOT.leaf())));

        assertRefused(
                verify(verifier(ROOT, Revocation.of(crls, Revocation.Policy.HARD)), BY_ROOT), Refusal.CRL_MISSING);
    }

    @Test
    void aSignerWithoutCrlSignIsRefused() {
        CertificateAuthority bound = CertificateAuthority.root(
                CertificateSpec.ca("CN=No CRLs").withKeyUsages(CertificateSpec.KeyUse.KEY_CERT_SIGN));
        CrlSet crls = CrlSet.of(List.of(revoking(bound)));
        Credential leaf = bound.issue(CertificateSpec.client("CN=x"));

        Verdict.Untrusted refused = assertRefused(
                verify(verifier(bound, Revocation.of(crls, Revocation.Policy.SOFT)), leaf), Refusal.CRL_REJECTED);

        assertThat(refused.number()).isEqualTo(35);
    }

    /** The trusted certificate is an intermediate: its own status is nobody's question. */
    @Test
    void anAnchorThatIsAnIntermediateNeedsItsOwnCrlOnly() {
        CrlSet crls = CrlSet.of(List.of(revoking(INTERMEDIATE, BY_INTERMEDIATE.leaf())));
        ChainVerifier verifier = new ChainVerifier(
                new TrustAnchors(List.of(INTERMEDIATE.certificate())),
                VerifyOptions.of(0, Purpose.TLS_CLIENT).withRevocation(Revocation.of(crls, Revocation.Policy.HARD)));

        assertTrusted(verify(verifier, OTHER));
        assertRefused(verify(verifier, BY_INTERMEDIATE), Refusal.REVOKED);
    }

    @Test
    void aTrustedLeafThatItsTrustedIssuerRevokedIsRefused() {
        CrlSet crls = CrlSet.of(List.of(revoking(ROOT, BY_ROOT.leaf())));
        ChainVerifier verifier = new ChainVerifier(
                new TrustAnchors(List.of(ROOT.certificate(), BY_ROOT.leaf())),
                VerifyOptions.of(100, Purpose.TLS_CLIENT).withRevocation(Revocation.of(crls, Revocation.Policy.HARD)));

        assertRefused(verify(verifier, BY_ROOT), Refusal.REVOKED);
    }

    @Test
    void whatIsNoCrlIsSaidToBeNone() throws Exception {
        Files.writeString(directory.resolve("bad.pem"), PemWriter.block("X509 CRL", new byte[] {0x30, 3, 2, 1, 1}));

        assertThatThrownBy(() -> CrlSet.load(TestPki.trustedCa()))
                .isInstanceOf(UnusableFileException.class)
                .hasMessageContaining("holds no CRL, but a certificate");
        assertThatThrownBy(() -> CrlSet.load(directory.resolve("bad.pem")))
                .hasMessageContaining("bad.pem", "(line 1)", "no readable CRL");
        assertThatThrownBy(() -> CrlSet.load(directory.resolve("none.crl"))).hasMessageContaining("doesn't exist");
    }

    @Test
    void theDigestDependsOnContentAndNotOnOrderOrFiles() throws Exception {
        X509CRL a = revoking(ROOT);
        X509CRL b = revoking(INTERMEDIATE);

        assertThat(CrlSet.of(List.of(a, b)).digest())
                .isEqualTo(CrlSet.of(List.of(b, a, a)).digest())
                .isEqualTo(CrlSet.load(write("all.pem", b, a)).digest())
                .isNotEqualTo(CrlSet.of(List.of(a)).digest());
        assertThat(CrlSet.of(List.of(a, b)).nextUpdate())
                .contains(a.getNextUpdate().toInstant());
    }

    @Test
    void opensslAgreesWithTheCrlsThatAreIssuedHere() throws Exception {
        Path crls = write("all.crl", revoking(ROOT, BY_ROOT.leaf()), revoking(INTERMEDIATE));
        PemWriter.writeChain(directory.resolve("root.crt"), List.of(ROOT.certificate()));
        PemWriter.writeChain(directory.resolve("good.crt"), OTHER.chain());
        PemWriter.writeChain(directory.resolve("bad.crt"), BY_ROOT.chain());

        assertThat(OpenSsl.run(
                        directory,
                        "verify",
                        "-crl_check_all",
                        "-CRLfile",
                        crls.toString(),
                        "-CAfile",
                        "root.crt",
                        "-untrusted",
                        "good.crt",
                        "good.crt"))
                .contains("OK");
        assertThat(OpenSsl.fail(
                        directory,
                        "verify",
                        "-crl_check_all",
                        "-CRLfile",
                        crls.toString(),
                        "-CAfile",
                        "root.crt",
                        "bad.crt"))
                .contains("error 23");
    }

    private static X509CRL revoking(CertificateAuthority issuer, X509Certificate... revoked) {
        CrlSpec spec = CrlSpec.validUntil(tomorrow());
        for (X509Certificate certificate : revoked) {
            spec = spec.revoke(certificate.getSerialNumber(), NOW, CrlSpec.Reason.KEY_COMPROMISE);
        }
        return issuer.crl(spec);
    }

    private static Instant tomorrow() {
        return NOW.plus(Duration.ofDays(1));
    }

    private Path write(String name, X509CRL... crls) throws Exception {
        StringBuilder text = new StringBuilder();
        for (X509CRL crl : crls) {
            text.append(PemWriter.text(crl));
        }
        return Files.writeString(directory.resolve(name), text);
    }

    private static ChainVerifier verifier(CertificateAuthority root, Revocation revocation) {
        return new ChainVerifier(
                new TrustAnchors(List.of(root.certificate())),
                VerifyOptions.of(100, Purpose.TLS_CLIENT).withRevocation(revocation));
    }

    private static Verdict verify(ChainVerifier verifier, Credential credential) {
        return verifier.verify(credential.chain(), null, Instant.now());
    }
}
