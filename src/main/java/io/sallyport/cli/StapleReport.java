package io.sallyport.cli;

import io.sallyport.pki.Description;
import io.sallyport.pki.OcspDescriptions;
import io.sallyport.pki.OcspException;
import io.sallyport.pki.OcspResponse;
import io.sallyport.pki.Verdict;
import io.sallyport.tls.ServerVerdict;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The OCSP response that a server stapled.
 *
 * @param staple DER, as it came
 * @param chain what it is about: leaf first
 * @param verdict by it alone; null where nothing is there to judge it by
 */
record StapleReport(
        byte[] staple,
        List<X509Certificate> chain,
        @Nullable Verdict verdict) {

    /**
     * @param staple null where none came: then there is no report
     * @param sent the chain as the server sent it, one certificate or more
     * @param found null where nobody asked
     */
    static @Nullable StapleReport of(
            byte @Nullable [] staple, List<X509Certificate> sent, @Nullable ServerVerdict found) {
        if (staple == null) {
            return null;
        }
        // A path that was verified has the issuer too, though the server may have left it out.
        return found != null && found.chain() instanceof Verdict.Trusted trusted
                ? new StapleReport(staple, trusted.path(), found.staple())
                : new StapleReport(staple, sent, null);
    }

    Description description(Instant now) {
        Description description;
        try {
            description = OcspDescriptions.of(OcspResponse.of(staple), chain, now);
        } catch (OcspException e) {
            description = new Description().add("unreadable", e.getMessage());
        }
        return description.add("verdict", word());
    }

    private String word() {
        return verdict == null
                ? "not judged"
                : verdict instanceof Verdict.Untrusted untrusted
                        ? untrusted.refusal().code()
                        : "good";
    }

    /** One line for people. */
    String text(Instant now, Palette palette) {
        Map<String, Object> facts = description(now).facts();
        StringBuilder text = new StringBuilder("stapled OCSP response: ");
        Object outcome = facts.get("responseStatus");
        if (facts.containsKey("unreadable")) {
            text.append(facts.get("unreadable"));
        } else if (facts.containsKey("status")) {
            text.append("says ").append(facts.get("status")).append(", of ").append(facts.get("thisUpdate"));
            Object next = facts.get("nextUpdate");
            text.append(next == null ? ", no next update" : ", next update " + next);
        } else {
            text.append("successful".equals(outcome) ? "says nothing of this certificate" : "says " + outcome);
        }
        if (facts.containsKey("signer")) {
            text.append(", signed by ").append(facts.get("signer"));
        }
        String word = word();
        return text.append(": ")
                .append(verdict == null ? word : palette.verdict(verdict instanceof Verdict.Trusted, word))
                .append('\n')
                .toString();
    }
}
