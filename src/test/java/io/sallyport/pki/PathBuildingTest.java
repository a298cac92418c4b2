package io.sallyport.pki;

import static io.sallyport.pki.Verdicts.assertRefused;
import static io.sallyport.pki.Verdicts.assertTrusted;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.fault.Refusal;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One good path among several is found, wherever the others lead. */
class PathBuildingTest {

    private static final Instant NOW = Instant.now();
    private static final CertificateAuthority OLD_ROOT = CertificateAuthority.root("CN=Old Root");
    private static final CertificateAuthority NEW_ROOT = CertificateAuthority.root("CN=New Root");

    private static final CertificateSpec CLIENT = CertificateSpec.client("CN=client");

    @Test
    void aCrossSignedIntermediateLeadsToWhicheverRootIsTrusted() {
        CertificateAuthority intermediate = OLD_ROOT.intermediate("CN=Crossed");
        X509Certificate cross = NEW_ROOT.certify(
                CertificateSpec.ca("CN=Crossed"), intermediate.certificate().getPublicKey());
        X509Certificate leaf = intermediate.issue(CLIENT).leaf();
        List<X509Certificate> sent = List.of(leaf, intermediate.certificate(), cross);

        assertThat(assertTrusted(verify(List.of(OLD_ROOT.certificate()), sent)))
                .containsExactly(leaf, intermediate.certificate(), OLD_ROOT.certificate());
        assertThat(assertTrusted(verify(List.of(NEW_ROOT.certificate()), sent)))
                .containsExactly(leaf, cross, NEW_ROOT.certificate());
    }

    @Test
    void anExpiredTwinDoesNoHarmOnEitherSide() {
        CertificateSpec expired = CertificateSpec.ca("CN=Old Root")
                .withValidity(NOW.minus(Duration.ofDays(9)), NOW.minus(Duration.ofDays(1)));
        X509Certificate twin = OLD_ROOT.certify(expired, OLD_ROOT.certificate().getPublicKey());
        Credential client = OLD_ROOT.issue(CLIENT);

        for (List<X509Certificate> anchors :
                List.of(List.of(twin, OLD_ROOT.certificate()), List.of(OLD_ROOT.certificate(), twin))) {
            assertTrusted(verify(anchors, client.chain()));
            assertTrusted(verify(anchors, List.of(client.leaf(), twin)));
        }
        assertRefused(verify(List.of(twin), client.chain()), Refusal.CERTIFICATE_EXPIRED);
    }

    @Test
    void anExpiredAnchorGivesWayToTheRenewedCertificateThatThePeerSends() {
        CertificateAuthority intermediate = OLD_ROOT.intermediate("CN=Renewed");
        X509Certificate expired = OLD_ROOT.certify(
                CertificateSpec.ca("CN=Renewed").withValidity(NOW.minusSeconds(9), NOW.minusSeconds(5)),
                intermediate.certificate().getPublicKey());

        assertTrusted(verify(
                List.of(expired, OLD_ROOT.certificate()),
                intermediate.issue(CLIENT).chain()));
    }

