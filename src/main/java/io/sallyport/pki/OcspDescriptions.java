package io.sallyport.pki;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** What there is to say about OCSP responses. */
public final class OcspDescriptions {

    private OcspDescriptions() {}

    /** All that a response says. Nothing of it is judged. */
    public static Description response(OcspResponse response, Instant now) {
        Description description = new Description().add("responseStatus", response.outcome());
        if (response.producedAt() == null) {
            return description;
        }
        List<Description> signers = response.certificates().stream()
                .map(certificate -> new Description()
                        .add("subject", ObjectNames.subject(certificate))
                        .add("issuer", ObjectNames.issuer(certificate))
                        .add("notAfter", certificate.getNotAfter().toInstant().toString()))
                .toList();
        return description
                .add("responder", response.responder())
                .add("producedAt", String.valueOf(response.producedAt()))
                .add("signatureAlgorithm", Names.printable(response.signatureAlgorithm()))
                .add("nonce", response.nonce() != null)
                .addAll(
                        "answers",
                        response.answers().stream()
                                .map(answer -> answer(answer, now))
                                .toList())
                .addAll("certificates", signers);
    }

    /** What it says of one certificate. */
    public static Description answer(OcspAnswer answer, Instant now) {
        Instant next = answer.nextUpdate();
        Instant revokedAt = answer.revokedAt();
        return new Description()
                .add("serial", Descriptions.serial(answer.id().serial()))
                .add("status", answer.status().name().toLowerCase(Locale.ROOT))
                .add("revokedAt", revokedAt == null ? null : revokedAt.toString())
                .add("reason", answer.reason())
                .add("thisUpdate", answer.thisUpdate().toString())
                .add("nextUpdate", next == null ? null : next.toString())
                .add("current", answer.isCurrent(now));
    }
}
