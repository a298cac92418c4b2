package io.sallyport.pki;

import io.sallyport.fault.Refusal;
import java.time.Instant;
import java.util.List;

/**
 * What a complete path must fulfil (RFC 5280, section 6.1), in the order in which OpenSSL asks it, so that the first refusal is the
 * one that its users know.
 */
final class PathChecks {

    private static final int DIGITAL_SIGNATURE = 0;
    private static final int KEY_ENCIPHERMENT = 2;
    private static final int KEY_AGREEMENT = 4;

    private final VerifyOptions options;
    private final ExpectedNames expected;
    private final Instant at;
    private final Signatures signatures;
    private final WorkBudget budget;

    PathChecks(VerifyOptions options, ExpectedNames expected, Instant at, Signatures signatures, WorkBudget budget) {
        this.options = options;
        this.expected = expected;
        this.at = at;
        this.signatures = signatures;
        this.budget = budget;
    }

    /** What is asked of a certificate that speaks for its issuer beside the path, but its signature and purpose. */
    void beside(Cert cert) throws RefusedException {
        understood(cert, 0);
        curve(cert, 0);
        strengthOfKey(cert, 0);
        strengthOfSignature(cert, 0);
        if (options.checkTime()) {
            dates(cert, 0, at);
        }
    }

    /** What is asked before revocation. */
    void first(List<Cert> path) throws RefusedException {
        extensions(path);
        strength(path);
        new NameChecks(options, budget).expected(path.get(0), expected);
    }

    /** What is asked after it. */
    void last(List<Cert> path) throws RefusedException {
        signaturesAndDates(path);
        new NameChecks(options, budget).constraints(path);
        new PolicyChecks(options.policy()).check(path);
    }

    private void extensions(List<Cert> path) throws RefusedException {
        int casBelow = 0;
        for (int depth = 0; depth < path.size(); depth++) {
            Cert cert = path.get(depth);
            understood(cert, depth);
            if (depth > 0) {
                ca(cert, depth, depth == path.size() - 1);
            }
            if (path.size() > 1) {
                curve(cert, depth);
                if (options.strict()) {
                    StrictChecks.check(cert, depth, depth == path.size() - 1);
                }
            }
            purpose(cert, depth);
            Integer limit = cert.pathLength();
            if (depth > 0 && limit != null && casBelow > limit) {
                throw new RefusedException(
                        Refusal.PATH_LENGTH_EXCEEDED,
                        depth,
                        cert,
                        "allows " + limit + " intermediates under it, there are " + casBelow);
            }
            if (depth > 0 && !cert.selfIssued()) {
                casBelow++;
            }
        }
    }

    private static void understood(Cert cert, int depth) throws RefusedException {
        if (!cert.readable()) {
            throw new RefusedException(
                    Refusal.MALFORMED_CERTIFICATE, depth, cert, "has an extension that can't be read");
        }
        for (String oid : cert.criticalExtensions()) {
            if (!CertExtensions.UNDERSTOOD.contains(oid)) {
                throw new RefusedException(
                        Refusal.UNHANDLED_CRITICAL_EXTENSION,
                        depth,
                        cert,
                        "has the critical extension " + oid + ", which isn't understood here");
            }
        }
    }

    private void ca(Cert cert, int depth, boolean anchor) throws RefusedException {
        if (cert.isCa() || (anchor && !options.strict() && cert.isOldRoot())) {
            return;
        }
        throw new RefusedException(
                Refusal.INVALID_CA,
                depth,
                cert,
                cert.maySignCertificates()
                        ? "issued a certificate, but its basicConstraints don't say CA:TRUE"
                        : "issued a certificate, but its keyUsage lacks keyCertSign");
    }

    private static void curve(Cert cert, int depth) throws RefusedException {
        if (KeyKind.EXPLICIT_CURVE.equals(cert.keyKind().curve())) {
            throw new RefusedException(
                    Refusal.EXPLICIT_CURVE, depth, cert, "gives its curve by parameters, and not by name");
        }
    }

    private void purpose(Cert cert, int depth) throws RefusedException {
        Purpose purpose = options.purpose();
        if (purpose == Purpose.ANY) {
            return;
        }
        if (!cert.allows(purpose)) {
            throw new RefusedException(
                    Refusal.WRONG_PURPOSE,
                    depth,
                    cert,
                    "is for " + Purpose.labels(cert.extensions().purposes) + "; needed is " + purpose.label());
        }
        boolean usage = purpose == Purpose.TLS_CLIENT
                ? cert.hasKeyUsage(DIGITAL_SIGNATURE, KEY_AGREEMENT)
                : cert.hasKeyUsage(DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, KEY_AGREEMENT);
        if (depth == 0 && !usage) {
            throw new RefusedException(Refusal.WRONG_PURPOSE, depth, cert, "has a keyUsage without digitalSignature");
        }
    }

    private void strength(List<Cert> path) throws RefusedException {
        for (int depth = 0; depth < path.size(); depth++) {
            strengthOfKey(path.get(depth), depth);
            // The anchor is trusted for itself: its signature proves nothing.
            if (depth < path.size() - 1) {
                strengthOfSignature(path.get(depth), depth);
            }
        }
    }

    private void strengthOfKey(Cert cert, int depth) throws RefusedException {
        int least = SecurityLevel.leastBits(options.level());
        if (SecurityLevel.ofKey(cert) < least) {
            throw new RefusedException(
                    Refusal.WEAK_KEY,
                    depth == 0 ? Refusal.WEAK_KEY.number() : 67,
                    depth,
                    cert,
                    "has an " + cert.keyKind() + ", below the " + least + " bits of strength of level "
                            + options.level());
        }
    }

    private void strengthOfSignature(Cert cert, int depth) throws RefusedException {
        int least = SecurityLevel.leastBits(options.level());
        if (SecurityLevel.ofSignature(cert) < least) {
            throw new RefusedException(
                    Refusal.WEAK_SIGNATURE,
                    depth,
                    cert,
                    "is signed with " + cert.x509().getSigAlgName() + " over " + cert.signatureDigest() + ", below the "
                            + least + " bits of strength of level " + options.level());
        }
    }

    /** From the anchor down: what an unproven certificate says of itself means nothing. */
    private void signaturesAndDates(List<Cert> path) throws RefusedException {
        for (int depth = path.size() - 1; depth >= 0; depth--) {
            Cert cert = path.get(depth);
            if (depth < path.size() - 1 && !signatures.good(path, depth)) {
                throw badSignature(cert, path.get(depth + 1), depth);
            }
            if (options.checkTime()) {
                dates(cert, depth, at);
            }
        }
    }

    static RefusedException badSignature(Cert cert, Cert issuer, int depth) {
        return new RefusedException(
                Refusal.BAD_SIGNATURE, depth, cert, "isn't signed by the key of " + issuer.subjectText());
    }

    static void dates(Cert cert, int depth, Instant at) throws RefusedException {
        if (at.isBefore(cert.notBefore())) {
            throw new RefusedException(
                    Refusal.CERTIFICATE_NOT_YET_VALID,
                    depth,
                    cert,
                    "is valid from " + cert.notBefore() + "; checked at " + at);
        }
        if (cert.expired(at)) {
            throw new RefusedException(
                    Refusal.CERTIFICATE_EXPIRED, depth, cert, "expired at " + cert.notAfter() + "; checked at " + at);
        }
    }
}
