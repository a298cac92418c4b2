package io.sallyport.tls;

import io.sallyport.fault.Refusal;
import io.sallyport.pki.AllowLists;
import io.sallyport.pki.ChainVerifier;
import io.sallyport.pki.Material;
import io.sallyport.pki.Purpose;
import io.sallyport.pki.TrustAnchors;
import io.sallyport.pki.Verdict;
import io.sallyport.pki.VerifyOptions;
import io.sallyport.profile.Profile;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers whether a peer of one context is let in: its chain by {@link ChainVerifier}, then the allow lists. Chains that were found
 * good are remembered. Thread-safe.
 */
public final class PeerVerifier {

    private final ChainVerifier chains;
    private final AllowLists allowed;
    private final VerifiedChains verified;

    private PeerVerifier(ChainVerifier chains, AllowLists allowed, VerifiedChains verified) {
        this.chains = chains;
        this.allowed = allowed;
        this.verified = verified;
    }

    /**
     * The one of a profile's trust.
     *
     * @return null where peers aren't verified
     */
    public static @Nullable PeerVerifier of(Profile.Trust trust, Material material, Side side) {
        TrustAnchors anchors = material.anchors();
        if (!trust.verifies() || anchors == null) {
            return null;
        }
        Purpose purpose = side == Side.SERVER ? Purpose.TLS_CLIENT : Purpose.TLS_SERVER;
        VerifyOptions options = VerifyOptions.of(trust.depth(), purpose)
                .withRevocation(material.revocation())
                .withCommonNames(trust.commonNames());
        return new PeerVerifier(
                new ChainVerifier(anchors, options),
                new AllowLists(trust.allow()),
                new VerifiedChains(anchors.certificates(), material.revocation().crls()));
    }

    /** Whether this very chain and name were verified a while ago, and that still holds: then {@link #verify} is quick. */
    boolean remembers(byte[][] chain, @Nullable String expectedName) {
        return verified.find(VerifiedChains.Key.of(chain, expectedName), Instant.now()) != null;
    }

    /**
     * Verifies a chain. Slow, and for workers, unless it was verified a while ago.
     *
     * @param chain DER, leaf first
     * @param expectedName the host name or IP address that the leaf must have, or null where any will do
     */
    public Verdict verify(byte[][] chain, @Nullable String expectedName) {
        try {
            Instant now = Instant.now();
            VerifiedChains.Key key = VerifiedChains.Key.of(chain, expectedName);
            Verdict known = verified.find(key, now);
            if (known != null) {
                return known;
            }
            List<X509Certificate> certificates = Verification.parse(chain);
            Verdict verdict = chains.verify(certificates, expectedName, now);
            if (verdict instanceof Verdict.Trusted trusted) {
                Verdict.Untrusted refused = allowed.refuse(certificates.get(0));
                if (refused != null) {
                    return refused;
                }
                verified.add(key, trusted, certificates, now);
            }
            return verdict;
        } catch (CertificateException e) {
            return new Verdict.Untrusted(
                    Refusal.MALFORMED_CERTIFICATE, 0, 0, "", "a certificate of the chain can't be read");
        } catch (RuntimeException | StackOverflowError e) {
            // Nothing may escape into BoringSSL: the handshake would wait for ever.
            return new Verdict.Untrusted(
                    Refusal.INTERNAL_ERROR,
                    0,
                    0,
                    "",
                    "verification failed with " + e.getClass().getName());
        }
    }

    /** Asks what can have changed since the full handshake of a session that is resumed: why the peer isn't let in, or null. */
    Verdict.@Nullable Untrusted refuse(X509Certificate leaf, Instant now) {
        Verdict.Untrusted outOfDate = ChainVerifier.outOfDate(leaf, now);
        return outOfDate == null ? allowed.refuse(leaf) : outOfDate;
    }
}
