package io.sallyport.pki;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A certificate with what path building and checking ask of it again and again, read once. Immutable. */
final class Cert {

    private static final String ED25519 = "1.3.101.112";
    private static final int KEY_CERT_SIGN = 5;
    private static final int CRL_SIGN = 6;

    /** What the date 99991231235959Z means: no end at all (RFC 5280, section 4.1.2.5). */
    private static final Instant NEVER = Instant.ofEpochSecond(253_402_300_799L);

    private static final Map<String, String> PSS_DIGESTS = Map.of(
            "2.16.840.1.101.3.4.2.4", "SHA224",
            "2.16.840.1.101.3.4.2.1", "SHA256",
            "2.16.840.1.101.3.4.2.2", "SHA384",
            "2.16.840.1.101.3.4.2.3", "SHA512");

    private final X509Certificate x509;
    private final DistinguishedName subject;
    private final DistinguishedName issuer;
    private final CertExtensions extensions;
    private final boolean readable;
    private final KeyKind keyKind;

    private Cert(X509Certificate x509, CertExtensions extensions, boolean readable) {
        this.x509 = x509;
        this.subject =
                DistinguishedName.of(Der.of(x509.getSubjectX500Principal().getEncoded()));
        this.issuer = DistinguishedName.of(Der.of(x509.getIssuerX500Principal().getEncoded()));
        this.extensions = extensions;
        this.readable = readable;
        this.keyKind = KeyKind.of(x509);
    }

    /**
     * Reads a certificate. One whose extensions can't be read has none here, and is refused when a path needs it.
     *
     * @throws CertificateParsingException if not even its names or its key can be read
     */
    static Cert of(X509Certificate x509) throws CertificateParsingException {
        try {
            return new Cert(x509, new CertExtensions(x509), true);
        } catch (RuntimeException e) {
            return bare(x509);
        }
    }

    private static Cert bare(X509Certificate x509) throws CertificateParsingException {
        try {
            return new Cert(x509, new CertExtensions(), false);
        } catch (RuntimeException e) {
            throw new CertificateParsingException(e);
        }
    }

    X509Certificate x509() {
        return x509;
    }

    DistinguishedName subject() {
        return subject;
    }

    DistinguishedName issuer() {
        return issuer;
    }

    String subjectText() {
        return Names.subject(x509);
    }

    String issuerText() {
        return Names.issuer(x509);
    }

    CertExtensions extensions() {
        return extensions;
    }

    /** Whether its extensions could be read; where not, it has none here. */
    boolean readable() {
        return readable;
    }

    KeyKind keyKind() {
        return keyKind;
    }

    SubjectNames names() {
        List<GeneralName> alternatives = extensions.alternativeNames;
        return new SubjectNames(alternatives == null ? List.of() : alternatives, subject);
    }

    /** Subject and issuer are one name: RFC 5280's self-issued, which includes self-signed. */
    boolean selfIssued() {
        return subject.equals(issuer);
    }

    /** Says of itself that its own key signed it; the signature isn't tried. */
    boolean selfSigned() {
        return mayBeIssuedBy(this);
    }

    /** Whether {@code candidate} may have issued this certificate, judged by all but the signature. */
    boolean mayBeIssuedBy(Cert candidate) {
        CertExtensions.AuthorityKeyId wanted = extensions.authorityKeyId;
        return issuer.equals(candidate.subject)
                && (wanted == null || wanted.fits(candidate))
                && signatureFits(candidate.keyKind);
    }

    /** A signature says by its algorithm what kind of key made it; an RSA key that is for PSS only makes no other. */
    private boolean signatureFits(KeyKind key) {
        String name = x509.getSigAlgName().toUpperCase(Locale.ROOT);
        return switch (key.algorithm()) {
            case "RSA" -> name.contains("RSA");
            case "RSA-PSS" -> name.equals("RSASSA-PSS");
            case "DSA" -> name.endsWith("WITHDSA");
            case "EC" -> name.contains("ECDSA");
            case "Ed25519" -> x509.getSigAlgOID().equals(ED25519);
            case "X25519", "X448" -> false;
            default -> true;
        };
    }

    /** basicConstraints says that it is a CA, and keyUsage, where there is one, that it signs certificates. */
    boolean isCa() {
        CertExtensions.BasicConstraints basic = extensions.basicConstraints;
        return basic != null && basic.ca() && maySignCertificates();
    }

    /**
     * Whether it may be trusted as a CA without basicConstraints: a self-signed certificate of version 1, which has no extensions to
     * say it with, or one that says by keyUsage that it signs certificates. OpenSSL takes these as anchors, as old roots need.
     */
    boolean isOldRoot() {
        return extensions.basicConstraints == null
                && ((x509.getVersion() == 1 && selfSigned()) || (extensions.keyUsage != null && maySignCertificates()));
    }

    boolean maySignCertificates() {
        return hasKeyUsage(KEY_CERT_SIGN);
    }

    boolean maySignCrls() {
        return hasKeyUsage(CRL_SIGN);
    }

    /** Whether one of the bits is set, or nothing is said of usages. */
    boolean hasKeyUsage(int... bits) {
        boolean[] usage = extensions.keyUsage;
        return usage == null || Arrays.stream(bits).anyMatch(bit -> usage[bit]);
    }

    boolean claimsCa() {
        return extensions.basicConstraints != null && extensions.basicConstraints.ca();
    }

    @Nullable
    Integer pathLength() {
        return extensions.basicConstraints == null ? null : extensions.basicConstraints.pathLength();
    }

    boolean allows(Purpose purpose) {
        List<String> purposes = extensions.purposes;
        return purposes == null
                || purposes.contains(purpose.oid())
                || purposes.contains(Purpose.ANY_EXTENDED_KEY_USAGE);
    }

    Set<String> criticalExtensions() {
        Set<String> critical = x509.getCriticalExtensionOIDs();
        return critical == null ? Set.of() : critical;
    }

    /** The digest of its signature, or the algorithm's name where that says all. */
    String signatureDigest() {
        String name = x509.getSigAlgName();
        if (name.equals("RSASSA-PSS")) {
            return Der.of(x509.getSigAlgParams()).children().stream()
                    .filter(part -> part.is(0xA0))
                    .findFirst()
                    .map(hash -> hash.children().get(0).children().get(0).oid())
                    .map(oid -> PSS_DIGESTS.getOrDefault(oid, oid))
                    .orElse("SHA1");
        }
        return name.split("with", 2)[0];
    }

    /** The two places that name the signature's algorithm must agree: only one of them is signed (RFC 5280, section 4.1.1.2). */
    boolean namesOneAlgorithm(byte[] encoded) {
        List<Der> parts = Der.of(encoded).children();
        List<Der> signed = parts.get(0).children();
        // The version stands in front, but not in version 1.
        Der inner = signed.get(signed.get(0).is(0xA0) ? 2 : 1);
        return Arrays.equals(inner.encoded(), parts.get(1).encoded());
    }

    Instant notBefore() {
        return x509.getNotBefore().toInstant();
    }

    Instant notAfter() {
        return x509.getNotAfter().toInstant();
    }

    boolean expired(Instant at) {
        return at.isAfter(notAfter()) && !notAfter().equals(NEVER);
    }

    boolean validAt(Instant at) {
        return !at.isBefore(notBefore()) && !expired(at);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Cert cert && x509.equals(cert.x509);
    }

    @Override
    public int hashCode() {
        return x509.hashCode();
    }

    @Override
    public String toString() {
        return subjectText();
    }
}
