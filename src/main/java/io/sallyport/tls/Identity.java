package io.sallyport.tls;

import io.sallyport.pki.Sha256;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;

/**
 * Who a peer's verified certificate says it is.
 *
 * @param subject the leaf's subject, RFC 2253; empty where the certificate has none
 * @param fingerprint SHA-256 of the leaf's DER, 64 lower-case hex digits
 */
public record Identity(String subject, String fingerprint) {

    static Identity of(X509Certificate leaf) throws CertificateEncodingException {
        return new Identity(leaf.getSubjectX500Principal().getName(), Sha256.hex(leaf.getEncoded()));
    }
}
