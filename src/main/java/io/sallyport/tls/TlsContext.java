package io.sallyport.tls;

import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import io.sallyport.pki.Credential;
import io.sallyport.pki.Material;
import io.sallyport.pki.TrustAnchors;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Protocol;
import io.sallyport.profile.VerifyMode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An {@code SSL_CTX} for one side of one profile: complete when made, never changed after, used by every event loop.
 * Its native memory is freed when it is retired and the last connection has let go of it; a call on a freed context
 * would abort the process, so connections {@linkplain #acquire acquire} it first.
 */
public final class TlsContext {

    /** Sessions that a context keeps for TLS 1.2 session ids. */
    private static final int SESSION_CACHE_SIZE = 20_480;

    private static final int SESSION_TIMEOUT_SECONDS = 300;

    /** OpenSSL's default for {@code SSL_CTX_set_max_cert_list}; BoringSSL's own, 16 KiB, is too small for some chains. */
    private static final int MAX_CERTIFICATE_LIST_BYTES = 100 * 1024;

    /** A server that trusts more CAs than this sends no list of them: it would fill the handshake, and clients do without. */
    private static final int MAX_ADVERTISED_AUTHORITIES = 64;

    /** Deep enough that BoringSSL never shortens the chain: {@link PeerVerifier} judges the depth. */
    private static final int NATIVE_DEPTH = 1000;

    /**
     * Records that one AES-GCM key may protect: 2^24.5 (RFC 8446, section 5.5). ChaCha20 has no such limit, and of CBC
     * the default cipher string has none.
     */
    private static final long MAX_GCM_RECORDS = 23_726_566;

    private final Profile profile;
    private final Side side;
    private final long address;
    private final @Nullable PeerVerifier verifier;
    private final long maxGcmRecords;
    private final AtomicInteger references = new AtomicInteger(1);

    private TlsContext(Profile profile, Side side, long address, @Nullable PeerVerifier verifier, long maxGcmRecords) {
        this.verifier = verifier;
        this.maxGcmRecords = maxGcmRecords;
        this.profile = profile;
        this.side = side;
        this.address = address;
    }

    /**
     * Builds a context.
     *
     * @throws MistakesException where BoringSSL can't do what the profile asks for, such as an unknown cipher
     */
    public static TlsContext create(Profile profile, Material material, Side side) throws MistakesException {
        return create(profile, material, side, MAX_GCM_RECORDS);
    }

    /** For tests, which can't wait for millions of records. */
    static TlsContext create(Profile profile, Material material, Side side, long maxGcmRecords)
            throws MistakesException {
        BoringSsl.ensureAvailable();
        String key = "sallyport.profiles." + profile.name();
        List<Mistake> mistakes = new ArrayList<>();
        PeerVerifier verifier = PeerVerifier.of(profile.trust(), material, side);
        long context = 0;
        try {
            for (String fault : CipherString.faults(profile.negotiation().ciphers())) {
                mistakes.add(Mistake.error(key + ".ciphers", null, fault, null));
            }
            context = SSLContext.make(
                    SSL.SSL_PROTOCOL_TLSV1_2 | SSL.SSL_PROTOCOL_TLSV1_3,
                    side == Side.SERVER ? SSL.SSL_MODE_SERVER : SSL.SSL_MODE_CLIENT);
            SSL.clearError();
            negotiate(context, profile.negotiation(), key, mistakes);
            show(context, material.credential(), key, mistakes);
            verify(context, profile.trust(), material, verifier, side);
            remember(context, profile.trust(), material, side);
        } catch (Exception e) {
            mistakes.add(Mistake.error(key, null, "can't be set up: " + e.getMessage(), null));
        }
        if (!mistakes.isEmpty()) {
            if (context != 0) {
                SSLContext.free(context);
            }
            throw new MistakesException(mistakes);
        }
        NativeCounts.CONTEXTS.increment();
        return new TlsContext(profile, side, context, verifier, maxGcmRecords);
    }

    private static void negotiate(long context, Profile.Negotiation negotiation, String key, List<Mistake> mistakes)
            throws Exception {
        int options = SSL.SSL_OP_NO_SSLv2
                | SSL.SSL_OP_NO_SSLv3
                | SSL.SSL_OP_NO_TLSv1
                | SSL.SSL_OP_NO_TLSv1_1
                | SSL.SSL_OP_CIPHER_SERVER_PREFERENCE;
        if (!negotiation.protocols().contains(Protocol.TLS_1_2)) {
            options |= SSL.SSL_OP_NO_TLSv1_2;
        }
        if (!negotiation.protocols().contains(Protocol.TLS_1_3)) {
            options |= SSL.SSL_OP_NO_TLSv1_3;
        }
        SSLContext.setOptions(context, SSLContext.getOptions(context) | options);
        // RELEASE_BUFFERS: an idle connection keeps no record buffer. MOVING_WRITE_BUFFER: a write is continued from
        // the same bytes, though a caller may have them elsewhere.
        SSLContext.setMode(
                context,
                SSLContext.getMode(context) | SSL.SSL_MODE_RELEASE_BUFFERS | SSL.SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        if (mistakes.isEmpty() && !SSLContext.setCipherSuite(context, negotiation.ciphers(), false)) {
            mistakes.add(Mistake.error(
                    key + ".ciphers",
                    null,
                    "'" + negotiation.ciphers() + "' leaves no cipher",
                    "the default is " + Profile.DEFAULT_CIPHERS));
        }
        if (!SSLContext.setCurvesList(context, negotiation.groups().toArray(String[]::new))) {
            mistakes.add(
                    Mistake.error(key + ".groups", null, "BoringSSL takes none such as " + negotiation.groups(), null));
        }
        if (!negotiation.alpn().isEmpty()) {
            SSLContext.setAlpnProtos(
                    context, negotiation.alpn().toArray(String[]::new), SSL.SSL_SELECTOR_FAILURE_NO_ADVERTISE);
        }
        SSLContext.setMaxCertList(context, MAX_CERTIFICATE_LIST_BYTES);
    }

    private static void show(long context, @Nullable Credential credential, String key, List<Mistake> mistakes) {
        if (credential == null) {
            return;
        }
        try {
            NativeCredential.addTo(context, credential);
        } catch (Exception e) {
            mistakes.add(Mistake.error(
                    key + ".key", null, "BoringSSL can't use this key and certificate: " + e.getMessage(), null));
        }
    }

    private static void verify(
            long context, Profile.Trust trust, Material material, @Nullable PeerVerifier verifier, Side side)
            throws Exception {
        TrustAnchors anchors = material.anchors();
        if (verifier == null || anchors == null) {
            return;
        }
        SSLContext.setCertVerifyCallback(context, new Verification.Callback());
        // A server always has a certificate to show, so a connecting side that verifies requires it.
        boolean optional = trust.verify() == VerifyMode.OPTIONAL && side == Side.SERVER;
        SSLContext.setVerify(context, optional ? SSL.SSL_CVERIFY_OPTIONAL : SSL.SSL_CVERIFY_REQUIRED, NATIVE_DEPTH);
        SSLContext.setUseTasks(context, true);
        if (side == Side.SERVER && anchors.certificates().size() <= MAX_ADVERTISED_AUTHORITIES) {
            NativeCredential.addClientCaList(context, anchors.certificates());
        }
    }

    private static void remember(long context, Profile.Trust trust, Material material, Side side) throws Exception {
        if (side == Side.SERVER) {
            SSLContext.setSessionIdContext(context, SessionIdContext.of(trust, material));
            SSLContext.setSessionCacheMode(context, SSL.SSL_SESS_CACHE_SERVER);
            SSLContext.setSessionCacheSize(context, SESSION_CACHE_SIZE);
            SSLContext.setSessionCacheTimeout(context, SESSION_TIMEOUT_SECONDS);
        }
    }

    public Profile profile() {
        return profile;
    }

    public Side side() {
        return side;
    }

    /** How many records one key of this cipher may protect. */
    long maxRecords(String cipher) {
        return cipher.contains("GCM") ? maxGcmRecords : Long.MAX_VALUE;
    }

    /** How peers are verified, or null where they aren't: the one answer for context, handler and log. */
    @Nullable
    PeerVerifier verifier() {
        return verifier;
    }

    /** Takes a reference for one connection and makes its {@code SSL}; {@link #release} gives it back. */
    long acquire() {
        if (references.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
            throw new IllegalStateException("context of profile " + profile.name() + " is freed");
        }
        try {
            long ssl = SSL.newSSL(address, side == Side.SERVER);
            NativeCounts.CONNECTIONS.increment();
            return ssl;
        } catch (RuntimeException | Error e) {
            unreference();
            throw e;
        }
    }

    /** Gives back what {@link #acquire} took, once its {@code SSL} is freed. */
    void release() {
        NativeCounts.CONNECTIONS.decrement();
        unreference();
    }

    private void unreference() {
        if (references.decrementAndGet() == 0) {
            SSLContext.free(address);
            NativeCounts.CONTEXTS.decrement();
        }
    }

    /** No new connection will use it: its native memory goes with the last one that does. Called once. */
    public void retire() {
        unreference();
    }
}
