package io.sallyport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import io.sallyport.pki.CrlSet;
import io.sallyport.pki.CrlSpec;
import io.sallyport.pki.Material;
import io.sallyport.pki.Revocation;
import io.sallyport.pki.TrustAnchors;
import io.sallyport.profile.AllowList;
import io.sallyport.profile.OcspCheck;
import io.sallyport.profile.Profile;
import io.sallyport.profile.VerifyMode;
import java.net.URI;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A session is resumed only under the policy that it was made under; and wherever that is the same. */
class SessionIdContextTest {

    private static final Profile.Trust TRUST = new Profile.Trust("ca.crt", VerifyMode.REQUIRED, 1);
    private static final TrustAnchors ONE =
            new TrustAnchors(List.of(TestPki.trustedRoot().certificate()));
    private static final TrustAnchors BOTH = new TrustAnchors(
            List.of(TestPki.trustedRoot().certificate(), TestPki.otherRoot().certificate()));
    private static final X509CRL EMPTY_CRL = TestPki.trustedRoot().crl(CrlSpec.validUntil(tomorrow()));
    private static final X509CRL CRL = TestPki.trustedRoot()
            .crl(CrlSpec.validUntil(tomorrow())
                    .revoke(TestPki.CLIENT_TRUSTED.leaf().getSerialNumber(), Instant.now(), CrlSpec.Reason.SUPERSEDED));

    @Test
    void everythingThatDecidesMakesAnotherOne() {
        Revocation hard = Revocation.of(CrlSet.of(List.of(CRL)), Revocation.Policy.HARD);
        assertThat(Stream.of(
                        of(TRUST, ONE, Revocation.NONE),
                        of(TRUST, BOTH, Revocation.NONE),
                        of(new Profile.Trust("ca.crt", VerifyMode.OPTIONAL, 1), ONE, Revocation.NONE),
                        of(new Profile.Trust("ca.crt", VerifyMode.REQUIRED, 2), ONE, Revocation.NONE),
                        of(TRUST, ONE, hard),
                        of(TRUST, ONE, Revocation.of(hard.crls(), Revocation.Policy.SOFT)),
                        of(TRUST, ONE, Revocation.of(CrlSet.of(List.of(EMPTY_CRL)), Revocation.Policy.HARD)),
                        of(TRUST.withOcsp(ocsp(OcspCheck.Mode.SOFT, "http://a.test/")), ONE, Revocation.NONE),
                        of(TRUST.withOcsp(ocsp(OcspCheck.Mode.HARD, "http://a.test/")), ONE, Revocation.NONE),
                        of(TRUST.withOcsp(ocsp(OcspCheck.Mode.HARD, "http://b.test/")), ONE, Revocation.NONE),
                        of(TRUST.withAllow(dns("a.test")), ONE, Revocation.NONE),
                        of(TRUST.withAllow(dns("b.test")), ONE, Revocation.NONE),
                        of(TRUST.withAllow(dns("a.test", "b.test")), ONE, Revocation.NONE),
                        of(TRUST.withAllow(dns("a.test")).withAllow(dns("b.test")), ONE, Revocation.NONE)))
                .doesNotHaveDuplicates();
    }

    private static OcspCheck ocsp(OcspCheck.Mode mode, String responder) {
        return new OcspCheck(mode, URI.create(responder), Duration.ofSeconds(3));
    }

    @Test
    void orderAndFilesDecideNothing() {
        TrustAnchors reversed = new TrustAnchors(
                List.of(TestPki.otherRoot().certificate(), TestPki.trustedRoot().certificate()));
        Revocation revocation = Revocation.of(CrlSet.of(List.of(CRL, EMPTY_CRL)), Revocation.Policy.HARD);
        Revocation otherOrder = Revocation.of(CrlSet.of(List.of(EMPTY_CRL, CRL)), Revocation.Policy.HARD);

        assertThat(of(TRUST.withAllow(dns("a.test", "b.test")), BOTH, revocation))
                .isEqualTo(of(
                        new Profile.Trust("elsewhere", VerifyMode.REQUIRED, 1).withAllow(dns("b.test", "a.test")),
                        reversed,
                        otherOrder));
    }

    private static String of(Profile.Trust trust, TrustAnchors anchors, Revocation revocation) {
        return HexFormat.of().formatHex(SessionIdContext.of(trust, new Material(null, anchors, revocation)));
    }

    private static AllowList dns(String... names) {
        return new AllowList(Map.of(AllowList.Kind.DNS, Set.copyOf(Arrays.asList(names))));
    }

    private static Instant tomorrow() {
        return Instant.now().plus(Duration.ofDays(1));
    }
}
