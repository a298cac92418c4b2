package io.sallyport.pki;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The extensions of a certificate, or of a CRL where it has the same ones, read once. Everything is null or empty that isn't there.
 */
final class CertExtensions {

    static final String SUBJECT_KEY_ID = "2.5.29.14";
    static final String KEY_USAGE = "2.5.29.15";
    static final String SUBJECT_ALT_NAME = "2.5.29.17";
    static final String BASIC_CONSTRAINTS = "2.5.29.19";
    static final String NAME_CONSTRAINTS = "2.5.29.30";
    static final String CRL_DISTRIBUTION_POINTS = "2.5.29.31";
    static final String CERTIFICATE_POLICIES = "2.5.29.32";
    static final String POLICY_MAPPINGS = "2.5.29.33";
    static final String AUTHORITY_KEY_ID = "2.5.29.35";
    static final String POLICY_CONSTRAINTS = "2.5.29.36";
    static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    static final String FRESHEST_CRL = "2.5.29.46";
    static final String INHIBIT_ANY_POLICY = "2.5.29.54";
    static final String OCSP_NO_CHECK = "1.3.6.1.5.5.7.48.1.5";

    /** Those that this engine acts on, so they may be critical. */
    static final Set<String> UNDERSTOOD = Set.of(
            KEY_USAGE,
            SUBJECT_ALT_NAME,
            BASIC_CONSTRAINTS,
            NAME_CONSTRAINTS,
            CRL_DISTRIBUTION_POINTS,
            CERTIFICATE_POLICIES,
            POLICY_MAPPINGS,
            POLICY_CONSTRAINTS,
            EXTENDED_KEY_USAGE,
            INHIBIT_ANY_POLICY,
            OCSP_NO_CHECK);

    /**
     * @param pathLength null where it isn't limited; can stand, wrongly, beside {@code ca} false
     */
    record BasicConstraints(boolean ca, @Nullable Integer pathLength) {}

    final byte @Nullable [] subjectKeyId;
    final @Nullable AuthorityKeyId authorityKeyId;
    final @Nullable BasicConstraints basicConstraints;
    final boolean @Nullable [] keyUsage;
    final @Nullable List<String> purposes;
    final @Nullable List<GeneralName> alternativeNames;
    final @Nullable NameConstraints nameConstraints;
    final Policies policies;
    final List<DistributionPoint> crlPoints;
    final boolean freshestCrl;
    final boolean ocspNoCheck;

    /**
     * @throws IllegalArgumentException if one of them isn't what its identifier says
     */
    CertExtensions(X509Certificate x509) {
        ExtensionValues values = ExtensionValues.of(x509);
        Der ski = values.get(SUBJECT_KEY_ID);
        Der aki = values.get(AUTHORITY_KEY_ID);
        Der basic = values.get(BASIC_CONSTRAINTS);
        Der purposeList = values.get(EXTENDED_KEY_USAGE);
        Der names = values.get(SUBJECT_ALT_NAME);
        Der constraints = values.get(NAME_CONSTRAINTS);
        Der points = values.get(CRL_DISTRIBUTION_POINTS);
        this.subjectKeyId = ski == null ? null : ski.content();
        this.authorityKeyId = aki == null ? null : AuthorityKeyId.of(aki);
        this.basicConstraints = basic == null ? null : basic(basic);
        this.keyUsage = x509.getKeyUsage();
        this.purposes = purposeList == null
                ? null
                : purposeList.children().stream().map(Der::oid).toList();
        this.alternativeNames = names == null ? null : GeneralName.list(names);
        this.nameConstraints = constraints == null ? null : NameConstraints.of(constraints);
        this.policies = Policies.of(values);
        this.crlPoints = points == null ? List.of() : DistributionPoint.list(points);
        this.freshestCrl = values.has(FRESHEST_CRL);
        this.ocspNoCheck = values.has(OCSP_NO_CHECK);
    }

    /** Nothing at all: stands in where the extensions can't be read. */
    CertExtensions() {
        this.subjectKeyId = null;
        this.authorityKeyId = null;
        this.basicConstraints = null;
        this.keyUsage = null;
        this.purposes = null;
        this.alternativeNames = null;
        this.nameConstraints = null;
        this.policies = Policies.NONE;
        this.crlPoints = List.of();
        this.freshestCrl = false;
        this.ocspNoCheck = false;
    }

    private static BasicConstraints basic(Der sequence) {
        List<Der> parts = new ArrayList<>(sequence.children());
        boolean ca = !parts.isEmpty()
                && parts.get(0).is(Der.BOOLEAN)
                && parts.remove(0).content()[0] != 0;
        Integer pathLength =
                parts.isEmpty() ? null : parts.get(parts.size() - 1).count();
        return new BasicConstraints(ca, pathLength);
    }

    /** The authority key identifier: whose key signed this. */
    record AuthorityKeyId(
            byte @Nullable [] keyId,
            @Nullable Der issuer,
            @Nullable BigInteger serial) {

        static AuthorityKeyId of(Der sequence) {
            byte[] keyId = null;
            Der issuer = null;
            BigInteger serial = null;
            for (Der part : sequence.children()) {
                switch (part.tag()) {
                    case 0x80 -> keyId = part.content();
                    case 0xA1 -> issuer = part;
                    case 0x82 -> serial = new BigInteger(part.content());
                    default -> throw new IllegalArgumentException("not an authority key identifier");
                }
            }
            return new AuthorityKeyId(keyId, issuer, serial);
        }

        /** Whether {@code candidate} may be the one meant; what isn't given speaks against nobody. */
        boolean fits(Cert candidate) {
            byte[] theirs = candidate.extensions().subjectKeyId;
            if (keyId != null && theirs != null && !Arrays.equals(keyId, theirs)) {
                return false;
            }
            if (serial != null && !serial.equals(candidate.x509().getSerialNumber())) {
                return false;
            }
            return issuer == null
                    || GeneralName.list(issuer).stream()
                            .filter(name -> name.kind() == GeneralName.DIRECTORY)
                            .findFirst()
                            .map(name -> name.directory().equals(candidate.issuer()))
                            .orElse(true);
        }
    }
}
