package io.sallyport.pki;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a CRL covers: its issuingDistributionPoint extension (RFC 5280, section 5.2.5).
 *
 * @param point its distribution point, or null for any
 * @param userCertificatesOnly not those of CAs
 * @param caCertificatesOnly only those of CAs
 * @param attributeCertificatesOnly none that is asked about here
 * @param indirect it has entries of other issuers' certificates
 * @param reasons for which it says who is revoked
 */
record CrlScope(
        DistributionPoint.@Nullable Name point,
        boolean userCertificatesOnly,
        boolean caCertificatesOnly,
        boolean attributeCertificatesOnly,
        boolean indirect,
        DistributionPoint.Reasons reasons) {

    static final CrlScope EVERYTHING = new CrlScope(null, false, false, false, false, DistributionPoint.Reasons.ALL);

    /**
     * @throws IllegalArgumentException if it isn't one, or limits the CRL to two kinds of certificate at once
     */
    static CrlScope of(Der sequence) {
        Map<Integer, Der> parts = new HashMap<>();
        sequence.children().forEach(part -> parts.put(part.tag(), part));
        Der point = parts.get(0xA0);
        Der reasons = parts.get(0x83);
        CrlScope scope = new CrlScope(
                point == null ? null : DistributionPoint.Name.of(point),
                flag(parts.get(0x81)),
                flag(parts.get(0x82)),
                flag(parts.get(0x85)),
                flag(parts.get(0x84)),
                reasons == null ? DistributionPoint.Reasons.ALL : DistributionPoint.Reasons.of(reasons));
        long kinds = Stream.of(scope.userCertificatesOnly, scope.caCertificatesOnly, scope.attributeCertificatesOnly)
                .filter(only -> only)
                .count();
        if (kinds > 1) {
            throw new IllegalArgumentException("limited to two kinds of certificate");
        }
        return scope;
    }

    private static boolean flag(@Nullable Der part) {
        return part != null && part.content()[0] != 0;
    }

    /**
     * The reasons for which a CRL of this scope speaks about a certificate; null if it doesn't.
     *
     * @param crlIssuer who signs the CRL
     */
    DistributionPoint.@Nullable Reasons covers(Cert cert, DistinguishedName crlIssuer) {
        if (attributeCertificatesOnly || (cert.claimsCa() ? userCertificatesOnly : caCertificatesOnly)) {
            return null;
        }
        for (DistributionPoint wanted : cert.extensions().crlPoints) {
            List<DistinguishedName> signers =
                    wanted.crlIssuers().isEmpty() ? List.of(cert.issuer()) : wanted.crlIssuers();
            if (signers.contains(crlIssuer) && isAt(wanted.point(), signers, crlIssuer)) {
                return reasons.and(wanted.reasons());
            }
        }
        return point == null && cert.issuer().equals(crlIssuer) ? reasons : null;
    }

    private boolean isAt(
            DistributionPoint.@Nullable Name wanted, List<DistinguishedName> signers, DistinguishedName crlIssuer) {
        return point == null || wanted == null || point.matches(wanted, signers, crlIssuer);
    }
}
