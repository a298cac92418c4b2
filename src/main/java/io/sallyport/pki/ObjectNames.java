package io.sallyport.pki;

import java.security.cert.X509Certificate;
import java.util.Map;
import javax.security.auth.x500.X500Principal;

/** Object identifiers by the names that people know them by. */
final class ObjectNames {

    static final String AUTHORITY_INFO = "1.3.6.1.5.5.7.1.1";
    static final String SCT_LIST = "1.3.6.1.4.1.11129.2.4.2";
    static final String TLS_FEATURE = "1.3.6.1.5.5.7.1.24";

    private static final Map<String, String> EXTENSIONS = Map.ofEntries(
            Map.entry(CertExtensions.SUBJECT_KEY_ID, "subjectKeyIdentifier"),
            Map.entry(CertExtensions.KEY_USAGE, "keyUsage"),
            Map.entry(CertExtensions.SUBJECT_ALT_NAME, "subjectAltName"),
            Map.entry("2.5.29.18", "issuerAltName"),
            Map.entry(CertExtensions.BASIC_CONSTRAINTS, "basicConstraints"),
            Map.entry("2.5.29.20", "cRLNumber"),
            Map.entry("2.5.29.27", "deltaCRLIndicator"),
            Map.entry("2.5.29.28", "issuingDistributionPoint"),
            Map.entry(CertExtensions.NAME_CONSTRAINTS, "nameConstraints"),
            Map.entry(CertExtensions.CRL_DISTRIBUTION_POINTS, "cRLDistributionPoints"),
            Map.entry(CertExtensions.CERTIFICATE_POLICIES, "certificatePolicies"),
            Map.entry(CertExtensions.POLICY_MAPPINGS, "policyMappings"),
            Map.entry(CertExtensions.AUTHORITY_KEY_ID, "authorityKeyIdentifier"),
            Map.entry(CertExtensions.POLICY_CONSTRAINTS, "policyConstraints"),
            Map.entry(CertExtensions.EXTENDED_KEY_USAGE, "extKeyUsage"),
            Map.entry(CertExtensions.FRESHEST_CRL, "freshestCRL"),
            Map.entry(CertExtensions.INHIBIT_ANY_POLICY, "inhibitAnyPolicy"),
            Map.entry(CertExtensions.OCSP_NO_CHECK, "ocspNoCheck"),
            Map.entry(AUTHORITY_INFO, "authorityInfoAccess"),
            Map.entry("1.3.6.1.5.5.7.1.11", "subjectInfoAccess"),
            Map.entry(TLS_FEATURE, "tlsFeature"),
            Map.entry(SCT_LIST, "signedCertificateTimestamps"),
            Map.entry("1.3.6.1.4.1.11129.2.4.3", "ctPoison"),
            Map.entry("1.3.6.1.5.5.7.1.3", "qcStatements"),
            Map.entry("2.16.840.1.113730.1.1", "netscapeCertType"),
            Map.entry("2.16.840.1.113730.1.13", "netscapeComment"));

    private static final String EV = "extended validation";

    private static final Map<String, String> POLICIES = Map.ofEntries(
            Map.entry(Policies.ANY_POLICY, "any policy"),
            Map.entry("2.23.140.1.1", EV + " (CA/Browser Forum)"),
            Map.entry("2.23.140.1.2.1", "domain validated (CA/Browser Forum)"),
            Map.entry("2.23.140.1.2.2", "organization validated (CA/Browser Forum)"),
            Map.entry("2.23.140.1.2.3", "individual validated (CA/Browser Forum)"),
            Map.entry("2.23.140.1.3", EV + ", code signing (CA/Browser Forum)"),
            Map.entry("2.16.840.1.114412.2.1", EV + " (DigiCert)"),
            Map.entry("2.16.840.1.114412.1.1", "organization validated (DigiCert)"),
            Map.entry("2.16.840.1.114412.1.2", "domain validated (DigiCert)"),
            Map.entry("1.3.6.1.4.1.4146.1.1", EV + " (GlobalSign)"),
            Map.entry("2.16.840.1.114028.10.1.2", EV + " (Entrust)"),
            Map.entry("2.16.840.1.114413.1.7.23.3", EV + " (GoDaddy)"),
            Map.entry("2.16.840.1.114414.1.7.23.3", EV + " (Starfield)"),
            Map.entry("1.3.6.1.4.1.6449.1.2.1.5.1", EV + " (Sectigo)"),
            Map.entry("1.3.6.1.4.1.6334.1.100.1", EV + " (Cybertrust)"),
            Map.entry("1.3.6.1.4.1.8024.0.2.100.1.2", EV + " (QuoVadis)"),
            Map.entry("2.16.756.1.89.1.2.1.1", EV + " (SwissSign)"),
            Map.entry("1.3.6.1.4.1.44947.1.1.1", "domain validated (Let's Encrypt)"));

    /** What stands in the subject of a certificate with extended validation, beside what RFC 2253 names. */
    private static final Map<String, String> ATTRIBUTES = Map.ofEntries(
            Map.entry("1.2.840.113549.1.9.1", "emailAddress"),
            Map.entry("2.5.4.4", "SN"),
            Map.entry("2.5.4.5", "serialNumber"),
            Map.entry("2.5.4.12", "title"),
            Map.entry("2.5.4.15", "businessCategory"),
            Map.entry("2.5.4.17", "postalCode"),
            Map.entry("2.5.4.42", "GN"),
            Map.entry("2.5.4.46", "dnQualifier"),
            Map.entry("2.5.4.97", "organizationIdentifier"),
            Map.entry("1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL"),
            Map.entry("1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST"),
            Map.entry("1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC"));

    private ObjectNames() {}

    /** The extension's name, or its identifier where it has none here. */
    static String extension(String oid) {
        return EXTENSIONS.getOrDefault(oid, oid);
    }

    /** The identifier of a policy, with its name where it has one. */
    static String policy(String oid) {
        String name = POLICIES.get(oid);
        return name == null ? oid : oid + " " + name;
    }

    static boolean isExtendedValidation(String oid) {
        return POLICIES.getOrDefault(oid, "").startsWith(EV);
    }

    static String subject(X509Certificate certificate) {
        return name(certificate.getSubjectX500Principal());
    }

    static String issuer(X509Certificate certificate) {
        return name(certificate.getIssuerX500Principal());
    }

    /** RFC 2253, with the attributes named that it leaves as numbers. */
    static String name(X500Principal name) {
        String text = name.getName(X500Principal.RFC2253, ATTRIBUTES);
        return text.isEmpty() ? "(empty)" : Names.printable(text);
    }
}
