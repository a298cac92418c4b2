package io.sallyport.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ocsp.BasicOCSPResponse;
import org.bouncycastle.asn1.ocsp.CertStatus;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.ocsp.ResponderID;
import org.bouncycastle.asn1.ocsp.ResponseBytes;
import org.bouncycastle.asn1.ocsp.ResponseData;
import org.bouncycastle.asn1.ocsp.RevokedInfo;
import org.bouncycastle.asn1.ocsp.SingleResponse;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.operator.DefaultSignatureNameFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.jspecify.annotations.Nullable;

/**
 * An OCSP response (RFC 6960, section 4.2), read as it is and not judged: that is {@link OcspJudge}'s. Parsing and the signature are Bouncy
 * Castle's. Immutable.
 */
public final class OcspResponse {

    /** The longest that is read. Common ones have some hundred octets, or two thousand with their signer's certificate. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final String[] OUTCOMES = {
        "successful", "malformedRequest", "internalError", "tryLater", "4", "sigRequired", "unauthorized"
    };

    private static final Map<Integer, String> REASONS = Map.of(
            0, "unspecified",
            1, "keyCompromise",
            2, "cACompromise",
            3, "affiliationChanged",
            4, "superseded",
            5, "cessationOfOperation",
            6, "certificateHold",
            8, "removeFromCRL",
            9, "privilegeWithdrawn",
            10, "aACompromise");

    /** The nonce, and what tells no more than dates: nothing that changes what a response means. */
    private static final Set<ASN1ObjectIdentifier> UNDERSTOOD = Set.of(
            OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
            OCSPObjectIdentifiers.id_pkix_ocsp_archive_cutoff,
            OCSPObjectIdentifiers.id_pkix_ocsp.branch("9"));

    private final byte[] der;
    private final String outcome;
    private final @Nullable Basic basic;

    /** What a successful one has. */
    private record Basic(
            BasicOCSPResp signed,
            ResponderID responder,
            Instant producedAt,
            List<OcspAnswer> answers,
            List<X509Certificate> certificates,
            byte @Nullable [] nonce,
            @Nullable String notUnderstood) {}

    private OcspResponse(byte[] der, String outcome, @Nullable Basic basic) {
        this.der = der;
        this.outcome = outcome;
        this.basic = basic;
    }

    /**
     * Reads one in DER.
     *
     * @throws OcspException if it is none, or longer than {@link #MAX_BYTES}
     */
    public static OcspResponse of(byte[] der) throws OcspException {
        if (der.length > MAX_BYTES) {
            throw new OcspException("is longer than " + MAX_BYTES + " octets");
        }
        try {
            OCSPResponse response = OCSPResponse.getInstance(ASN1Primitive.fromByteArray(der));
            int number = response.getResponseStatus().getIntValue();
            if (number != 0) {
                String outcome = number > 0 && number < OUTCOMES.length ? OUTCOMES[number] : Integer.toString(number);
                return new OcspResponse(der.clone(), outcome, null);
            }
            ResponseBytes body = response.getResponseBytes();
            if (body == null || !body.getResponseType().equals(OCSPObjectIdentifiers.id_pkix_ocsp_basic)) {
                throw new OcspException("isn't of the basic kind, the one that there is");
            }
            return new OcspResponse(
                    der.clone(), OUTCOMES[0], basic(body.getResponse().getOctets()));
        } catch (IOException | ParseException | CertificateException | RuntimeException e) {
            throw new OcspException("can't be read");
        }
    }

    /**
     * Reads a file with one, in DER or as a PEM block {@code OCSP RESPONSE}.
     *
     * @throws UnusableFileException if it can't be read, or is none
     */
    public static OcspResponse read(Path file) throws UnusableFileException {
        return of(file, PemReader.bytes(file));
    }

    /** As {@link #read}, from bytes that came another way. */
    public static OcspResponse of(Path file, byte[] content) throws UnusableFileException {
        try {
            if (content.length > 0 && content[0] == Der.SEQUENCE) {
                return of(content);
            }
            List<PemBlock> blocks = PemReader.parse(file, content);
            for (PemBlock block : blocks) {
                if (block.label().equals("OCSP RESPONSE")) {
                    return of(block.der());
                }
            }
            throw Lacking.of(
                    file,
                    content,
                    blocks,
                    "OCSP response",
                    "it is in DER, or in a PEM block '-----BEGIN OCSP RESPONSE-----'");
        } catch (OcspException e) {
            throw new UnusableFileException(
                    file, "holds no OCSP response: it " + e.getMessage(), "openssl ocsp -respout FILE writes one");
        }
    }

