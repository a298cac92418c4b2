package io.sallyport.pki;

import io.sallyport.fault.Refusal;
import java.security.cert.X509Certificate;
import java.util.List;

/** What chain verification found. */
public sealed interface Verdict {

    /**
     * The chain is good.
     *
     * @param path leaf first, trust anchor last
     */
    record Trusted(List<X509Certificate> path) implements Verdict {}

    /**
     * The chain is refused.
     *
     * @param refusal the reason
     * @param number OpenSSL's {@code X509_V_ERR_*} number: the refusal's own, or a closer one of the same family
     * @param depth of the certificate at fault, 0 is the leaf
     * @param subject of the certificate at fault, RFC 2253
     * @param detail one sentence with the facts: what was found, and what would be right
     */
    record Untrusted(Refusal refusal, int number, int depth, String subject, String detail) implements Verdict {

        /** The detail with the certificate that it is about. */
        public String sentence() {
            return detail + " (depth " + depth + ", subject '" + subject + "')";
        }
    }
}
