package io.sallyport.pki;

import io.sallyport.fault.Refusal;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Judges OCSP responses (RFC 6960, section 3.2): whether one is signed by who may speak for a certificate's issuer, speaks of that
 * certificate, and is of now. Thread-safe.
 */
public final class OcspJudge {

    /** Certificates with the responder's name that are tried; a responder sends one. */
    private static final int MOST_SIGNERS = 4;

    private static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int NON_REPUDIATION = 1;

    private final VerifyOptions options;

    /** @param options those of the chain: its level, dates and CRLs hold for a response's signer too */
    public OcspJudge(VerifyOptions options) {
        this.options = options;
    }

    /**
     * What a response says of the first certificate of a verified path.
     *
     * @param path of two certificates or more, leaf first
     * @throws OcspException if it may not be believed, or doesn't speak of that certificate
     */
    public OcspAnswer answer(OcspResponse response, List<X509Certificate> path, Instant at) throws OcspException {
        signer(response, path.subList(1, path.size()), at);
        OcspAnswer answer = response.answers().stream()
                .filter(each -> each.id().names(path.get(0), path.get(1)))
                .max(Comparator.comparing(OcspAnswer::thisUpdate))
                .orElseThrow(() -> new OcspException("speaks of another certificate"));
        if (options.checkTime()) {
            dates(answer, at);
        }
        return answer;
    }

    /**
     * The same for the response to a request with a nonce: one that repeats another nonce is of another time. One without may be from
     * a store, and its dates decide.
     */
    public OcspAnswer answerTo(OcspRequest request, OcspResponse response, List<X509Certificate> path, Instant at)
            throws OcspException {
        byte[] repeated = response.nonce();
        if (repeated != null && !Arrays.equals(repeated, request.nonceValue())) {
            throw new OcspException("repeats another nonce than the request had");
        }
        return answer(response, path, at);
    }

    private static void dates(OcspAnswer answer, Instant at) throws OcspException {
        Instant next = answer.nextUpdate();
        if (next != null && next.isBefore(answer.thisUpdate())) {
            throw new OcspException("has a next update before its own");
        }
        if (answer.isFromTheFuture(at)) {
            throw new OcspException("holds only from " + answer.thisUpdate() + "; checked at " + at);
        }
        if (!answer.isCurrent(at)) {
            throw new OcspException("is out of date since " + answer.until() + "; checked at " + at);
        }
    }

    /**
     * Who signed a response: the issuer itself, or who has its certificate from the issuer for that very purpose (RFC 6960, section
     * 4.2.2.2).
     *
     * @param issuerPath a verified path, the issuer of the certificate that is asked about first
     * @throws OcspException if the signer is nobody such, or is no signer at all
     */
    public X509Certificate signer(OcspResponse response, List<X509Certificate> issuerPath, Instant at)
            throws OcspException {
        if (!response.isSuccessful()) {
            throw new OcspException("says " + response.outcome() + " in place of an answer");
        }
        if (response.notUnderstood() != null) {
            throw new OcspException(
                    "has the critical extension " + response.notUnderstood() + ", which isn't understood here");
        }
        List<Cert> issuers = certs(issuerPath);
        Cert issuer = issuers.get(0);
        if (SecurityLevel.ofDigest(response.signatureAlgorithm().split("WITH", 2)[0])
                < SecurityLevel.leastBits(options.level())) {
            throw new OcspException("is signed with " + response.signatureAlgorithm() + ", which is too weak");
        }
        // A new certificate of the same name and key is the same issuer.
        if (response.namesAsSigner(issuer) && response.isSignedBy(Signatures.key(issuers, 0))) {
            return issuer.x509();
        }
        OcspException fault = new OcspException("is signed by " + response.responder()
                + ", which is neither the issuer " + issuer.subjectText() + " nor has a certificate of it here");
        List<Cert> candidates = certs(response.certificates()).stream()
                .filter(response::namesAsSigner)
                .limit(MOST_SIGNERS)
                .toList();
        for (Cert candidate : candidates) {
            try {
                delegated(candidate, issuers, at);
                if (response.isSignedBy(candidate.x509().getPublicKey())) {
                    return candidate.x509();
                }
                fault = new OcspException("isn't signed by the key of " + candidate.subjectText());
            } catch (RefusedException e) {
                fault = new OcspException("is signed by " + candidate.subjectText() + ", which "
                        + e.verdict().detail());
            }
        }
        if (candidates.isEmpty() && response.namesAsSigner(issuer)) {
            fault = new OcspException("isn't signed by the key of " + issuer.subjectText());
        }
        throw fault;
    }

    private static List<Cert> certs(List<X509Certificate> certificates) throws OcspException {
        List<Cert> certs = new ArrayList<>();
        for (X509Certificate certificate : certificates) {
            try {
                certs.add(Cert.of(certificate));
            } catch (CertificateParsingException e) {
                throw new OcspException("comes with a certificate that can't be read");
            }
        }
        return certs;
    }

    /** What the certificate of a delegated signer must fulfil. */
    private void delegated(Cert signer, List<Cert> issuers, Instant at) throws RefusedException {
        Cert issuer = issuers.get(0);
        List<Cert> path = Stream.concat(Stream.of(signer), issuers.stream()).toList();
        WorkBudget budget = new WorkBudget(signer);
        Signatures signatures = new Signatures(new Signatures.Known(), budget);
        if (!signer.mayBeIssuedBy(issuer) || !signatures.good(path, 0)) {
            throw PathChecks.badSignature(signer, issuer, 0);
        }
        List<String> purposes = signer.extensions().purposes;
        if (purposes == null || !purposes.contains(OCSP_SIGNING)) {
            throw new RefusedException(
                    Refusal.WRONG_PURPOSE, 0, signer, "isn't for OCSPSigning but for " + Purpose.labels(purposes));
        }
        if (!signer.hasKeyUsage(DIGITAL_SIGNATURE, NON_REPUDIATION)) {
            throw new RefusedException(Refusal.WRONG_PURPOSE, 0, signer, "has a keyUsage without digitalSignature");
        }
        new PathChecks(options, ExpectedNames.ANY, at, signatures, budget).beside(signer);
        if (!signer.extensions().ocspNoCheck) {
            new RevocationChecks(options, CertIndex.of(List.of()), at, budget, another -> null).check(path);
        }
    }
}
