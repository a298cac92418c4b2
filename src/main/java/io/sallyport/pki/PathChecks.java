package io.sallyport.pki;

import io.sallyport.fault.Refusal;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a complete path must fulfil (RFC 5280, section 6.1), in the order in which OpenSSL asks it, so that the first refusal is the
 * one that its users know.
 */
final class PathChecks {

    private static final int DIGITAL_SIGNATURE = 0;
    private static final int KEY_ENCIPHERMENT = 2;
    private static final int KEY_AGREEMENT = 4;

    /** Understood here, so they may be critical. */
    private static final Set<String> UNDERSTOOD = Set.of("2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.37");

    private final Purpose purpose;
    private final @Nullable String expectedHost;
    private final Instant at;

    PathChecks(Purpose purpose, @Nullable String expectedHost, Instant at) {
        this.purpose = purpose;
        this.expectedHost = expectedHost;
        this.at = at;
    }

    /**
     * @param path leaf first, anchor last
     */
    void check(List<Cert> path) throws RefusedException {
        extensions(path);
        name(path.get(0));
        signaturesAndDates(path);
    }

    private void extensions(List<Cert> path) throws RefusedException {
        int casBelow = 0;
        for (int depth = 0; depth < path.size(); depth++) {
            Cert cert = path.get(depth);
            criticalExtensions(cert, depth);
            if (depth > 0) {
                ca(cert, depth);
                if (casBelow > cert.pathLength()) {
                    throw new RefusedException(
                            Refusal.PATH_LENGTH_EXCEEDED,
                            depth,
                            cert,
                            "allows " + cert.pathLength() + " intermediates under it, there are " + casBelow);
                }
                if (!cert.selfIssued()) {
                    casBelow++;
                }
            }
            purpose(cert, depth);
        }
    }

    private static void criticalExtensions(Cert cert, int depth) throws RefusedException {
        for (String oid : cert.criticalExtensions()) {
            if (!UNDERSTOOD.contains(oid)) {
                throw new RefusedException(
                        Refusal.UNHANDLED_CRITICAL_EXTENSION,
                        depth,
                        cert,
                        "has the critical extension " + oid + ", which isn't understood here");
            }
        }
    }

    private static void ca(Cert cert, int depth) throws RefusedException {
        if (!cert.mayBeCa()) {
            throw new RefusedException(
                    Refusal.INVALID_CA,
                    depth,
                    cert,
                    "issued a certificate, but its basicConstraints don't say CA:TRUE");
        }
        if (!cert.maySignCertificates()) {
            throw new RefusedException(
                    Refusal.INVALID_CA, depth, cert, "issued a certificate, but its keyUsage lacks keyCertSign");
        }
    }

    private void purpose(Cert cert, int depth) throws RefusedException {
        if (purpose == Purpose.ANY) {
            return;
        }
        if (!cert.allows(purpose)) {
            throw new RefusedException(
                    Refusal.WRONG_PURPOSE,
                    depth,
                    cert,
                    "is for " + String.join(", ", cert.purposes()) + "; needed is " + purpose.label() + " ("
                            + purpose.oid() + ")");
        }
        boolean usage = purpose == Purpose.TLS_CLIENT
                ? cert.hasKeyUsage(DIGITAL_SIGNATURE, KEY_AGREEMENT)
                : cert.hasKeyUsage(DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, KEY_AGREEMENT);
        if (depth == 0 && !usage) {
            throw new RefusedException(Refusal.WRONG_PURPOSE, depth, cert, "has a keyUsage without digitalSignature");
        }
    }

    private void name(Cert leaf) throws RefusedException {
        if (expectedHost != null && !leaf.names().matchHost(expectedHost)) {
            int number = SubjectNames.address(expectedHost) == null ? Refusal.NAME_MISMATCH.number() : 64;
            throw new RefusedException(
                    Refusal.NAME_MISMATCH,
                    number,
                    0,
                    leaf,
                    "is not for " + expectedHost + "; it is for " + leaf.names().hosts());
        }
    }

    /** From the anchor down: what an unproven certificate says of itself means nothing. */
    private void signaturesAndDates(List<Cert> path) throws RefusedException {
        for (int depth = path.size() - 1; depth >= 0; depth--) {
            Cert cert = path.get(depth);
            if (depth < path.size() - 1) {
                signature(cert, path.get(depth + 1), depth);
            }
            dates(cert, depth);
        }
    }

    private static void signature(Cert cert, Cert issuer, int depth) throws RefusedException {
        try {
            cert.x509().verify(issuer.x509().getPublicKey());
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new RefusedException(
                    Refusal.BAD_SIGNATURE, depth, cert, "isn't signed by the key of " + issuer.subjectText());
        }
    }

    private void dates(Cert cert, int depth) throws RefusedException {
        if (at.isBefore(cert.notBefore())) {
            throw new RefusedException(
                    Refusal.CERTIFICATE_NOT_YET_VALID,
                    depth,
                    cert,
                    "is valid from " + cert.notBefore() + "; checked at " + at);
        }
        if (at.isAfter(cert.notAfter())) {
            throw new RefusedException(
                    Refusal.CERTIFICATE_EXPIRED, depth, cert, "expired at " + cert.notAfter() + "; checked at " + at);
        }
    }
}
