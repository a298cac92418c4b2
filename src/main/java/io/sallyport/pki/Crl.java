package io.sallyport.pki;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A CRL with what choosing among several asks of it, read once. Thread-safe. */
final class Crl {

    private static final String CRL_NUMBER = "2.5.29.20";
    private static final String REASON_CODE = "2.5.29.21";
    private static final String INVALIDITY_DATE = "2.5.29.24";
    private static final String DELTA_INDICATOR = "2.5.29.27";
    private static final String ISSUING_POINT = "2.5.29.28";
    private static final String CERTIFICATE_ISSUER = "2.5.29.29";

    private static final Set<String> UNDERSTOOD =
            Set.of(CRL_NUMBER, DELTA_INDICATOR, ISSUING_POINT, CertExtensions.AUTHORITY_KEY_ID);
    private static final Set<String> UNDERSTOOD_IN_ENTRIES = Set.of(REASON_CODE, INVALIDITY_DATE, CERTIFICATE_ISSUER);

    private final X509CRL x509;
    private final DistinguishedName issuer;
    private final CertExtensions.@Nullable AuthorityKeyId authorityKeyId;
    private final @Nullable CrlScope scope;
    private final @Nullable BigInteger number;
    private final @Nullable BigInteger base;
    private final @Nullable String notUnderstood;

    /** The key that its signature was found good with: a large CRL takes long to hash, and each handshake asks. */
    private volatile @Nullable PublicKey proven;

    /**
     * @throws IllegalArgumentException if an extension can't be read
     */
    Crl(X509CRL x509) {
        this.x509 = x509;
        this.issuer = DistinguishedName.of(Der.of(x509.getIssuerX500Principal().getEncoded()));
        ExtensionValues values = ExtensionValues.of(x509);
        Der aki = values.get(CertExtensions.AUTHORITY_KEY_ID);
        this.authorityKeyId = aki == null ? null : CertExtensions.AuthorityKeyId.of(aki);
        this.scope = scope(values);
        this.number = integer(values, CRL_NUMBER);
        this.base = integer(values, DELTA_INDICATOR);
        this.notUnderstood = notUnderstood(x509);
    }

    /** Null where it contradicts itself: such a CRL covers nothing. */
    private static @Nullable CrlScope scope(ExtensionValues values) {
        Der point = values.get(ISSUING_POINT);
        try {
            return point == null ? CrlScope.EVERYTHING : CrlScope.of(point);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable BigInteger integer(ExtensionValues values, String oid) {
        Der value = values.get(oid);
        return value == null ? null : new BigInteger(value.content());
    }

    private static @Nullable String notUnderstood(X509CRL x509) {
        Set<String> critical = x509.getCriticalExtensionOIDs();
        if (critical != null) {
            for (String oid : critical) {
                if (!UNDERSTOOD.contains(oid)) {
                    return oid;
                }
            }
        }
        Set<? extends X509CRLEntry> entries = x509.getRevokedCertificates();
        if (entries != null) {
            for (X509CRLEntry entry : entries) {
                Set<String> ofEntry = entry.getCriticalExtensionOIDs();
                if (ofEntry != null && !UNDERSTOOD_IN_ENTRIES.containsAll(ofEntry)) {
                    return ofEntry.toString();
                }
            }
        }
        return null;
    }

    X509CRL x509() {
        return x509;
    }

    DistinguishedName issuer() {
        return issuer;
    }

    String issuerText() {
        return Names.text(x509.getIssuerX500Principal());
    }

    CertExtensions.@Nullable AuthorityKeyId authorityKeyId() {
        return authorityKeyId;
    }

    @Nullable
    CrlScope scope() {
        return scope;
    }

    boolean isDelta() {
        return base != null;
    }

    /** A critical extension, of it or of an entry, that may change its meaning; null if there is none. */
    @Nullable
    String notUnderstood() {
        return notUnderstood;
    }

    Instant thisUpdate() {
        return x509.getThisUpdate().toInstant();
    }

    /** Null: it says nothing of a next one, and never expires. */
    @Nullable
    Instant nextUpdate() {
        Date next = x509.getNextUpdate();
        return next == null ? null : next.toInstant();
    }

    boolean isCurrent(Instant at) {
        return !at.isBefore(thisUpdate()) && !isExpired(at);
    }

    /** Whether less than a tenth of its time is left: its successor should be there by then. */
    boolean isNearlyExpired(Instant at) {
        Instant next = nextUpdate();
        return next != null
                && Duration.between(at, next).multipliedBy(10).compareTo(Duration.between(thisUpdate(), next)) < 0;
    }

    boolean isExpired(Instant at) {
        Instant next = nextUpdate();
        return next != null && at.isAfter(next);
    }

    /** Whether this delta brings {@code complete} up to date (RFC 5280, section 5.2.4). */
    boolean completes(Crl complete) {
        return base != null
                && number != null
                && complete.number != null
                && issuer.equals(complete.issuer)
                && same(CertExtensions.AUTHORITY_KEY_ID, complete)
                && same(ISSUING_POINT, complete)
                && base.compareTo(complete.number) <= 0
                && number.compareTo(complete.number) > 0;
    }

    private boolean same(String oid, Crl other) {
        return Arrays.equals(x509.getExtensionValue(oid), other.x509.getExtensionValue(oid));
    }

    /** Whether it was issued after {@code other}. */
    boolean isNewerThan(Crl other) {
        return thisUpdate().isAfter(other.thisUpdate());
    }

    /** The entry of a certificate, or null. */
    @Nullable
    X509CRLEntry entry(Cert cert) {
        return x509.getRevokedCertificate(cert.x509());
    }

    boolean isKnownToBeSignedBy(PublicKey key) {
        return key.equals(proven);
    }

    boolean isSignedBy(PublicKey key) {
        if (isKnownToBeSignedBy(key)) {
            return true;
        }
        try {
            x509.verify(key);
            proven = key;
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }
}
