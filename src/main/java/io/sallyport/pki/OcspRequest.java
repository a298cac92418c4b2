package io.sallyport.pki;

import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.ocsp.Request;
import org.bouncycastle.asn1.ocsp.TBSRequest;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.jspecify.annotations.Nullable;

/** A question to a responder about one certificate (RFC 6960, section 4.1). Not signed. */
public final class OcspRequest {

    /** As RFC 9654 has it. */
    private static final int NONCE_LENGTH = 32;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] der;
    private final byte @Nullable [] nonce;

    private OcspRequest(OcspCertId id, byte @Nullable [] nonce) {
        this.nonce = nonce;
        Extensions extensions = nonce == null
                ? null
                : new Extensions(
                        new Extension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, new DEROctetString(nonce)));
        TBSRequest body = new TBSRequest(null, new DERSequence(new Request(id.toAsn1(), null)), extensions);
        try {
            this.der = new OCSPRequest(body, null).getEncoded("DER");
        } catch (IOException e) {
            throw new IllegalStateException("an OCSP request has an encoding", e);
        }
    }

    /** For an answer that is for us alone: its nonce proves that the answer was made now, where the responder repeats it. */
    public static OcspRequest withNonce(X509Certificate certificate, X509Certificate issuer) {
        byte[] random = new byte[NONCE_LENGTH];
        RANDOM.nextBytes(random);
        try {
            return new OcspRequest(OcspCertId.of(certificate, issuer), new DEROctetString(random).getEncoded("DER"));
        } catch (IOException e) {
            throw new IllegalStateException("an octet string has an encoding", e);
        }
    }

    /** For an answer that goes on to others, and may come from a responder's store. */
    public static OcspRequest plain(X509Certificate certificate, X509Certificate issuer) {
        return new OcspRequest(OcspCertId.of(certificate, issuer), null);
    }

    public byte[] der() {
        return der.clone();
    }

    /** The value of its nonce extension, or null. */
    byte @Nullable [] nonceValue() {
        return nonce;
    }
}
