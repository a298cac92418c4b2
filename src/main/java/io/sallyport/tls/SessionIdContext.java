package io.sallyport.tls;

import io.sallyport.pki.TrustAnchors;
import io.sallyport.profile.Profile;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The session id context ({@code SSL_CTX_set_session_id_context}): a digest of everything that decides who is let in.
 * A session is resumed only where it is equal, so a changed policy means a full handshake, while replicas with the
 * same policy resume each other's sessions. No file name goes into it: replicas may keep theirs elsewhere.
 */
final class SessionIdContext {

    private SessionIdContext() {}

    static byte[] of(Profile.Trust trust, @Nullable TrustAnchors anchors) throws CertificateEncodingException {
        MessageDigest digest = sha256();
        digest.update((byte) trust.verify().ordinal());
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(trust.depth()).array());
        for (byte[] fingerprint : fingerprints(anchors)) {
            digest.update(fingerprint);
        }
        return digest.digest();
    }

    /** Sorted, since the order of a bundle decides nothing. */
    private static List<byte[]> fingerprints(@Nullable TrustAnchors anchors) throws CertificateEncodingException {
        List<byte[]> fingerprints = new ArrayList<>();
        if (anchors != null) {
            for (X509Certificate anchor : anchors.certificates()) {
                fingerprints.add(sha256().digest(anchor.getEncoded()));
            }
        }
        fingerprints.sort(Arrays::compareUnsigned);
        return fingerprints;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
