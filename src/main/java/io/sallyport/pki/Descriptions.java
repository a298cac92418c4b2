package io.sallyport.pki;

import java.security.PublicKey;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.security.cert.X509Extension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What there is to say about certificates, keys, requests and CRLs. */
public final class Descriptions {

    private static final HexFormat COLONS = HexFormat.ofDelimiter(":").withUpperCase();

    private Descriptions() {}

    /** All that a certificate says, and how long it still lives. */
    public static Description certificate(X509Certificate certificate, Instant now) {
        Instant notAfter = certificate.getNotAfter().toInstant();
        List<String> policies = texts(certificate, CertExtensions.CERTIFICATE_POLICIES);
        return new Description()
                .add("subject", ObjectNames.subject(certificate))
                .add("issuer", ObjectNames.issuer(certificate))
                .add("selfIssued", certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal()))
                .addAll("names", texts(certificate, CertExtensions.SUBJECT_ALT_NAME))
                .add("serial", serial(certificate))
                .add("notBefore", certificate.getNotBefore().toInstant().toString())
                .add("notAfter", notAfter.toString())
                .add("expiry", expiry(certificate.getNotBefore().toInstant(), notAfter, now))
                .add("daysLeft", Duration.between(now, notAfter).toDays())
                .add("key", key(certificate.getPublicKey(), KeyKind.of(certificate)))
                .add("signatureAlgorithm", Names.printable(certificate.getSigAlgName()))
                .add("version", certificate.getVersion())
                .add("authority", certificate.getBasicConstraints() >= 0)
                .add("extendedValidation", isExtendedValidation(policies))
                .addAll("extensions", extensions(certificate))
                .add("fingerprints", fingerprints(certificate));
    }

    private static boolean isExtendedValidation(List<String> policies) {
        return policies.stream().anyMatch(policy -> ObjectNames.isExtendedValidation(policy.split(" ", 2)[0]));
    }

    public static Description fingerprints(X509Certificate certificate) {
        return new Description()
                .add("sha256", Fingerprints.sha256(certificate))
                .add("sha1", Fingerprints.sha1(certificate))
                .add("spki", Fingerprints.pin(certificate));
    }

    /** In upper case and by whole octets, as OpenSSL prints it. */
    public static String serial(X509Certificate certificate) {
        return serial(certificate.getSerialNumber());
    }

    static String serial(java.math.BigInteger serial) {
        String digits = serial.abs().toString(16).toUpperCase(java.util.Locale.ROOT);
        return (serial.signum() < 0 ? "-" : "") + (digits.length() % 2 == 0 ? digits : "0" + digits);
    }

    public static String subject(X509Certificate certificate) {
        return ObjectNames.subject(certificate);
    }

    public static String issuer(X509Certificate certificate) {
        return ObjectNames.issuer(certificate);
    }

    /** How long it still lives, in words. */
    public static String expiry(X509Certificate certificate, Instant now) {
        return expiry(
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                now);
    }

    private static String expiry(Instant notBefore, Instant notAfter, Instant now) {
        if (now.isBefore(notBefore)) {
            return "valid only in " + words(Duration.between(now, notBefore));
        }
        return now.isAfter(notAfter)
                ? "expired " + words(Duration.between(notAfter, now)) + " ago"
                : "expires in " + words(Duration.between(now, notAfter));
    }

    private static String words(Duration time) {
        if (time.toDays() >= 2) {
            return time.toDays() + " days";
        }
        if (time.toHours() >= 2) {
            return time.toHours() + " hours";
        }
        return Math.max(1, time.toMinutes()) + (time.toMinutes() < 2 ? " minute" : " minutes");
    }

    /** The subjectAltName extension, in OpenSSL's words; empty where there is none. */
    public static List<String> names(X509Certificate certificate) {
        return texts(certificate, CertExtensions.SUBJECT_ALT_NAME);
    }

    private static List<String> texts(X509Extension holder, String oid) {
        byte[] value = holder.getExtensionValue(oid);
        return value == null ? List.of() : ExtensionText.of(oid, Der.of(value).content());
    }

    /** Each extension with its name, whether it is critical, and what it says. */
    public static List<Description> extensions(X509Extension holder) {
        Set<String> critical = orEmpty(holder.getCriticalExtensionOIDs());
        Set<String> all = new TreeSet<>(Comparator.comparing(ObjectNames::extension));
        all.addAll(critical);
        all.addAll(orEmpty(holder.getNonCriticalExtensionOIDs()));
        List<Description> extensions = new ArrayList<>();
        for (String oid : all) {
            extensions.add(new Description()
                    .add("name", ObjectNames.extension(oid))
                    .add("oid", oid)
                    .add("critical", critical.contains(oid))
                    .addAll("value", texts(holder, oid)));
        }
        return extensions;
    }

    private static Set<String> orEmpty(@Nullable Set<String> oids) {
        return oids == null ? Set.of() : oids;
    }

    /** A public key: its kind and its pin. */
    public static Description key(PublicKey key) {
        return key(key, KeyKind.of(key));
    }

    private static Description key(PublicKey key, KeyKind kind) {
        return new Description()
                .add("algorithm", kind.algorithm())
                .add("curve", kind.curve())
                .add("bits", kind.bits() == 0 ? null : kind.bits())
                .add("usableInTls", kind.supported())
                .add("pin", Fingerprints.pin(key));
    }

    /** The algorithm of the signature and its octets. */
    public static Description signature(X509Certificate certificate) {
        return new Description()
                .add("algorithm", Names.printable(certificate.getSigAlgName()))
                .add("oid", certificate.getSigAlgOID())
                .add("value", COLONS.formatHex(certificate.getSignature()));
    }

    public static Description request(CertificateRequest request) {
        return new Description()
                .add("subject", ObjectNames.name(request.subject()))
                .addAll("names", request.names())
                .add("key", key(request.publicKey()))
                .add("signatureGood", request.isSignatureGood());
    }

    /** A CRL with its entries. */
    public static Description crl(X509CRL crl, Instant now) {
        List<Description> entries = new ArrayList<>();
        Set<? extends X509CRLEntry> revoked = crl.getRevokedCertificates();
        if (revoked != null) {
            revoked.stream()
                    .sorted(Comparator.comparing(X509CRLEntry::getRevocationDate)
                            .thenComparing(X509CRLEntry::getSerialNumber))
                    .forEach(entry -> entries.add(entry(entry)));
        }
        Description description = new Description()
                .add("issuer", ObjectNames.name(crl.getIssuerX500Principal()))
                .add("thisUpdate", crl.getThisUpdate().toInstant().toString());
        if (crl.getNextUpdate() != null) {
            Instant next = crl.getNextUpdate().toInstant();
            description.add("nextUpdate", next.toString()).add("current", !now.isAfter(next));
        }
        return description
                .add("signatureAlgorithm", Names.printable(crl.getSigAlgName()))
                .addAll("extensions", extensions(crl))
                .add("revoked", entries.size())
                .addAll("entries", entries);
    }

    private static Description entry(X509CRLEntry entry) {
        return new Description()
                .add("serial", serial(entry.getSerialNumber()))
                .add("revokedAt", entry.getRevocationDate().toInstant().toString())
                .add("reason", entry.getRevocationReason() == null ? null : reason(entry));
    }

    private static String reason(X509CRLEntry entry) {
        return entry.getRevocationReason()
                .name()
                .toLowerCase(java.util.Locale.ROOT)
                .replace('_', '-');
    }
}