    private static Basic basic(byte[] der) throws IOException, ParseException, CertificateException {
        BasicOCSPResponse response = BasicOCSPResponse.getInstance(ASN1Primitive.fromByteArray(der));
        ResponseData data = response.getTbsResponseData();
        String notUnderstood = notUnderstood(data.getResponseExtensions());
        List<OcspAnswer> answers = new ArrayList<>();
        for (ASN1Encodable element : data.getResponses()) {
            SingleResponse single = SingleResponse.getInstance(element);
            answers.add(answer(single));
            if (notUnderstood == null) {
                notUnderstood = notUnderstood(single.getSingleExtensions());
            }
        }
        List<X509Certificate> certificates = new ArrayList<>();
        ASN1Sequence sent = response.getCerts();
        if (sent != null) {
            for (ASN1Encodable certificate : sent) {
                certificates.add(
                        CertificateFiles.parse(certificate.toASN1Primitive().getEncoded("DER")));
            }
        }
        return new Basic(
                new BasicOCSPResp(response),
                data.getResponderID(),
                instant(data.getProducedAt()),
                List.copyOf(answers),
                List.copyOf(certificates),
                nonce(data.getResponseExtensions()),
                notUnderstood);
    }

    private static OcspAnswer answer(SingleResponse single) throws ParseException {
        CertStatus status = single.getCertStatus();
        Instant revokedAt = null;
        String reason = null;
        if (status.getTagNo() == 1) {
            RevokedInfo revoked = RevokedInfo.getInstance(status.getStatus());
            revokedAt = instant(revoked.getRevocationTime());
            if (revoked.getRevocationReason() != null) {
                BigInteger number = revoked.getRevocationReason().getValue();
                reason = REASONS.getOrDefault(number.intValue(), number.toString());
            }
        }
        return new OcspAnswer(
                OcspCertId.of(single.getCertID()),
                switch (status.getTagNo()) {
                    case 0 -> OcspAnswer.Status.GOOD;
                    case 1 -> OcspAnswer.Status.REVOKED;
                    default -> OcspAnswer.Status.UNKNOWN;
                },
                instant(single.getThisUpdate()),
                single.getNextUpdate() == null ? null : instant(single.getNextUpdate()),
                revokedAt,
                reason);
    }

    private static Instant instant(ASN1GeneralizedTime time) throws ParseException {
        return time.getDate().toInstant();
    }

    private static byte @Nullable [] nonce(@Nullable Extensions extensions) {
        return extensions == null || extensions.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce) == null
                ? null
                : extensions
                        .getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce)
                        .getExtnValue()
                        .getOctets();
    }

    private static @Nullable String notUnderstood(@Nullable Extensions extensions) {
        return extensions == null
                ? null
                : Stream.of(extensions.getCriticalExtensionOIDs())
                        .filter(oid -> !UNDERSTOOD.contains(oid))
                        .map(ASN1ObjectIdentifier::getId)
                        .findFirst()
                        .orElse(null);
    }

    public byte[] der() {
        return der.clone();
    }

    /** {@code successful}, or why the responder gave no answer, in RFC 6960's words. */
    public String outcome() {
        return outcome;
    }

    public boolean isSuccessful() {
        return basic != null;
    }

    /** What it says of each certificate; nothing where it isn't successful. */
    public List<OcspAnswer> answers() {
        return basic == null ? List.of() : basic.answers;
    }

    /** The certificates that came with it, of its signer if any. */
    public List<X509Certificate> certificates() {
        return basic == null ? List.of() : basic.certificates;
    }

    @Nullable
    Instant producedAt() {
        return basic == null ? null : basic.producedAt;
    }

    byte @Nullable [] nonce() {
        return basic == null ? null : basic.nonce;
    }

    /** A critical extension that may change its meaning; null if there is none. */
    @Nullable
    String notUnderstood() {
        return basic == null ? null : basic.notUnderstood;
    }

    /** By which name, or by which digest of its key, the signer names itself. */
    String responder() {
        if (basic == null) {
            return "nobody";
        }
        byte[] keyHash = basic.responder.getKeyHash();
        return keyHash == null
                ? ObjectNames.name(name(basic))
                : "key " + HexFormat.of().formatHex(keyHash);
    }

    private static X500Principal name(Basic basic) {
        try {
            return new X500Principal(basic.responder.getName().getEncoded("DER"));
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Whether the signer names itself as this one. */
    boolean namesAsSigner(Cert cert) {
        if (basic == null) {
            return false;
        }
        byte[] keyHash = basic.responder.getKeyHash();
        return keyHash == null
                ? DistinguishedName.of(Der.of(name(basic).getEncoded())).equals(cert.subject())
                : Arrays.equals(keyHash, OcspCertId.keyHash(cert.x509()));
    }

    boolean isSignedBy(PublicKey key) {
        try {
            return basic != null && basic.signed.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key));
        } catch (OCSPException | OperatorCreationException | RuntimeException e) {
            return false;
        }
    }

    /** Such as {@code SHA256WITHECDSA}. */
    String signatureAlgorithm() {
        return basic == null
                ? ""
                : new DefaultSignatureNameFinder()
                        .getAlgorithmName(basic.signed.getSignatureAlgorithmID())
                        .toUpperCase(Locale.ROOT);
    }
}
