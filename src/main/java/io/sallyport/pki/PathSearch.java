package io.sallyport.pki;

import io.sallyport.fault.Refusal;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for one path from a leaf to an anchor that passes the checks, trying every candidate issuer: anchors before what the peer
 * sent, valid ones before expired ones. One search is one verification; it is used once, by one thread.
 */
final class PathSearch {

    /** More than any real chain needs, and the most that a hostile one gets. */
    private static final int MOST_STEPS = 500;

    private final AnchorIndex anchors;
    private final List<Cert> sent;
    private final int depth;
    private final PathChecks checks;
    private final Instant at;
    private final List<Cert> path = new ArrayList<>();
    private int steps;
    private Verdict.@Nullable Untrusted deadEnd;
    private Verdict.@Nullable Untrusted refused;

    PathSearch(AnchorIndex anchors, List<Cert> sent, int depth, PathChecks checks, Instant at) {
        this.anchors = anchors;
        this.sent = sent;
        this.depth = depth;
        this.checks = checks;
        this.at = at;
    }

    Verdict run() {
        Cert leaf = sent.get(0);
        List<X509Certificate> found = extend(leaf);
        if (found != null) {
            return new Verdict.Trusted(found);
        }
        if (refused != null) {
            return refused;
        }
        return deadEnd != null ? deadEnd : tooMuchWork(leaf);
    }

    /** The path through {@code next} that passes, or null. */
    private @Nullable List<X509Certificate> extend(Cert next) {
        if (++steps > MOST_STEPS) {
            if (refused == null) {
                refused = tooMuchWork(sent.get(0));
            }
            return null;
        }
        path.add(next);
        try {
            if (anchors.contains(next)) {
                return complete();
            }
            for (Cert issuer : candidates(next)) {
                if (path.size() > depth + 1) {
                    noteDeadEnd(tooLong());
                    return null;
                }
                List<X509Certificate> found = extend(issuer);
                if (found != null || steps > MOST_STEPS) {
                    return found;
                }
            }
            noteDeadEnd(noIssuer(next));
            return null;
        } finally {
            path.remove(path.size() - 1);
        }
    }

    private @Nullable List<X509Certificate> complete() {
        try {
            checks.check(path);
            return path.stream().map(Cert::x509).toList();
        } catch (RefusedException e) {
            if (refused == null) {
                refused = e.verdict();
            }
            return null;
        }
    }

    private List<Cert> candidates(Cert of) {
        List<Cert> candidates = new ArrayList<>();
        for (Cert anchor : anchors.withSubject(of.issuer())) {
            if (of.mayBeIssuedBy(anchor)) {
                candidates.add(anchor);
            }
        }
        int trusted = candidates.size();
        for (Cert cert : sent) {
            if (of.mayBeIssuedBy(cert) && !path.contains(cert) && !candidates.contains(cert)) {
                candidates.add(cert);
            }
        }
        Comparator<Cert> validFirst = Comparator.comparing(c -> !c.validAt(at));
        candidates.subList(0, trusted).sort(validFirst);
        candidates.subList(trusted, candidates.size()).sort(validFirst);
        return candidates;
    }

    private void noteDeadEnd(Verdict.Untrusted verdict) {
        if (deadEnd == null) {
            deadEnd = verdict;
        }
    }

    private Verdict.Untrusted noIssuer(Cert last) {
        int at = path.size() - 1;
        if (last.selfSigned()) {
            return at == 0
                    ? refusal(Refusal.SELF_SIGNED, at, last, "signed itself, and isn't among the trusted certificates")
                    : refusal(
                            Refusal.SELF_SIGNED_IN_CHAIN,
                            at,
                            last,
                            "is the root that the peer sent, and isn't among the trusted certificates");
        }
        return refusal(
                Refusal.UNKNOWN_CA,
                at,
                last,
                "was issued by " + Names.text(last.issuer())
                        + ", which is neither trusted nor among the certificates that the peer sent");
    }

    private Verdict.Untrusted tooLong() {
        int at = path.size() - 1;
        return refusal(
                Refusal.CHAIN_TOO_LONG,
                at,
                path.get(at),
                "has more than the " + depth + " intermediates above the leaf that depth allows");
    }

    private static Verdict.Untrusted tooMuchWork(Cert leaf) {
        return refusal(
                Refusal.CERTIFICATE_REJECTED,
                0,
                leaf,
                "has a chain with so many possible issuers that the search was given up");
    }

    private static Verdict.Untrusted refusal(Refusal refusal, int depth, Cert cert, String detail) {
        return new Verdict.Untrusted(refusal, refusal.number(), depth, cert.subjectText(), detail);
    }
}
