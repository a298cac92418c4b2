package io.sallyport.pki;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;

/**
 * The name of a certificate in OCSP (RFC 6960, section 4.1.1): its serial number, and its issuer by two digests.
 *
 * @param hash of the digests, such as {@code SHA-1}, which serves as a name here and proves nothing
 */
public record OcspCertId(String hash, byte[] issuerNameHash, byte[] issuerKeyHash, BigInteger serial) {

    private static final String SHA_1 = "SHA-1";
    private static final String SHA_1_OID = "1.3.14.3.2.26";

    private static final Map<String, String> HASHES = Map.of(
            SHA_1_OID,
            SHA_1,
            "2.16.840.1.101.3.4.2.1",
            "SHA-256",
            "2.16.840.1.101.3.4.2.2",
            "SHA-384",
            "2.16.840.1.101.3.4.2.3",
            "SHA-512");

    /** By SHA-1, the one that every responder knows (RFC 5019, section 2.1.1). */
    public static OcspCertId of(X509Certificate certificate, X509Certificate issuer) {
        return new OcspCertId(
                SHA_1,
                digest(SHA_1, certificate.getIssuerX500Principal().getEncoded()),
                digest(SHA_1, keyBits(issuer)),
                certificate.getSerialNumber());
    }

    /**
     * @throws IllegalArgumentException if it is by a digest that isn't known here
     */
    static OcspCertId of(CertID id) {
        String hash = HASHES.get(id.getHashAlgorithm().getAlgorithm().getId());
        if (hash == null) {
            throw new IllegalArgumentException(
                    "unknown digest " + id.getHashAlgorithm().getAlgorithm());
        }
        return new OcspCertId(
                hash,
                id.getIssuerNameHash().getOctets(),
                id.getIssuerKeyHash().getOctets(),
                id.getSerialNumber().getValue());
    }

    /** For a request. */
    CertID toAsn1() {
        if (!hash.equals(SHA_1)) {
            throw new IllegalStateException("requests name by SHA-1, not by " + hash);
        }
        return new CertID(
                new AlgorithmIdentifier(new ASN1ObjectIdentifier(SHA_1_OID), DERNull.INSTANCE),
                new DEROctetString(issuerNameHash),
                new DEROctetString(issuerKeyHash),
                new ASN1Integer(serial));
    }

    /** Whether it is the name of this very certificate. */
    boolean names(X509Certificate certificate, X509Certificate issuer) {
        return serial.equals(certificate.getSerialNumber()) && isIssuedBy(certificate.getIssuerX500Principal(), issuer);
    }

    /** Whether it names a certificate of this issuer. */
    boolean isIssuedBy(X509Certificate issuer) {
        return isIssuedBy(issuer.getSubjectX500Principal(), issuer);
    }

    /** Whether both name certificates of one issuer, by the same digest. */
    boolean hasIssuerOf(OcspCertId other) {
        return hash.equals(other.hash)
                && Arrays.equals(issuerNameHash, other.issuerNameHash)
                && Arrays.equals(issuerKeyHash, other.issuerKeyHash);
    }

    private boolean isIssuedBy(X500Principal name, X509Certificate issuer) {
        return Arrays.equals(issuerNameHash, digest(hash, name.getEncoded()))
                && Arrays.equals(issuerKeyHash, digest(hash, keyBits(issuer)));
    }

    /** SHA-1 of the key, by which a responder names itself. */
    static byte[] keyHash(X509Certificate certificate) {
        return digest(SHA_1, keyBits(certificate));
    }

    /** The subject's public key without the head of its BIT STRING. */
    private static byte[] keyBits(X509Certificate certificate) {
        return SubjectPublicKeyInfo.getInstance(certificate.getPublicKey().getEncoded())
                .getPublicKeyData()
                .getBytes();
    }

    private static byte[] digest(String hash, byte[] content) {
        try {
            return MessageDigest.getInstance(hash).digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has " + hash, e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OcspCertId that
                && hash.equals(that.hash)
                && Arrays.equals(issuerNameHash, that.issuerNameHash)
                && Arrays.equals(issuerKeyHash, that.issuerKeyHash)
                && serial.equals(that.serial);
    }

    @Override
    public int hashCode() {
        return Objects.hash(hash, Arrays.hashCode(issuerKeyHash), serial);
    }

    @Override
    public String toString() {
        return serial.toString(16) + " of " + HexFormat.of().formatHex(issuerKeyHash);
    }
}
