package io.sallyport.tls;

import io.sallyport.pki.Material;
import io.sallyport.pki.Sha256;
import io.sallyport.pki.TrustAnchors;
import io.sallyport.profile.AllowList;
import io.sallyport.profile.Profile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * The session id context ({@code SSL_CTX_set_session_id_context}): a digest of everything that decides who is let in.
 * A session is resumed only where it is equal, so a changed policy means a full handshake, while replicas with the
 * same policy resume each other's sessions. No file name goes into it: replicas may keep theirs elsewhere.
 */
final class SessionIdContext {

    private SessionIdContext() {}

    static byte[] of(Profile.Trust trust, Material material) {
        MessageDigest digest = Sha256.begin();
        digest.update((byte) trust.verify().ordinal());
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(trust.depth()).array());
        digest.update((byte) (trust.commonNames() ? 1 : 0));
        TrustAnchors anchors = material.anchors();
        // Each part has a fixed length or says how many follow: no two policies give the same bytes.
        digest.update(anchors == null ? new byte[32] : anchors.digest());
        digest.update((byte) material.revocation().extent().ordinal());
        digest.update((byte) material.revocation().policy().ordinal());
        digest.update(material.revocation().crls().digest());
        digest.update((byte) trust.ocsp().mode().ordinal());
        byte[] responder = String.valueOf(trust.ocsp().responder()).getBytes(StandardCharsets.UTF_8);
        digest.update(
                ByteBuffer.allocate(Integer.BYTES).putInt(responder.length).array());
        digest.update(responder);
        for (AllowList list : trust.allow()) {
            for (String entry : list.sorted()) {
                digest.update(entry.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            digest.update((byte) 0);
        }
        return digest.digest();
    }
}
