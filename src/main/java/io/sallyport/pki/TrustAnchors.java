package io.sallyport.pki;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The CA certificates of a profile.
 *
 * @param certificates without duplicates, in the order of their files
 */
public record TrustAnchors(List<X509Certificate> certificates) {

    /** SHA-256 over their content: the same for the same certificates in any order, from any file. */
    public byte[] digest() {
        return ContentDigest.of(certificates, certificate -> {
            try {
                return certificate.getEncoded();
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate that was parsed has an encoding", e);
            }
        });
    }
}
