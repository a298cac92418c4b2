package io.sallyport.pki;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.fault.Refusal;
import io.sallyport.profile.AllowList;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowListsTest {

    private static final CertificateAuthority ROOT = CertificateAuthority.root("CN=Orders CA,O=Example");
    private static final X509Certificate LEAF = ROOT.issue(CertificateSpec.client(
                    "CN=client,OU=Orders,OU=Night Shift",
                    "DNS:Client.Orders.test",
                    "DNS:*.wild.test",
                    "IP:10.0.0.7",
                    "email:orders@example.test",
                    "URI:spiffe://test/orders/eu/client"))
            .leaf();
    private static final X509Certificate WITHOUT_SUBJECT =
            ROOT.issue(CertificateSpec.client("", "URI:spiffe://test/orders/x")).leaf();

    @ParameterizedTest
    @CsvSource({
        "CN, client, true",
        "CN, Client, false",
        "CN, client.orders.test, false",
        "OU, Orders, true",
        "OU, Night Shift, true",
        "OU, Night, false",
        "DNS, client.orders.test, true",
        "DNS, *.orders.test, true",
        "DNS, orders.test, false",
        "DNS, *.client.orders.test, false",
        "DNS, *.wild.test, true",
        "DNS, a.wild.test, false",
        "IP, 10.0.0.7, true",
        "IP, 10.0.0.70, false",
        "EMAIL, orders@example.test, true",
        "EMAIL, Orders@example.test, false",
        "URI, spiffe://test/orders/eu/client, true",
        "URI, spiffe://test/orders/*/client, true",
        "URI, spiffe://test/*/*/*, true",
        "URI, spiffe://test/orders/*, false",
        "URI, spiffe://test/*, false",
        "URI, spiffe://other/orders/eu/client, false",
        "ISSUER, 'O=Example,CN=Orders CA', false",
        "ISSUER, 'CN=ORDERS  CA,O=example', true",
        "SERIAL, 1a, false",
    })
    void anEntryLetsInWhomItMeans(AllowList.Kind kind, String entry, boolean letIn) {
        assertThat(refusal(LEAF, kind, entry) == null).isEqualTo(letIn);
    }

    @Test
    void digestsAndSerialNumbersMeanOneCertificateOrKey() throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        String fingerprint = HexFormat.of().formatHex(sha256.digest(LEAF.getEncoded()));
        String spki = HexFormat.of().formatHex(sha256.digest(LEAF.getPublicKey().getEncoded()));
        String serial = LEAF.getSerialNumber().toString(16);

        assertThat(refusal(LEAF, AllowList.Kind.FINGERPRINT, fingerprint)).isNull();
        assertThat(refusal(LEAF, AllowList.Kind.SPKI, spki)).isNull();
        assertThat(refusal(LEAF, AllowList.Kind.SERIAL, serial)).isNull();
        assertThat(refusal(LEAF, AllowList.Kind.SPKI, fingerprint)).isNotNull();
        assertThat(refusal(WITHOUT_SUBJECT, AllowList.Kind.FINGERPRINT, fingerprint))
                .isNotNull();
        assertThat(refusal(WITHOUT_SUBJECT, AllowList.Kind.SERIAL, serial)).isNotNull();
    }

    @Test
    void anEmptySubjectIsNoErrorForUrisAndMatchesNoCommonName() {
        assertThat(refusal(WITHOUT_SUBJECT, AllowList.Kind.URI, "spiffe://test/orders/*"))
                .isNull();
        assertThat(refusal(WITHOUT_SUBJECT, AllowList.Kind.CN, "client")).isNotNull();
    }

    @Test
    void oneEntryOfAListIsEnoughButAllListsCount() {
        AllowList profile = new AllowList(
                Map.of(AllowList.Kind.CN, Set.of("somebody"), AllowList.Kind.DNS, Set.of("*.orders.test")));
        AllowList relay = new AllowList(Map.of(AllowList.Kind.OU, Set.of("Billing")));

        assertThat(new AllowLists(List.of()).refuse(LEAF)).isNull();
        assertThat(new AllowLists(List.of(profile)).refuse(LEAF)).isNull();
        assertThat(new AllowLists(List.of(profile, relay)).refuse(LEAF)).isNotNull();
    }

    @Test
    void theRefusalSaysWhoItIsAndWhoIsAllowed() {
        Verdict.Untrusted refused = Objects.requireNonNull(refusal(LEAF, AllowList.Kind.CN, "somebody"));

        assertThat(refused.refusal()).isEqualTo(Refusal.NOT_ALLOWED);
        assertThat(refused.number()).isEqualTo(50);
        assertThat(refused.detail())
                .contains(
                        "CN=client",
                        "spiffe://test/orders/eu/client",
                        "cn:somebody",
                        LEAF.getSerialNumber().toString(16));
    }

    private static Verdict.@Nullable Untrusted refusal(X509Certificate leaf, AllowList.Kind kind, String entry) {
        return new AllowLists(List.of(new AllowList(Map.of(kind, Set.of(entry))))).refuse(leaf);
    }
}
