package io.sallyport.pki;

import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What kind of key it is, and whether the TLS library (BoringSSL) can show a certificate with it.
 *
 * @param algorithm {@code RSA}, {@code EC}, {@code Ed25519}, or a name or object identifier that isn't served here
 * @param curve the curve by its common name, with {@code EC}; else null
 * @param bits of an RSA modulus; 0 with all others
 */
record KeyKind(String algorithm, @Nullable String curve, int bits) {

    static final String SUPPORTED = "RSA of 2048 to 8192 bits, EC on P-256, P-384 or P-521, and Ed25519";

    /** In place of a curve's name. */
    static final String EXPLICIT_CURVE = "given by explicit parameters";

    private static final Map<String, String> ALGORITHMS = Map.of(
            "1.2.840.113549.1.1.1", "RSA",
            // Of X.509 itself, before PKCS#1; some old roots have it.
            "2.5.8.1.1", "RSA",
            "1.2.840.113549.1.1.10", "RSA-PSS",
            "1.2.840.10040.4.1", "DSA",
            "1.2.840.10045.2.1", "EC",
            "1.3.101.110", "X25519",
            "1.3.101.111", "X448",
            "1.3.101.112", "Ed25519",
            "1.3.101.113", "Ed448");

    private static final Map<String, String> CURVES = Map.of(
            "1.2.840.10045.3.1.1", "P-192",
            "1.3.132.0.33", "P-224",
            "1.2.840.10045.3.1.7", "P-256",
            "1.3.132.0.34", "P-384",
            "1.3.132.0.35", "P-521",
            "1.3.132.0.10", "secp256k1",
            "1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1",
            "1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1",
            "1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1",
            "1.2.156.10197.1.301", "SM2");

    /** Read from the certificate itself: a key object doesn't tell whether its curve was given by name. */
    static KeyKind of(X509Certificate certificate) {
        try {
            return of(
                    publicKeyInfo(Der.of(certificate.getTBSCertificate()))
                            .children()
                            .get(0),
                    certificate.getPublicKey());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static KeyKind of(PublicKey key) {
        return of(Der.of(key.getEncoded()).children().get(0), key);
    }

    private static KeyKind of(Der algorithmIdentifier, PublicKey key) {
        KeyKind kind = of(algorithmIdentifier, 0);
        return kind.algorithm.startsWith("RSA") && key instanceof RSAKey rsa
                ? new KeyKind(kind.algorithm, null, rsa.getModulus().bitLength())
                : kind;
    }

    /** SubjectPublicKeyInfo of a TBSCertificate. */
    private static Der publicKeyInfo(Der signed) {
        List<Der> parts = signed.children();
        // The version stands in front, but not in version 1.
        return parts.get(parts.get(0).is(0xA0) ? 6 : 5);
    }

    /** Whether a certificate is for a key whose curve is given by parameters; false too if it is no certificate at all. */
    static boolean hasExplicitCurve(byte[] certificate) {
        try {
            Der info = publicKeyInfo(Der.of(certificate).children().get(0));
            return EXPLICIT_CURVE.equals(of(info.children().get(0), 0).curve);
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** Of an {@code AlgorithmIdentifier}. */
    static KeyKind of(Der algorithmIdentifier, int bits) {
        List<Der> parts = algorithmIdentifier.children();
        String oid = parts.get(0).oid();
        String algorithm = ALGORITHMS.getOrDefault(oid, oid);
        return new KeyKind(algorithm, algorithm.equals("EC") ? curve(parts) : null, bits);
    }

    private static String curve(List<Der> parts) {
        if (parts.size() < 2 || !parts.get(1).is(Der.OID)) {
            return EXPLICIT_CURVE;
        }
        String oid = parts.get(1).oid();
        return CURVES.getOrDefault(oid, oid);
    }

    /** Whether BoringSSL takes it. RSA of unknown size counts as long enough. */
    boolean supported() {
        return switch (algorithm) {
            case "RSA" -> bits == 0 || (bits >= 2048 && bits <= 8192);
            case "EC" -> List.of("P-256", "P-384", "P-521").contains(curve);
            case "Ed25519" -> true;
            default -> false;
        };
    }

    @Override
    public String toString() {
        if (curve != null) {
            return "EC key on curve " + curve;
        }
        return bits == 0 ? algorithm + " key" : algorithm + " key of " + bits + " bits";
    }
}
