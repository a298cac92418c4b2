package io.sallyport.pki;

import io.sallyport.fault.Refusal;
import java.security.PublicKey;
import java.security.cert.CRLReason;
import java.security.cert.X509CRLEntry;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether certificates of a path are revoked (RFC 5280, section 6.3), by the CRLs at hand; nothing is fetched. */
final class RevocationChecks {

    /** Looks for a path of a certificate that signed a CRL and isn't on the path which is checked. */
    interface SignerPaths {
        @Nullable
        List<Cert> find(Cert signer) throws RefusedException;
    }

    private static final int UNHANDLED_CRITICAL_CRL_EXTENSION = 36;
    private static final int KEYUSAGE_NO_CRL_SIGN = 35;
    private static final int DIFFERENT_CRL_SCOPE = 44;
    private static final int CRL_PATH_VALIDATION_ERROR = 54;

    private final VerifyOptions options;
    private final CertIndex sent;
    private final Instant at;
    private final WorkBudget budget;
    private final SignerPaths signerPaths;

    RevocationChecks(VerifyOptions options, CertIndex sent, Instant at, WorkBudget budget, SignerPaths signerPaths) {
        this.options = options;
        this.sent = sent;
        this.at = at;
        this.budget = budget;
        this.signerPaths = signerPaths;
    }

    void check(List<Cert> path) throws RefusedException {
        int end = switch (options.revocation().extent()) {
            case NONE -> 0;
            case LEAF -> Math.min(1, path.size() - 1);
            case ALL -> path.size() - 1;
        };
        for (int depth = 0; depth < end; depth++) {
            if (!path.get(depth).selfSigned()) {
                status(path, depth);
            }
        }
    }

    /** Each CRL may know the status for some reasons only: goes on until all are known. */
    private void status(List<Cert> path, int depth) throws RefusedException {
        DistributionPoint.Reasons known = DistributionPoint.Reasons.NONE;
        while (!known.equals(DistributionPoint.Reasons.ALL)) {
            budget.step();
            CrlChoice choice = CrlChoice.best(options.revocation().crls(), path, depth, sent, known, at);
            if (choice == null) {
                missing(
                        path.get(depth),
                        depth,
                        Refusal.CRL_MISSING.number(),
                        "has an issuer, " + path.get(depth).issuerText()
                                + ", of which no CRL that says all about it is known");
                return;
            }
            if (!choice.inScope()) {
                missing(
                        path.get(depth),
                        depth,
                        DIFFERENT_CRL_SCOPE,
                        "isn't covered by the CRL of " + choice.crl().issuerText());
                return;
            }
            consult(choice, path, depth);
            known = choice.reasons();
        }
    }

    private void consult(CrlChoice choice, List<Cert> path, int depth) throws RefusedException {
        Cert cert = path.get(depth);
        Optional<Crl> delta = delta(choice.crl());
        boolean deltaCurrent = delta.isPresent() && delta.get().isCurrent(at);
        signer(choice, path, depth);
        dates(choice.crl(), cert, depth, deltaCurrent);
        signature(choice.crl(), choice.issuer(), path, depth);
        if (delta.isPresent()) {
            dates(delta.get(), cert, depth, false);
            signature(delta.get(), choice.issuer(), path, depth);
            X509CRLEntry entry = entry(delta.get(), cert, depth);
            if (entry != null && entry.getRevocationReason() == CRLReason.REMOVE_FROM_CRL) {
                // The delta takes back what the complete CRL says.
                return;
            }
            refuseRevoked(entry, cert, depth);
        }
        refuseRevoked(entry(choice.crl(), cert, depth), cert, depth);
    }

    private Optional<Crl> delta(Crl complete) {
        return options.revocation().crls().about(complete.issuer()).stream()
                .filter(crl -> crl.completes(complete))
                .max(Comparator.comparing((Crl crl) -> crl.isCurrent(at)).thenComparing(Crl::thisUpdate));
    }

