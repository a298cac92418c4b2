package io.sallyport.pki;

import io.sallyport.fault.Refusal;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers whether a peer's certificate leads to a trusted one and may be used for its purpose. The rules are ours, parsing and
 * signatures the JDK's. Immutable and thread-safe: made once for a profile, used for every handshake.
 */
public final class ChainVerifier {

    /** A peer that sends more is refused before any of them is looked at. */
    private static final int MOST_CERTIFICATES = 100;

    private final AnchorIndex anchors;
    private final int depth;
    private final Purpose purpose;

    /**
     * @param depth intermediates allowed between leaf and anchor
     * @param purpose of the peer's certificate
     */
    public ChainVerifier(TrustAnchors anchors, int depth, Purpose purpose) {
        this.anchors = new AnchorIndex(anchors);
        this.depth = depth;
        this.purpose = purpose;
    }

    /**
     * Verifies what a peer sent. The work is bounded, whatever that is.
     *
     * @param sentChain the leaf first, the others in any order
     * @param expectedHost DNS name or IP address that the leaf must be for, or null where any is right
     * @param at the time that decides what has expired
     */
    public Verdict verify(List<X509Certificate> sentChain, @Nullable String expectedHost, Instant at) {
        if (sentChain.isEmpty()) {
            return new Verdict.Untrusted(Refusal.NO_CERTIFICATE, 0, 0, "", "no certificate was sent");
        }
        String subject = Names.subject(sentChain.get(0));
        if (sentChain.size() > MOST_CERTIFICATES) {
            return new Verdict.Untrusted(
                    Refusal.CHAIN_TOO_LONG,
                    Refusal.CHAIN_TOO_LONG.number(),
                    0,
                    subject,
                    "was sent with " + sentChain.size() + " certificates; at most " + MOST_CERTIFICATES
                            + " are looked at");
        }
        List<Cert> sent = new ArrayList<>();
        for (X509Certificate x509 : sentChain) {
            try {
                sent.add(new Cert(x509));
            } catch (CertificateParsingException e) {
                return new Verdict.Untrusted(
                        Refusal.MALFORMED_CERTIFICATE,
                        0,
                        sent.size(),
                        Names.subject(x509),
                        "has an extension that can't be read");
            }
        }
        PathChecks checks = new PathChecks(purpose, expectedHost, at);
        return new PathSearch(anchors, sent, depth, checks, at).run();
    }
}
