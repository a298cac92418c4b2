package io.sallyport.pki;

import io.sallyport.fault.Refusal;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an OCSP answer, or the want of one, means for the chain whose leaf was asked about. */
public final class OcspVerdicts {

    private OcspVerdicts() {}

    /** Why a certificate with this status isn't accepted, or null where it is good. */
    public static Verdict.@Nullable Untrusted of(OcspAnswer answer, X509Certificate leaf) {
        return switch (answer.status()) {
            case GOOD -> null;
            case REVOKED ->
                refused(
                        Refusal.REVOKED,
                        leaf,
                        "was revoked at " + answer.revokedAt()
                                + (answer.reason() == null ? "" : ", reason " + answer.reason())
                                + ", by its OCSP responder");
            case UNKNOWN -> refused(Refusal.OCSP_UNKNOWN, leaf, "isn't known to its OCSP responder");
        };
    }

    /** The verdict on a chain, once its leaf's OCSP response has its say too. A leaf that is trusted itself needs none. */
    public static Verdict of(OcspResponse response, OcspJudge judge, Verdict.Trusted chain, Instant at) {
        X509Certificate leaf = chain.path().get(0);
        if (chain.path().size() < 2) {
            return chain;
        }
        try {
            Verdict.Untrusted refused = of(judge.answer(response, chain.path(), at), leaf);
            return refused == null ? chain : refused;
        } catch (OcspException e) {
            return rejected(e, leaf);
        }
    }

    /** For a response that may not be believed. */
    public static Verdict.Untrusted rejected(OcspException fault, X509Certificate leaf) {
        return refused(Refusal.OCSP_REJECTED, leaf, "has an OCSP response that " + fault.getMessage());
    }

    /** @param detail goes on from the subject, such as "names no OCSP responder" */
    public static Verdict.Untrusted unavailable(String detail, X509Certificate leaf) {
        return refused(Refusal.OCSP_UNAVAILABLE, leaf, detail);
    }

    private static Verdict.Untrusted refused(Refusal refusal, X509Certificate leaf, String detail) {
        return new Verdict.Untrusted(refusal, refusal.number(), 0, Names.subject(leaf), detail);
    }
}