    @Test
    void rootsOfOneNameAreToldApartByTheirKeys() {
        List<CertificateAuthority> namesakes = new ArrayList<>();
        List<X509Certificate> anchors = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            namesakes.add(CertificateAuthority.root("CN=Namesake"));
            anchors.add(namesakes.get(i).certificate());
        }
        for (CertificateAuthority issuer : namesakes) {
            assertThat(assertTrusted(verify(anchors, issuer.issue(CLIENT).chain())))
                    .last()
                    .isEqualTo(issuer.certificate());
        }
        assertRefused(
                verify(
                        anchors,
                        CertificateAuthority.root("CN=Namesake").issue(CLIENT).chain()),
                Refusal.UNKNOWN_CA);
    }

    @Test
    void namesakesWithoutKeyIdentifiersAreToldApartBySignature() {
        List<Maze.Ca> roots = List.of(Maze.root("CN=Plain"), Maze.root("CN=Plain"), Maze.root("CN=Plain"));
        List<X509Certificate> anchors = roots.stream().map(Maze.Ca::certificate).toList();

        for (Maze.Ca root : roots) {
            assertThat(assertTrusted(verify(anchors, List.of(root.leaf("CN=client")))))
                    .last()
                    .isEqualTo(root.certificate());
        }
        assertRefused(verify(anchors, List.of(Maze.root("CN=Plain").leaf("CN=client"))), Refusal.BAD_SIGNATURE);
    }

    @Test
    void aPeerDoesntLiftTheLimitsOfATrustedCertificateByATwin() {
        CertificateAuthority limited =
                OLD_ROOT.intermediate(CertificateSpec.ca("CN=Limited").withPurposes(Purpose.TLS_SERVER.oid()));
        X509Certificate unlimited = OLD_ROOT.certify(
                CertificateSpec.ca("CN=Limited"), limited.certificate().getPublicKey());
        X509Certificate leaf = limited.issue(CLIENT).leaf();

        assertTrusted(verify(List.of(OLD_ROOT.certificate()), List.of(leaf, unlimited)));
        assertRefused(
                verify(List.of(OLD_ROOT.certificate(), limited.certificate()), List.of(leaf, unlimited)),
                Refusal.WRONG_PURPOSE);
    }

    @Test
    void withoutPartialChainsAnIntermediateIsNoAnchor() {
        CertificateAuthority intermediate = OLD_ROOT.intermediate("CN=Between");
        Credential client = intermediate.issue(CLIENT);
        VerifyOptions whole = VerifyOptions.of(100, Purpose.TLS_CLIENT).withPartialChain(false);
        TrustAnchors anchors = new TrustAnchors(List.of(intermediate.certificate()));

        Verdict.Untrusted refused = assertRefused(
                new ChainVerifier(anchors, whole).verify(client.chain(), null, Instant.now()), Refusal.UNKNOWN_CA);

        assertThat(refused.number()).isEqualTo(2);
    }

    @Test
    void aLeafMayBeTrustedItself() {
        Credential client = OLD_ROOT.issue(CLIENT);

        assertThat(assertTrusted(verify(List.of(client.leaf()), client.chain())))
                .containsExactly(client.leaf());
        assertRefused(verify(List.of(client.leaf()), OLD_ROOT.issue(CLIENT).chain()), Refusal.UNKNOWN_CA);
    }

    @Test
    void aMazeOfIntermediatesIsRefusedWithinABoundOfWork() {
        Maze.Ca left = Maze.root("CN=Left");
        Maze.Ca right = Maze.root("CN=Right");
        List<X509Certificate> sent = new ArrayList<>();
        sent.add(left.leaf("CN=client"));
        for (int i = 0; i < 100; i++) {
            sent.add(right.certify("CN=Left", left.keys().getPublic()));
            sent.add(left.certify("CN=Right", right.keys().getPublic()));
        }

        Verdict.Untrusted refused =
                assertRefused(verify(List.of(OLD_ROOT.certificate()), sent), Refusal.CHAIN_TOO_COMPLEX);

        assertThat(refused.detail()).containsAnyOf("signatures", "issuers");
    }

    @Test
    void aPeerThatSendsABundleOfUnrelatedCertificatesIsVerifiedAllTheSame() {
        List<X509Certificate> sent = new ArrayList<>(OLD_ROOT.issue(CLIENT).chain());
        for (int i = 0; i < 150; i++) {
            sent.add(NEW_ROOT.certify(
                    CertificateSpec.ca("CN=Noise " + i), NEW_ROOT.certificate().getPublicKey()));
        }

        assertTrusted(verify(List.of(OLD_ROOT.certificate()), sent));
    }

    private static Verdict verify(List<X509Certificate> anchors, List<X509Certificate> sent) {
        return new ChainVerifier(new TrustAnchors(anchors), 100, Purpose.TLS_CLIENT).verify(sent, null, Instant.now());
    }
}
