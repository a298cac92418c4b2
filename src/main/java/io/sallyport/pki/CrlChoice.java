package io.sallyport.pki;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A CRL that may speak about a certificate, and how well it fits.
 *
 * @param issuer the certificate whose key signed it
 * @param onPath whether that certificate is on the path which is checked
 * @param score the higher, the better; made of the constants here as OpenSSL does it, so that the same one is taken and the same fault named
 * @param reasons for which, with this CRL, the status is known
 */
record CrlChoice(Crl crl, Cert issuer, boolean onPath, int score, DistributionPoint.Reasons reasons) {

    private static final int UNDERSTOOD = 0x100;
    private static final int IN_SCOPE = 0x80;
    private static final int CURRENT = 0x40;
    private static final int NAMED_ISSUER = 0x20;
    private static final int SIGNED_BY_ISSUER = 0x18;
    private static final int SIGNED_ON_PATH = 0x08;

    boolean inScope() {
        return (score & IN_SCOPE) != 0;
    }

    /**
     * The best CRL for a certificate that adds reasons to those known; null if there is none at all.
     *
     * @param sent where the signers of indirect CRLs may be
     */
    static @Nullable CrlChoice best(
            CrlSet crls, List<Cert> path, int depth, CertIndex sent, DistributionPoint.Reasons known, Instant at) {
        CrlChoice best = null;
        for (Crl crl : crls.about(path.get(depth).issuer())) {
            CrlChoice choice = of(crl, path, depth, sent, known, at);
            if (choice != null
                    && (best == null
                            || choice.score > best.score
                            || (choice.score == best.score && crl.isNewerThan(best.crl)))) {
                best = choice;
            }
        }
        return best;
    }

    private static @Nullable CrlChoice of(
            Crl crl, List<Cert> path, int depth, CertIndex sent, DistributionPoint.Reasons known, Instant at) {
        Cert cert = path.get(depth);
        CrlScope scope = crl.scope();
        boolean named = cert.issuer().equals(crl.issuer());
        if (scope == null || crl.isDelta() || (!named && !scope.indirect())) {
            return null;
        }
        CrlChoice signed = signer(crl, path, depth, sent, named, known);
        if (signed == null) {
            return null;
        }
        int score = signed.score;
        score |= named ? NAMED_ISSUER : 0;
        score |= crl.notUnderstood() == null ? UNDERSTOOD : 0;
        score |= crl.isCurrent(at) ? CURRENT : 0;
        DistributionPoint.Reasons covered = scope.covers(cert, crl.issuer());
        if (covered == null) {
            return new CrlChoice(crl, signed.issuer, signed.onPath, score, known);
        }
        return covered.isWithin(known)
                ? null
                : new CrlChoice(crl, signed.issuer, signed.onPath, score | IN_SCOPE, known.or(covered));
    }

    private static @Nullable CrlChoice signer(
            Crl crl, List<Cert> path, int depth, CertIndex sent, boolean named, DistributionPoint.Reasons known) {
        for (int above = Math.min(depth + 1, path.size() - 1); above < path.size(); above++) {
            Cert cert = path.get(above);
            boolean next = above <= depth + 1;
            if (mayHaveSigned(cert, crl) && (named || !next)) {
                return new CrlChoice(crl, cert, true, next ? SIGNED_BY_ISSUER : SIGNED_ON_PATH, known);
            }
        }
        for (Cert cert : sent.withSubject(crl.issuer())) {
            if (mayHaveSigned(cert, crl)) {
                return new CrlChoice(crl, cert, false, 0, known);
            }
        }
        return null;
    }

    private static boolean mayHaveSigned(Cert cert, Crl crl) {
        CertExtensions.AuthorityKeyId wanted = crl.authorityKeyId();
        return cert.subject().equals(crl.issuer()) && (wanted == null || wanted.fits(cert));
    }
}
