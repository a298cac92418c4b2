package io.sallyport.pki;

import java.math.BigInteger;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with what path building asks of it again and again, read once. Immutable.
 */
final class Cert {

    private static final int KEY_CERT_SIGN = 5;

    private final X509Certificate x509;
    private final X500Principal subject;
    private final X500Principal issuer;
    private final byte @Nullable [] subjectKeyId;
    private final byte @Nullable [] authorityKeyId;
    private final @Nullable BigInteger authoritySerial;
    private final boolean @Nullable [] keyUsage;
    private final @Nullable List<String> purposes;
    private final SubjectNames names;

    /**
     * @throws CertificateParsingException if an extension that is understood here can't be read
     */
    Cert(X509Certificate x509) throws CertificateParsingException {
        this.x509 = x509;
        this.subject = x509.getSubjectX500Principal();
        this.issuer = x509.getIssuerX500Principal();
        this.keyUsage = x509.getKeyUsage();
        this.purposes = x509.getExtendedKeyUsage();
        try {
            Der ski = extension(x509, "2.5.29.14");
            this.subjectKeyId = ski == null ? null : ski.content();
            List<Der> aki = children(extension(x509, "2.5.29.35"));
            this.authorityKeyId = aki.stream()
                    .filter(d -> d.is(0x80))
                    .findFirst()
                    .map(Der::content)
                    .orElse(null);
            this.authoritySerial = aki.stream()
                    .filter(d -> d.is(0x82))
                    .findFirst()
                    .map(d -> new BigInteger(d.content()))
                    .orElse(null);
            this.names = SubjectNames.of(children(extension(x509, "2.5.29.17")));
        } catch (IllegalArgumentException e) {
            throw new CertificateParsingException(e);
        }
    }

    static @Nullable Der extension(X509Certificate x509, String oid) {
        byte[] value = x509.getExtensionValue(oid);
        return value == null ? null : Der.of(Der.of(value).content());
    }

    private static List<Der> children(@Nullable Der extension) {
        return extension == null ? List.of() : extension.children();
    }

    X509Certificate x509() {
        return x509;
    }

    X500Principal subject() {
        return subject;
    }

    X500Principal issuer() {
        return issuer;
    }

    String subjectText() {
        return Names.text(subject);
    }

    SubjectNames names() {
        return names;
    }

    /** Subject and issuer are one name: RFC 5280's self-issued, which includes self-signed. */
    boolean selfIssued() {
        return subject.equals(issuer);
    }

    /** Says of itself that its own key signed it; the signature isn't tried. */
    boolean selfSigned() {
        return selfIssued() && keyIdFits(this);
    }

    /** Whether {@code candidate} may have issued this certificate, judged by all but the signature. */
    boolean mayBeIssuedBy(Cert candidate) {
        return issuer.equals(candidate.subject) && keyIdFits(candidate);
    }

    private boolean keyIdFits(Cert candidate) {
        if (authorityKeyId != null
                && candidate.subjectKeyId != null
                && !Arrays.equals(authorityKeyId, candidate.subjectKeyId)) {
            return false;
        }
        return authoritySerial == null || authoritySerial.equals(candidate.x509.getSerialNumber());
    }

    /** basicConstraints says CA, or it is a version 1 certificate, which has no extension to say it with. */
    boolean mayBeCa() {
        return x509.getBasicConstraints() >= 0 || (x509.getVersion() == 1 && selfIssued());
    }

    boolean maySignCertificates() {
        return keyUsage == null || keyUsage[KEY_CERT_SIGN];
    }

    /** CAs that may stand between this one and the leaf, self-issued ones not counted; {@code Integer.MAX_VALUE}: any number. */
    int pathLength() {
        int length = x509.getBasicConstraints();
        return length < 0 ? Integer.MAX_VALUE : length;
    }

    boolean hasKeyUsage(int... bits) {
        return keyUsage == null || Arrays.stream(bits).anyMatch(bit -> keyUsage[bit]);
    }

    boolean allows(Purpose purpose) {
        return purposes == null
                || purposes.contains(purpose.oid())
                || purposes.contains(Purpose.ANY_EXTENDED_KEY_USAGE);
    }

    List<String> purposes() {
        return purposes == null ? List.of() : purposes;
    }

    Set<String> criticalExtensions() {
        Set<String> critical = x509.getCriticalExtensionOIDs();
        return critical == null ? Set.of() : critical;
    }

    Instant notBefore() {
        return x509.getNotBefore().toInstant();
    }

    Instant notAfter() {
        return x509.getNotAfter().toInstant();
    }

    boolean validAt(Instant at) {
        return !at.isBefore(notBefore()) && !at.isAfter(notAfter());
    }

    @Override
    public boolean equals(Object other) {
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