    private void signer(CrlChoice choice, List<Cert> path, int depth) throws RefusedException {
        Cert signer = choice.issuer();
        if (!signer.maySignCrls()) {
            throw unusable(
                    KEYUSAGE_NO_CRL_SIGN,
                    path.get(depth),
                    depth,
                    "has a CRL whose signer, " + signer.subjectText() + ", has a keyUsage without cRLSign");
        }
        if (!choice.onPath()) {
            List<Cert> own = signerPaths.find(signer);
            // RFC 5280, section 6.3.3, (f): both paths end in one anchor, else any CA could revoke for any other.
            if (own == null || !last(own).equals(last(path))) {
                throw unusable(
                        CRL_PATH_VALIDATION_ERROR,
                        path.get(depth),
                        depth,
                        "has a CRL whose signer, " + signer.subjectText() + ", has no valid path to the same anchor");
            }
        }
    }

    private static Cert last(List<Cert> path) {
        return path.get(path.size() - 1);
    }

    private void dates(Crl crl, Cert cert, int depth, boolean deltaCurrent) throws RefusedException {
        if (!options.checkTime() || options.revocation().policy() == Revocation.Policy.SOFT) {
            return;
        }
        if (at.isBefore(crl.thisUpdate())) {
            throw new RefusedException(
                    Refusal.CRL_NOT_YET_VALID,
                    depth,
                    cert,
                    "has a CRL of " + crl.issuerText() + " that is valid from " + crl.thisUpdate() + "; checked at "
                            + at);
        }
        // A delta that is current says all that is new, so the complete CRL may be older.
        if (crl.isExpired(at) && !deltaCurrent) {
            throw new RefusedException(
                    Refusal.CRL_EXPIRED,
                    depth,
                    cert,
                    "has a CRL of " + crl.issuerText() + " that expired at " + crl.nextUpdate() + "; checked at " + at);
        }
    }

    private void signature(Crl crl, Cert signer, List<Cert> path, int depth) throws RefusedException {
        int place = path.indexOf(signer);
        PublicKey key = place < 0 ? signer.x509().getPublicKey() : Signatures.key(path, place);
        if (crl.isKnownToBeSignedBy(key)) {
            return;
        }
        budget.signature();
        if (!crl.isSignedBy(key)) {
            throw unusable(
                    Refusal.CRL_REJECTED.number(),
                    path.get(depth),
                    depth,
                    "has a CRL of " + crl.issuerText() + " that isn't signed by its key");
        }
    }

    private static @Nullable X509CRLEntry entry(Crl crl, Cert cert, int depth) throws RefusedException {
        String notUnderstood = crl.notUnderstood();
        if (notUnderstood != null) {
            throw unusable(
                    UNHANDLED_CRITICAL_CRL_EXTENSION,
                    cert,
                    depth,
                    "has a CRL of " + crl.issuerText() + " with the critical extension " + notUnderstood
                            + ", which isn't understood here");
        }
        return crl.entry(cert);
    }

    private static void refuseRevoked(@Nullable X509CRLEntry entry, Cert cert, int depth) throws RefusedException {
        if (entry != null && entry.getRevocationReason() != CRLReason.REMOVE_FROM_CRL) {
            CRLReason reason = entry.getRevocationReason();
            throw new RefusedException(
                    Refusal.REVOKED,
                    depth,
                    cert,
                    "was revoked at " + entry.getRevocationDate().toInstant()
                            + (reason == null ? "" : ", reason " + reason.name().toLowerCase(Locale.ROOT)));
        }
    }

    private void missing(Cert cert, int depth, int number, String detail) throws RefusedException {
        if (options.revocation().policy() == Revocation.Policy.HARD) {
            throw new RefusedException(Refusal.CRL_MISSING, number, depth, cert, detail);
        }
    }

    private static RefusedException unusable(int number, Cert cert, int depth, String detail) {
        return new RefusedException(Refusal.CRL_REJECTED, number, depth, cert, detail);
    }
}
