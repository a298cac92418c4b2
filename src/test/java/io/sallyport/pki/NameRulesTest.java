package io.sallyport.pki;

import static io.sallyport.pki.Verdicts.assertRefused;
import static io.sallyport.pki.Verdicts.assertTrusted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which names a certificate has, and which its CAs let it have: behaviour K1 among it. */
class NameRulesTest {

    private static final CertificateAuthority ROOT = CertificateAuthority.root("CN=Names Root");

    @ParameterizedTest
    @CsvSource({
        "DNS:a.test, a.test, true",
        "DNS:A.Test, a.TEST, true",
        "DNS:a.test, a.test., true",
        "DNS:a.test, b.a.test, false",
        "DNS:*.a.test, b.a.test, true",
        "DNS:*.a.test, c.b.a.test, false",
        "DNS:*.a.test, a.test, false",
        "DNS:b*.a.test, bc.a.test, false",
        "DNS:*b.a.test, cb.a.test, false",
        "DNS:x.*.test, x.y.test, false",
        "DNS:*.*.test, x.y.test, false",
        "DNS:*, test, false",
        "DNS:*.test, a.test, false",
        "DNS:xn--bcher-kva.test, bücher.test, true",
        "DNS:*.xn--bcher-kva.test, a.bücher.test, true",
        "DNS:10.0.0.7, 10.0.0.7, false",
        "IP:10.0.0.7, 10.0.0.7, true",
        "IP:10.0.0.7, 10.0.0.8, false",
        "IP:2001:db8::1, 2001:0db8:0:0::1, true",
        "IP:127.0.0.1, localhost, false",
        "URI:https://a.test, a.test, false",
    })
    void hosts(String name, String host, boolean matches) {
        X509Certificate leaf =
                ROOT.issue(CertificateSpec.server("CN=a.test", name)).leaf();

        assertVerdict(verify(leaf, ExpectedNames.host(host), false), matches ? null : Refusal.NAME_MISMATCH);
    }

    @Test
    void aCommonNameCountsOnlyWhereItIsSwitchedOnAndNoDnsNameStands() {
        X509Certificate alone = TestPki.SERVER_WITHOUT_NAMES.leaf();
        X509Certificate beside = TestPki.trustedRoot()
                .issue(CertificateSpec.server("CN=a.test", "DNS:b.test"))
                .leaf();
        X509Certificate withIp = TestPki.trustedRoot()
                .issue(CertificateSpec.server("CN=a.test", "IP:10.0.0.1"))
                .leaf();
        CertificateAuthority root = TestPki.trustedRoot();

        assertRefused(verify(root, alone, ExpectedNames.host("localhost"), false), Refusal.NAME_MISMATCH);
        assertTrusted(verify(root, alone, ExpectedNames.host("localhost"), true));
        assertRefused(verify(root, beside, ExpectedNames.host("a.test"), true), Refusal.NAME_MISMATCH);
        assertTrusted(verify(root, withIp, ExpectedNames.host("a.test"), true));
    }

    @ParameterizedTest
    @CsvSource({
        "email:Ann@a.test, Ann@A.test, true",
        "email:Ann@a.test, ann@a.test, false",
        "email:ann@a.test, bob@a.test, false",
    })
    void mailboxes(String name, String email, boolean matches) {
        X509Certificate leaf = ROOT.issue(CertificateSpec.server("CN=x", name)).leaf();

        assertVerdict(
                verify(leaf, new ExpectedNames(null, null, email, null), false),
                matches ? null : Refusal.NAME_MISMATCH);
    }

