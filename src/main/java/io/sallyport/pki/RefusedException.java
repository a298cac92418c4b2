package io.sallyport.pki;

import io.sallyport.fault.Refusal;

/** Ends the checking of one path. Has no stack trace: it is an ordinary answer, and hostile peers can cause many. */
final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Verdict.Untrusted verdict;

    /**
     * @param number OpenSSL's, where it is closer than the refusal's own
     */
    RefusedException(Refusal refusal, int number, int depth, Cert at, String detail) {
        super(detail, null, false, false);
        this.verdict = new Verdict.Untrusted(refusal, number, depth, at.subjectText(), detail);
    }

    RefusedException(Refusal refusal, int depth, Cert at, String detail) {
        this(refusal, refusal.number(), depth, at, detail);
    }

    Verdict.Untrusted verdict() {
        return verdict;
    }
}
