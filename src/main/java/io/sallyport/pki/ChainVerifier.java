package io.sallyport.pki;

import io.sallyport.fault.Refusal;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers whether a peer's certificate leads to a trusted one and may be used for its purpose. The rules are ours, parsing and
 * signatures the JDK's. Thread-safe: made once for a profile, used for every handshake.
 */
public final class ChainVerifier {

    private final CertIndex anchors;
    private final VerifyOptions options;
    private final Signatures.Known known = new Signatures.Known();

    /**
     * With the gateway's usual strictness.
     *
     * @param depth intermediates allowed between leaf and anchor
     * @param purpose of the peer's certificate
     */
    public ChainVerifier(TrustAnchors anchors, int depth, Purpose purpose) {
        this(anchors, VerifyOptions.of(depth, purpose));
    }

    public ChainVerifier(TrustAnchors anchors, VerifyOptions options) {
        this.anchors = CertIndex.of(anchors.certificates());
        this.options = options;
    }

    /**
     * Verifies what a peer sent. The work is bounded, whatever that is.
     *
     * @param sentChain the leaf first, the others in any order
     * @param expectedHost DNS name or IP address that the leaf must be for, or null where any is right
     * @param at the time that decides what has expired
     */
    public Verdict verify(List<X509Certificate> sentChain, @Nullable String expectedHost, Instant at) {
        return verifyFor(sentChain, ExpectedNames.host(expectedHost), at);
    }

    /** As {@link #verify(List, String, Instant)}, for names of any kind. */
    public Verdict verifyFor(List<X509Certificate> sentChain, ExpectedNames expected, Instant at) {
        if (sentChain.isEmpty()) {
            return new Verdict.Untrusted(Refusal.NO_CERTIFICATE, 0, 0, "", "no certificate was sent");
        }
        try {
            Cert leaf = Cert.of(sentChain.get(0));
            List<Cert> path = new Verification(leaf, sentChain, expected, at).path();
            return new Verdict.Trusted(path.stream().map(Cert::x509).toList());
        } catch (RefusedException e) {
            return e.verdict();
        } catch (CertificateParsingException e) {
            return malformed(sentChain.get(0));
        }
    }

    /** Why a certificate isn't valid at a time, or null if it is. Where it is, that costs next to nothing. */
    public static Verdict.@Nullable Untrusted outOfDate(X509Certificate leaf, Instant at) {
        if (leaf.getNotBefore().getTime() <= at.toEpochMilli()
                && at.toEpochMilli() <= leaf.getNotAfter().getTime()) {
            return null;
        }
        try {
            PathChecks.dates(Cert.of(leaf), 0, at);
            return null;
        } catch (RefusedException e) {
            return e.verdict();
        } catch (CertificateParsingException e) {
            return malformed(leaf);
        }
    }

    private static Verdict.Untrusted malformed(X509Certificate leaf) {
        return new Verdict.Untrusted(
                Refusal.MALFORMED_CERTIFICATE, 0, 0, Names.subject(leaf), "has a key that can't be read");
    }

    /** One verification: what belongs to it, and goes with it. */
    private final class Verification {

        private final Cert leaf;
        private final CertIndex sent;
        private final ExpectedNames expected;
        private final Instant at;
        private final WorkBudget budget;
        private final Signatures signatures;

        Verification(Cert leaf, List<X509Certificate> sentChain, ExpectedNames expected, Instant at) {
            this.leaf = leaf;
            this.sent = CertIndex.of(sentChain.subList(1, sentChain.size()));
            this.expected = expected;
            this.at = at;
            this.budget = new WorkBudget(leaf);
            this.signatures = new Signatures(known, budget);
        }

        List<Cert> path() throws RefusedException {
            List<Cert> path = search(options, expected, this::signerPath).from(leaf);
            signatures.remember(path);
            return path;
        }

        private PathSearch search(
                VerifyOptions options, ExpectedNames expected, RevocationChecks.SignerPaths signerPaths) {
            PathChecks checks = new PathChecks(options, expected, at, signatures, budget);
            RevocationChecks revocation = new RevocationChecks(options, sent, at, budget, signerPaths);
            return new PathSearch(anchors, sent, options, at, signatures, budget, path -> {
                checks.first(path);
                revocation.check(path);
                checks.last(path);
            });
        }

        /** The path of a CRL's signer; its own CRLs must be signed on it, or this would go round in circles. */
        private @Nullable List<Cert> signerPath(Cert signer) throws RefusedException {
            try {
                return search(options.withPurpose(Purpose.ANY), ExpectedNames.ANY, another -> null)
                        .from(signer);
            } catch (RefusedException e) {
                if (e.verdict().refusal() == Refusal.CHAIN_TOO_COMPLEX) {
                    throw e;
                }
                return null;
            }
        }
    }
}
