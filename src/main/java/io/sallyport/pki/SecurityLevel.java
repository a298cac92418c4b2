package io.sallyport.pki;

import java.security.PublicKey;
import java.security.interfaces.DSAKey;
import java.security.interfaces.DSAParams;
import java.util.Locale;
import java.util.Map;

/** How hard keys and signatures are to forge, in bits, as NIST SP 800-57 and OpenSSL's security levels count them. */
final class SecurityLevel {

    private static final int[] LEAST_BITS = {0, 80, 112, 128, 192, 256};

    /** Half the digest's length, and less where collisions are easier to find. */
    private static final Map<String, Integer> DIGESTS = Map.of(
            "MD2", 0,
            "MD5", 39,
            "SHA1", 63,
            "SHA224", 112,
            "SHA256", 128,
            "SHA384", 192,
            "SHA512", 256);

    private static final Map<String, Integer> CURVES = Map.of(
            "P-192", 80,
            "P-224", 112,
            "P-256", 128,
            "P-384", 192,
            "P-521", 256,
            "secp256k1", 128,
            "brainpoolP256r1", 128,
            "brainpoolP384r1", 192,
            "brainpoolP512r1", 256,
            "SM2", 128);

    private SecurityLevel() {}

    /** What a level asks for. */
    static int leastBits(int level) {
        return LEAST_BITS[level];
    }

    static int ofKey(Cert cert) {
        KeyKind kind = cert.keyKind();
        return switch (kind.algorithm()) {
            case "RSA", "RSA-PSS" -> ofModulus(kind.bits());
            case "DSA" -> dsa(cert.x509().getPublicKey());
            case "EC" -> CURVES.getOrDefault(String.valueOf(kind.curve()), 0);
            case "Ed25519", "X25519" -> 128;
            case "Ed448", "X448" -> 224;
            default -> 0;
        };
    }

    private static int dsa(PublicKey key) {
        DSAParams params = key instanceof DSAKey dsa ? dsa.getParams() : null;
        return params == null
                ? 0
                : Math.min(ofModulus(params.getP().bitLength()), params.getQ().bitLength() / 2);
    }

    private static int ofModulus(int bits) {
        if (bits >= 15360) {
            return 256;
        }
        if (bits >= 7680) {
            return 192;
        }
        if (bits >= 3072) {
            return 128;
        }
        if (bits >= 2048) {
            return 112;
        }
        return bits >= 1024 ? 80 : bits / 16;
    }

    static int ofSignature(Cert cert) {
        return ofDigest(cert.signatureDigest());
    }

    /**
     * Of a signature, by its digest.
     *
     * @param name such as {@code SHA256}, or the algorithm's where that says all
     */
    static int ofDigest(String name) {
        String algorithm = name.toUpperCase(Locale.ROOT).replace("-", "");
        return switch (algorithm) {
            case "ED25519", "EDDSA" -> 128;
            case "ED448" -> 224;
            default -> DIGESTS.getOrDefault(algorithm, 0);
        };
    }
}
