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
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Answers whether a peer of one context is let in: its chain by {@link ChainVerifier}, then the allow lists, then its state by OCSP where
 * that is asked for. Chains that were found good are remembered; the state of a leaf is remembered apart, until its own end. Thread-safe.
 */
public final class PeerVerifier {

    private final ChainVerifier chains;
    private final AllowLists allowed;
    private final VerifiedChains verified;
    private final PeerStatus status;

    private PeerVerifier(ChainVerifier chains, AllowLists allowed, VerifiedChains verified, PeerStatus status) {
        this.chains = chains;
        this.allowed = allowed;
        this.verified = verified;
        this.status = status;
    }

    /**
     * The one of a profile.
     *
     * @return null where peers aren't verified
     */
    public static @Nullable PeerVerifier of(Profile profile, Material material, Side side) {
        Profile.Trust trust = profile.trust();
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
                new VerifiedChains(anchors.certificates(), material.revocation().crls()),
                new PeerStatus(trust.ocsp(), options, side, OcspCounts.of(profile.name())));
    }

    /**
     * The verdict, where this very chain and name were verified a while ago and that still holds, and no more is to be learnt of the
     * leaf's state; else null. Takes no time.
     */
    @Nullable
    PeerVerdict known(Presented peer) {
        Instant now = Instant.now();
        Verdict.Trusted chain = verified.find(VerifiedChains.Key.of(peer.chain(), peer.expectedName()), now);
        if (chain == null) {
            return null;
        }
        return status.isOn() ? status.known(chain, peer.staple(), now) : PeerVerdict.of(chain);
    }

    /** Whether this very chain and name were verified a while ago, and that still holds: then {@link #verify} is quick. */
    public boolean remembers(byte[][] chain, @Nullable String expectedName) {
        return known(new Presented(chain, null, expectedName)) != null;
    }

    /**
     * Verifies a chain, and waits for that: not for an event loop.
     *
     * @param chain DER, leaf first
     * @param expectedName the host name or IP address that the leaf must have, or null where any will do
     */
    public Verdict verify(byte[][] chain, @Nullable String expectedName) {
        return verify(new Presented(chain, null, expectedName)).join().verdict();
    }

    /**
     * Verifies a peer. Slow, and for workers; where a responder is to be asked, it is there later, on another thread, and nobody waits
     * for it here. Never fails: a fault of ours is a verdict too, since the handshake would wait for ever.
     */
    CompletableFuture<PeerVerdict> verify(Presented peer) {
        try {
            Instant now = Instant.now();
            Verdict verdict = chain(peer, now);
            CompletableFuture<PeerVerdict> found = verdict instanceof Verdict.Trusted trusted && status.isOn()
                    ? status.find(trusted, peer.staple(), now)
                    : CompletableFuture.completedFuture(PeerVerdict.of(verdict));
            return found.exceptionally(PeerVerifier::broken);
        } catch (RuntimeException | StackOverflowError e) {
            return CompletableFuture.completedFuture(broken(e));
        }
    }

    /**
     * Verifies a server after its handshake, and waits for that: not for an event loop. Its staple has its say even where the profile
     * asks nobody by OCSP; where it does, the staple counts as it says.
     *
     * @param chain DER, leaf first
     * @param staple the OCSP response that came with it, DER, or null
     * @param expectedName as for {@link #verify(byte[][], String)}
     */
    public ServerVerdict inspect(byte[][] chain, byte @Nullable [] staple, @Nullable String expectedName) {
        Presented peer = new Presented(chain, staple, expectedName);
        try {
            Instant now = Instant.now();
            Verdict alone = chain(peer, now);
            if (!(alone instanceof Verdict.Trusted trusted)) {
                return new ServerVerdict(alone, alone, null);
            }
            Verdict byStaple = status.byStaple(trusted, staple, now);
            Verdict verdict = status.isOn() ? verify(peer).join().verdict() : byStaple;
            return new ServerVerdict(
                    verdict, alone, staple == null || trusted.path().size() < 2 ? null : byStaple);
        } catch (RuntimeException | StackOverflowError e) {
            Verdict fault = broken(e).verdict();
            return new ServerVerdict(fault, fault, null);
        }
    }

    private Verdict chain(Presented peer, Instant now) {
        VerifiedChains.Key key = VerifiedChains.Key.of(peer.chain(), peer.expectedName());
        Verdict known = verified.find(key, now);
        if (known != null) {
            return known;
        }
        try {
            List<X509Certificate> certificates = Verification.parse(peer.chain());
            Verdict verdict = chains.verify(certificates, peer.expectedName(), now);
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
        }
    }

    private static PeerVerdict broken(Throwable fault) {
        return PeerVerdict.of(new Verdict.Untrusted(
                Refusal.INTERNAL_ERROR,
                0,
                0,
                "",
                "verification failed with " + fault.getClass().getName()));
    }

    /** Asks what can have changed since the full handshake of a session that is resumed: why the peer isn't let in, or null. */
    Verdict.@Nullable Untrusted refuse(X509Certificate leaf, Instant now) {
        Verdict.Untrusted outOfDate = ChainVerifier.outOfDate(leaf, now);
        return outOfDate == null ? allowed.refuse(leaf) : outOfDate;
    }

    /** What is known by OCSP of peers. */
    PeerAnswers answers(Instant now) {
        return status.held(now);
    }

    /** Whether a peer that resumes is verified again: its state may be another one than at its full handshake. */
    boolean verifiesResumed() {
        return status.isOn();
    }
}
