package io.sallyport.pki;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

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

    /**
     * What a response says of the first certificate of a chain, and who signed it by its own word. Nothing of it is judged.
     *
     * @param chain leaf first, the issuer behind it; where that isn't there the serial number alone tells
     */
    public static Description of(OcspResponse response, List<X509Certificate> chain, Instant now) {
        Description description = new Description().add("responseStatus", response.outcome());
        response.answers().stream()
                .filter(answer -> chain.size() > 1
                        ? answer.id().names(chain.get(0), chain.get(1))
                        : answer.id().serial().equals(chain.get(0).getSerialNumber()))
                .max(Comparator.comparing(OcspAnswer::thisUpdate))
                .ifPresent(answer -> answer(answer, now).facts().forEach(description::add));
        return description
                .add("signer", response.isSuccessful() ? signer(response, chain) : null)
                .add("producedAt", response.producedAt() == null ? null : String.valueOf(response.producedAt()));
    }

    /** The name behind a digest of a key, where its certificate is at hand. */
    private static String signer(OcspResponse response, List<X509Certificate> chain) {
        for (X509Certificate certificate :
                Stream.of(response.certificates(), chain).flatMap(List::stream).toList()) {
            try {
                if (response.namesAsSigner(Cert.of(certificate))) {
                    return ObjectNames.subject(certificate);
                }
            } catch (CertificateParsingException e) {
                // Then it isn't that one's word.
            }
        }
        return response.responder();
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