    @Test
    void urisAndAddresses() {
        X509Certificate leaf = ROOT.issue(CertificateSpec.server("CN=x", "URI:spiffe://test/a", "IP:10.0.0.1"))
                .leaf();

        assertTrusted(verify(leaf, new ExpectedNames(null, "10.0.0.1", null, "spiffe://test/a"), false));
        assertThat(assertRefused(
                                verify(leaf, new ExpectedNames(null, "10.0.0.2", null, null), false),
                                Refusal.NAME_MISMATCH)
                        .number())
                .isEqualTo(64);
        assertRefused(
                verify(leaf, new ExpectedNames(null, null, null, "spiffe://test/b"), false), Refusal.NAME_MISMATCH);
        assertThatThrownBy(() -> new ExpectedNames(null, "ten", null, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNameInARefusalCantForgeALogLine() {
        X509Certificate leaf = ROOT.issue(CertificateSpec.server("CN=x", "DNS:a.test\nINFO all is well\u001b[2J"))
                .leaf();

        assertThat(assertRefused(verify(leaf, ExpectedNames.host("b.test"), false), Refusal.NAME_MISMATCH)
                        .detail())
                .contains("a.test?INFO all is well?[2J");
    }

    /** Columns: permitted or excluded, constraint, name, number of the refusal or nothing. */
    @ParameterizedTest
    @CsvSource({
        "permitted, DNS:a.test, DNS:a.test, ",
        "permitted, DNS:a.test, DNS:b.a.test, ",
        "permitted, DNS:a.test, DNS:ba.test, 47",
        "permitted, DNS:.a.test, DNS:b.a.test, ",
        "permitted, DNS:.a.test, DNS:a.test, 47",
        "permitted, DNS:a.test, DNS:*.a.test, ",
        "permitted, DNS:a.test, IP:10.0.0.1, ",
        "excluded, DNS:a.test, DNS:b.a.test, 48",
        "excluded, DNS:bad.a.test, DNS:*.a.test, 48",
        "excluded, DNS:bad.a.test, DNS:good.a.test, ",
        "permitted, IP:10.0.0.0/8, IP:10.1.2.3, ",
        "permitted, IP:10.0.0.0/8, IP:11.1.2.3, 47",
        "permitted, IP:10.0.0.0/8, IP:2001:db8::1, 47",
        "excluded, IP:10.0.0.0/8, IP:10.1.2.3, 48",
        "permitted, email:a.test, email:x@a.test, ",
        "permitted, email:a.test, email:x@b.a.test, 47",
        "permitted, email:.a.test, email:x@b.a.test, ",
        "permitted, email:X@a.test, email:X@A.test, ",
        "permitted, email:X@a.test, email:x@a.test, 47",
        "permitted, URI:a.test, URI:https://a.test/x, ",
        "permitted, URI:a.test, URI:https://u@a.test:8443/x, ",
        "permitted, URI:a.test, URI:https://a.test@evil.test/, 47",
        "permitted, URI:.a.test, URI:spiffe://b.a.test/x, ",
        "permitted, URI:a.test, URI:https://10.0.0.1/, 53",
        "excluded, URI:a.test, URI:mailto:x@a.test, 53",
    })
    void constraints(String list, String constraint, String name, @Nullable Integer number) {
        CertificateAuthority bound = ROOT.intermediate(CertificateSpec.ca("CN=Bound")
                .withExtension("2.5.29.30", true, nameConstraints(list.equals("permitted"), List.of(constraint))));

        Verdict verdict = new ChainVerifier(
                        new TrustAnchors(List.of(ROOT.certificate())), VerifyOptions.of(100, Purpose.TLS_SERVER))
                .verify(bound.issue(CertificateSpec.server("CN=x", name)).chain(), null, Instant.now());

        if (number == null) {
            assertTrusted(verdict);
        } else {
            assertThat(assertRefused(verdict, Refusal.NAME_NOT_PERMITTED).number())
                    .isEqualTo(number);
        }
    }

    @Test
    void tenThousandNamesAgainstAThousandConstraintsAreRefusedWithinABoundOfWork() {
        byte[] thousand = nameConstraints(
                false,
                IntStream.range(0, 1000).mapToObj(i -> "DNS:bad" + i + ".test").toList());
        CertificateAuthority bound =
                ROOT.intermediate(CertificateSpec.ca("CN=Bound").withExtension("2.5.29.30", true, thousand));
        String[] names = IntStream.range(0, 10_000)
                .mapToObj(i -> "DNS:good" + i + ".test")
                .toArray(String[]::new);

        Verdict verdict = new ChainVerifier(
                        new TrustAnchors(List.of(ROOT.certificate())), VerifyOptions.of(100, Purpose.TLS_SERVER))
                .verify(bound.issue(CertificateSpec.server("CN=x", names)).chain(), null, Instant.now());

        assertThat(assertRefused(verdict, Refusal.CHAIN_TOO_COMPLEX).detail()).contains("names and constraints");
    }

    private static byte[] nameConstraints(boolean permitted, List<String> constraints) {
        GeneralSubtree[] subtrees = constraints.stream()
                .map(NameRulesTest::generalName)
                .map(GeneralSubtree::new)
                .toArray(GeneralSubtree[]::new);
        try {
            return (permitted ? new NameConstraints(subtrees, null) : new NameConstraints(null, subtrees)).getEncoded();
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static GeneralName generalName(String text) {
        int colon = text.indexOf(':');
        int kind = Stream.of("email", "DNS", "URI", "IP").toList().indexOf(text.substring(0, colon));
        int[] tags = {
            GeneralName.rfc822Name, GeneralName.dNSName, GeneralName.uniformResourceIdentifier, GeneralName.iPAddress
        };
        return new GeneralName(tags[kind], text.substring(colon + 1));
    }

    private static Verdict verify(X509Certificate leaf, ExpectedNames expected, boolean commonNames) {
        return verify(ROOT, leaf, expected, commonNames);
    }

    private static Verdict verify(
            CertificateAuthority root, X509Certificate leaf, ExpectedNames expected, boolean commonNames) {
        return new ChainVerifier(
                        new TrustAnchors(List.of(root.certificate())),
                        VerifyOptions.of(100, Purpose.TLS_SERVER).withCommonNames(commonNames))
                .verifyFor(List.of(leaf), expected, Instant.now());
    }

    private static void assertVerdict(Verdict verdict, @Nullable Refusal expected) {
        if (expected == null) {
            assertTrusted(verdict);
        } else {
            assertRefused(verdict, expected);
        }
    }
}
