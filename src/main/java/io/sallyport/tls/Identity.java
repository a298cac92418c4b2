package io.sallyport.tls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/**
 * Who a peer's verified certificate says it is.
 *
 * @param subject the leaf's subject, RFC 2253; empty where the certificate has none
 * @param fingerprint SHA-256 of the leaf's DER, 64 lower-case hex digits
 */
public record Identity(String subject, String fingerprint) {

    static Identity of(X509Certificate leaf) throws CertificateEncodingException {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(leaf.getEncoded());
            return new Identity(
                    leaf.getSubjectX500Principal().getName(), HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
