package io.sallyport.pki;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;

/** What a certificate says of its issuer's services. */
public final class AuthorityInfo {

    private static final String OCSP = "1.3.6.1.5.5.7.48.1";
    private static final int URI = 0x86;

    /** {@code status_request}, as a value of the TLS feature extension (RFC 7633). */
    private static final int STATUS_REQUEST = 5;

    private AuthorityInfo() {}

    /**
     * The addresses of its OCSP responders (authorityInfoAccess, RFC 5280, section 4.2.2.1), as they are written; none where the
     * extension can't be read.
     */
    public static List<String> responders(X509Certificate certificate) {
        try {
            Der access = ExtensionValues.of(certificate).get(ObjectNames.AUTHORITY_INFO);
            return access == null
                    ? List.of()
                    : access.children().stream()
                            .map(Der::children)
                            .filter(description -> description.get(0).oid().equals(OCSP)
                                    && description.get(1).is(URI))
                            .map(description -> new String(description.get(1).content(), StandardCharsets.US_ASCII))
                            .toList();
        } catch (RuntimeException e) {
            return List.of();
        }
    }

    /** Whether its holder must show an OCSP response with it: "must staple" (RFC 7633). */
    public static boolean mustStaple(X509Certificate certificate) {
        try {
            Der features = ExtensionValues.of(certificate).get(ObjectNames.TLS_FEATURE);
            return features != null
                    && features.children().stream().anyMatch(feature -> feature.count() == STATUS_REQUEST);
        } catch (RuntimeException e) {
            return false;
        }
    }
}
