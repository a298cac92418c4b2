package io.sallyport.pki;

import io.sallyport.fault.Refusal;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether an OCSP response may be believed, asked without the certificate that it is about: its issuer is looked for among the certificates
 * at hand. What {@code openssl ocsp -respin} answers.
 */
public final class OcspSigners {

    private final TrustAnchors anchors;
    private final List<X509Certificate> untrusted;
    private final VerifyOptions options;

    /** @param untrusted certificates that may stand between an issuer and an anchor, or be an issuer */
    public OcspSigners(TrustAnchors anchors, List<X509Certificate> untrusted, VerifyOptions options) {
        this.anchors = anchors;
        this.untrusted = List.copyOf(untrusted);
        this.options = options.withPurpose(Purpose.ANY);
    }

    /** The path of the signer, itself first; or why the response may not be believed. Whether it is of now isn't asked. */
    public Verdict verify(OcspResponse response, Instant at) {
        try {
            if (!response.isSuccessful()) {
                throw new OcspException("says " + response.outcome() + " in place of an answer");
            }
            List<OcspAnswer> answers = response.answers();
            if (answers.isEmpty()) {
                throw new OcspException("says nothing of any certificate");
            }
            Verdict verdict = signer(response, answers.get(0).id(), at);
            for (OcspAnswer other : answers.subList(1, answers.size())) {
                if (!other.id().hasIssuerOf(answers.get(0).id())) {
                    throw new OcspException("speaks of certificates of several issuers");
                }
            }
            return verdict;
        } catch (OcspException e) {
            return new Verdict.Untrusted(
                    Refusal.OCSP_REJECTED,
                    Refusal.OCSP_REJECTED.number(),
                    0,
                    "the OCSP response",
                    String.valueOf(e.getMessage()));
        }
    }

    private Verdict signer(OcspResponse response, OcspCertId id, Instant at) throws OcspException {
        Optional<X509Certificate> issuer = Stream.of(anchors.certificates(), untrusted, response.certificates())
                .flatMap(List::stream)
                .filter(id::isIssuedBy)
                .findFirst();
        if (issuer.isEmpty()) {
            throw new OcspException("speaks of a certificate whose issuer isn't among those at hand");
        }
        List<X509Certificate> chain = new ArrayList<>(untrusted);
        chain.add(0, issuer.get());
        Verdict verdict = new ChainVerifier(anchors, options).verifyFor(chain, ExpectedNames.ANY, at);
        if (!(verdict instanceof Verdict.Trusted trusted)) {
            return verdict;
        }
        X509Certificate signer = new OcspJudge(options).signer(response, trusted.path(), at);
        List<X509Certificate> path = new ArrayList<>(trusted.path());
        if (!signer.equals(path.get(0))) {
            path.add(0, signer);
        }
        return new Verdict.Trusted(path);
    }
}
