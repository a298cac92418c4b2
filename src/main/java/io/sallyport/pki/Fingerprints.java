package io.sallyport.pki;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;

/** Digests that certificates and keys are known by. */
public final class Fingerprints {

    private static final HexFormat COLONS = HexFormat.ofDelimiter(":").withUpperCase();

    private Fingerprints() {}

    /** SHA-256 of the DER, as OpenSSL prints it: upper case, with colons. */
    public static String sha256(X509Certificate certificate) {
        return COLONS.formatHex(digest("SHA-256", encoded(certificate)));
    }

    /** SHA-1 of the DER, for what still asks for it. */
    public static String sha1(X509Certificate certificate) {
        return COLONS.formatHex(digest("SHA-1", encoded(certificate)));
    }

    /** SHA-256 of the SubjectPublicKeyInfo in base64: a pin as HPKP and curl's {@code --pinnedpubkey} write it. */
    public static String pin(X509Certificate certificate) {
        return pin(certificate.getPublicKey());
    }

    public static String pin(PublicKey key) {
        return Base64.getEncoder().encodeToString(digest("SHA-256", key.getEncoded()));
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was parsed has an encoding", e);
        }
    }

    private static byte[] digest(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has " + algorithm, e);
        }
    }
}
