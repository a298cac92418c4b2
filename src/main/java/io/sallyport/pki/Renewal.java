package io.sallyport.pki;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What a certificate that follows another shall say: the same, but for its dates and what its issuer and key decide. */
public final class Renewal {

    /** These come from the new key and the issuer, or belong to the old certificate alone. */
    private static final Set<String> NOT_COPIED =
            Set.of(CertExtensions.SUBJECT_KEY_ID, CertExtensions.AUTHORITY_KEY_ID, ObjectNames.SCT_LIST);

    private Renewal() {}

    /** With the same subject and extensions. */
    public static CertificateSpec of(X509Certificate old, Instant notBefore, Instant notAfter) {
        CertificateSpec spec = new CertificateSpec(
                old.getSubjectX500Principal().getName(),
                List.of(),
                notBefore,
                notAfter,
                keyType(old.getPublicKey()),
                null,
                Set.of(),
                List.of(),
                List.of());
        ExtensionValues values = ExtensionValues.of(old);
        Set<String> critical = old.getCriticalExtensionOIDs();
        for (String oid : values.present().stream().sorted().toList()) {
            Der value = NOT_COPIED.contains(oid) ? null : values.get(oid);
            if (value != null) {
                spec = spec.withExtension(oid, critical != null && critical.contains(oid), value.encoded());
            }
        }
        return spec;
    }

    /** The kind of key that comes nearest to one that exists. */
    public static KeyType keyType(PublicKey key) {
        if (key instanceof RSAKey rsa) {
            int bits = rsa.getModulus().bitLength();
            return bits <= 2048 ? KeyType.RSA_2048 : bits <= 3072 ? KeyType.RSA_3072 : KeyType.RSA_4096;
        }
        if (key instanceof ECKey ec) {
            int bits = ec.getParams().getOrder().bitLength();
            return bits <= 256 ? KeyType.EC_P256 : bits <= 384 ? KeyType.EC_P384 : KeyType.EC_P521;
        }
        return KeyType.ED25519;
    }
}
