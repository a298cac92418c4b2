package io.sallyport.pki;

import io.sallyport.profile.Profile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the CA certificates of a profile: a bundle, a directory, or what the system trusts. */
final class AnchorsLoader {

    private final Instant now;
    private final Findings findings;

    AnchorsLoader(Instant now, Findings findings) {
        this.now = now;
        this.findings = findings;
    }

    /** The anchors, or null where an error was found. */
    @Nullable
    TrustAnchors load(String ca) {
        if (ca.equals(Profile.SYSTEM_CA)) {
            return findings.attempt("ca", SystemTrust::load);
        }
        List<X509Certificate> certificates = findings.attempt("ca", () -> read(ca));
        if (certificates == null) {
            return null;
        }
        Set<X509Certificate> distinct = new LinkedHashSet<>();
        for (X509Certificate certificate : certificates) {
            if (distinct.add(certificate)) {
                check(ca, certificate);
            } else {
                findings.warning(
                        "ca",
                        ca + " has " + Names.subject(certificate) + " more than once",
                        "remove all but one; it does no harm");
            }
        }
        return new TrustAnchors(List.copyOf(distinct));
    }

    private static List<X509Certificate> read(String ca) throws UnusableFileException {
        try {
            Path path = Path.of(ca);
            return Files.isDirectory(path) ? CertificateFiles.readDirectory(path) : CertificateFiles.readTrusted(path);
        } catch (InvalidPathException e) {
            throw new UnusableFileException(Path.of(""), "'" + ca + "' is no path of a file", null);
        }
    }

    private void check(String ca, X509Certificate certificate) {
        Instant notAfter = certificate.getNotAfter().toInstant();
        if (now.isAfter(notAfter)) {
            findings.warning(
                    "ca",
                    Names.subject(certificate) + " in " + ca + " expired at " + notAfter
                            + ": nothing it issued is trusted",
                    "remove it, or put its successor there");
        } else if (now.plus(Findings.SOON).isAfter(notAfter)) {
            findings.warning(
                    "ca",
                    Names.subject(certificate) + " in " + ca + " expires at " + notAfter,
                    "put its successor there too");
        }
        if (certificate.getVersion() >= 3 && certificate.getBasicConstraints() < 0) {
            findings.warning(
                    "ca",
                    Names.subject(certificate) + " in " + ca + " is not a CA certificate: nothing it issued is trusted",
                    "put the certificate of the CA there");
        }
    }
}
