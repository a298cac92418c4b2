package io.sallyport.pki;

import io.sallyport.fault.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Looks for one path from a leaf to an anchor that passes the checks. Goes the way OpenSSL goes first (anchors before what the peer
 * sent, valid certificates before expired ones), so that its users meet the refusals they know; but where OpenSSL stops at the first
 * path, this goes on to every other one. One is used for one search, by one thread.
 */
final class PathSearch {

    /** Decides on a complete path. */
    interface Judge {
        void check(List<Cert> path) throws RefusedException;
    }

    private final CertIndex anchors;
    private final CertIndex sent;
    private final VerifyOptions options;
    private final Instant at;
    private final Signatures signatures;
    private final WorkBudget budget;
    private final Judge judge;
    private final List<Cert> path = new ArrayList<>();
    private @Nullable RefusedException deadEnd;
    private @Nullable RefusedException refused;

    PathSearch(
            CertIndex anchors,
            CertIndex sent,
            VerifyOptions options,
            Instant at,
            Signatures signatures,
            WorkBudget budget,
            Judge judge) {
        this.anchors = anchors;
        this.sent = sent;
        this.options = options;
        this.at = at;
        this.signatures = signatures;
        this.budget = budget;
        this.judge = judge;
    }

    /**
     * The path, leaf first and anchor last.
     *
     * @throws RefusedException why there is none: the fault of the first complete path, else where the first way ended
     */
    List<Cert> from(Cert leaf) throws RefusedException {
        List<Cert> found = extend(leaf, false);
        if (found == null && refused == null && options.partialChain() && anchors.contains(leaf)) {
            // The leaf itself is trusted. Asked last: its issuer, where that is trusted too, may have revoked it.
            path.add(leaf);
            found = complete();
        }
        if (found != null) {
            return found;
        }
        throw refused != null ? refused : Objects.requireNonNull(deadEnd);
    }

    /** The path through {@code next} that passes, or null. */
    private @Nullable List<Cert> extend(Cert next, boolean belowTrusted) throws RefusedException {
        budget.step();
        path.add(next);
        try {
            boolean trusted = anchors.contains(next);
            if (trusted && (next.selfSigned() || (options.partialChain() && path.size() > 1))) {
                return complete();
            }
            if (next.selfSigned()) {
                noteDeadEnd(selfSigned(next));
                return null;
            }
            return extendAny(next, candidates(next, belowTrusted || (trusted && path.size() > 1)), belowTrusted);
        } finally {
            path.remove(path.size() - 1);
        }
    }

    private @Nullable List<Cert> extendAny(Cert next, List<Cert> candidates, boolean belowTrusted)
            throws RefusedException {
        // Two certificates lie between leaf and anchor when the path is three long.
        if (path.size() > options.depth() + 1) {
            noteDeadEnd(tooLong());
            return null;
        }
        RefusedException forged = null;
        boolean followed = false;
        for (Cert issuer : candidates) {
            // With one candidate its signature is checked at the end, in its order; with several only the right ones
            // are followed.
            if (candidates.size() > 1 && !Signatures.lacksParameters(issuer) && !signatures.good(next, issuer)) {
                forged = PathChecks.badSignature(next, issuer, path.size() - 1);
                continue;
            }
            followed = true;
            List<Cert> found = extend(issuer, belowTrusted || anchors.contains(issuer));
            if (found != null) {
                return found;
            }
        }
        noteDeadEnd(forged != null && !followed ? forged : noIssuer(next, belowTrusted));
        return null;
    }

    private @Nullable List<Cert> complete() throws RefusedException {
        try {
            judge.check(path);
            return List.copyOf(path);
        } catch (RefusedException e) {
            if (e.verdict().refusal() == Refusal.CHAIN_TOO_COMPLEX) {
                throw e;
            }
            if (refused == null) {
                refused = e;
            }
            return null;
        }
    }

    private List<Cert> candidates(Cert of, boolean anchorsOnly) {
        Comparator<Cert> validFirst = Comparator.comparing(c -> !c.validAt(at));
        List<Cert> trusted = issuers(of, anchors, validFirst);
        List<Cert> candidates = new ArrayList<>(trusted);
        if (!anchorsOnly) {
            issuers(of, sent, validFirst).stream()
                    .filter(c -> !candidates.contains(c) && !isOvershadowed(c, trusted))
                    .forEach(candidates::add);
        }
        return candidates;
    }

    /**
     * Whether a trusted certificate speaks for the same key. The operator may trust that one for less than what the peer's says; the
     * peer doesn't lift such a limit by sending another one.
     */
    private boolean isOvershadowed(Cert candidate, List<Cert> trusted) {
        return trusted.stream()
                .anyMatch(anchor -> anchor.validAt(at)
                        && anchor.x509().getPublicKey().equals(candidate.x509().getPublicKey()));
    }

    private List<Cert> issuers(Cert of, CertIndex index, Comparator<Cert> order) {
        return index.withSubject(of.issuer()).stream()
                .filter(candidate -> of.mayBeIssuedBy(candidate) && !path.contains(candidate))
                .sorted(order.thenComparing(Cert::notAfter, Comparator.reverseOrder()))
                .toList();
    }

    private void noteDeadEnd(RefusedException reason) {
        if (deadEnd == null) {
            deadEnd = reason;
        }
    }

    private RefusedException selfSigned(Cert last) {
        int depth = path.size() - 1;
        return depth == 0
                ? new RefusedException(
                        Refusal.SELF_SIGNED, depth, last, "signed itself, and isn't among the trusted certificates")
                : new RefusedException(
                        Refusal.SELF_SIGNED_IN_CHAIN,
                        depth,
                        last,
                        "is the root that the peer sent, and isn't among the trusted certificates");
    }

    private RefusedException noIssuer(Cert last, boolean belowTrusted) {
        // OpenSSL's two numbers: nothing was found above a trusted certificate, or above one that the peer sent.
        int number = belowTrusted ? 2 : Refusal.UNKNOWN_CA.number();
        return new RefusedException(
                Refusal.UNKNOWN_CA,
                number,
                path.size() - 1,
                last,
                "was issued by " + last.issuerText()
                        + ", which is neither trusted nor among the certificates that the peer sent");
    }

    private RefusedException tooLong() {
        int depth = path.size() - 1;
        return new RefusedException(
                Refusal.CHAIN_TOO_LONG,
                depth,
                path.get(depth),
                "is above as many intermediates as depth allows, " + options.depth() + ", and isn't trusted itself");
    }
}
