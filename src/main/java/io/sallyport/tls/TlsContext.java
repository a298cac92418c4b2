package io.sallyport.tls;

import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import io.sallyport.pki.Credential;
import io.sallyport.pki.Material;
import io.sallyport.pki.OcspAnswer;
import io.sallyport.pki.OcspException;
import io.sallyport.pki.TrustAnchors;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Protocol;
import io.sallyport.profile.VerifyMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An {@code SSL_CTX} for one side of one profile: complete when made, never changed after, used by every event loop.
 * Its native memory is freed when all who {@linkplain #hold hold} it have let go of it, its maker and every connection; a
 * call on a freed context would abort the process.
 */
public final class TlsContext {

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
    private final Resumption resumption;
    private final @Nullable ShownCredential shown;
    private final @Nullable Staple staple;
    private final PeerLeaves leaves = new PeerLeaves();
    private final References references = new References(this::free);

    private TlsContext(
            Profile profile,
            Side side,
            long address,
            @Nullable PeerVerifier verifier,
            Resumption resumption,
            long maxGcmRecords,
            @Nullable ShownCredential shown,
            @Nullable Staple staple) {
        this.shown = shown;
        this.staple = staple;
        this.verifier = verifier;
        this.maxGcmRecords = maxGcmRecords;
        this.profile = profile;
        this.side = side;
        this.address = address;
        this.resumption = resumption;
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
        PeerVerifier verifier = PeerVerifier.of(profile, material, side);
        long context = 0;
        Resumption resumption = null;
        ShownCredential shown = null;
        try {
            for (String fault : CipherString.faults(profile.negotiation().ciphers())) {
                mistakes.add(Mistake.error(
                        key + ".ciphers",
                        null,
                        fault,
                        "sallyport check --verbose shows what a cipher string comes to"));
            }
            context = SSLContext.make(
                    SSL.SSL_PROTOCOL_TLSV1_2 | SSL.SSL_PROTOCOL_TLSV1_3,
                    side == Side.SERVER ? SSL.SSL_MODE_SERVER : SSL.SSL_MODE_CLIENT);
            SSL.clearError();
            negotiate(context, profile.negotiation(), key, mistakes);
            shown = shown(profile, material, side, key, mistakes);
            if (shown == null) {
                show(context, material.credential(), key, mistakes);
            }
            verify(context, profile.trust(), material, verifier, side);
            logKeys(context, profile.keyLog(), key, mistakes);
            resumption = remember(context, profile, material, side, key, mistakes);
        } catch (Exception e) {
            mistakes.add(Mistake.error(key, null, "can't be set up: " + e.getMessage(), null));
        }
        if (!mistakes.isEmpty() || resumption == null) {
            if (resumption != null) {
                resumption.close();
            }
            if (shown != null) {
                shown.close();
            }
            if (context != 0) {
                SSLContext.free(context);
            }
            throw new MistakesException(mistakes);
        }
        NativeCounts.CONTEXTS.increment();
        return new TlsContext(
                profile, side, context, verifier, resumption, maxGcmRecords, shown, staple(profile, material, shown));
    }

    /** The credential that connections are given one by one, where a response goes with it; else null. */
    private static @Nullable ShownCredential shown(
            Profile profile, Material material, Side side, String key, List<Mistake> mistakes) {
        Profile.OwnCertificate own = profile.own();
        Credential credential = material.credential();
        if (side == Side.CLIENT || own == null || own.stapling() == null || credential == null) {
            return null;
        }
        try {
            return new ShownCredential(credential);
        } catch (Exception e) {
            mistakes.add(unusable(key, e));
            return null;
        }
    }

    private static @Nullable Staple staple(Profile profile, Material material, @Nullable ShownCredential shown) {
        Profile.OwnCertificate own = profile.own();
        Credential credential = material.credential();
        return shown == null || own == null || own.stapling() == null || credential == null
                ? null
                : new Staple(credential, material, own.stapling(), shown, Instant.now());
    }

    private static Mistake unusable(String key, Exception fault) {
        return Mistake.error(
                key + ".key",
                null,
                "BoringSSL can't use this key and certificate: " + fault.getMessage(),
                "sallyport key show and cert show tell of what kind they are");
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
        if (mistakes.isEmpty() && !CipherString.set(context, negotiation.ciphers())) {
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
        SSLContext.setMaxCertList(context, negotiation.maxCertList());
    }

    private static void logKeys(long context, @Nullable Path file, String key, List<Mistake> mistakes) {
        if (file == null) {
            return;
        }
        KeyLog log = new KeyLog(file);
        String fault = log.fault();
        if (fault != null) {
            mistakes.add(Mistake.error(key + ".unsafe-key-log", null, fault, null));
        } else {
            SSLContext.setKeyLogCallback(context, log);
        }
    }

    private static void show(long context, @Nullable Credential credential, String key, List<Mistake> mistakes) {
        if (credential == null) {
            return;
        }
        try {
            NativeCredential.addTo(context, credential);
        } catch (Exception e) {
            mistakes.add(unusable(key, e));
        }
    }

    private static void verify(
            long context, Profile.Trust trust, Material material, @Nullable PeerVerifier verifier, Side side)
            throws Exception {
        TrustAnchors anchors = material.anchors();
        if (verifier == null || anchors == null) {
            if (side == Side.CLIENT) {
                // Left alone, a connecting side verifies against anchors that it doesn't have, and trusts nobody.
                SSLContext.setCertVerifyCallback(context, new Verification.Anybody());
                SSLContext.setVerify(context, SSL.SSL_CVERIFY_NONE, NATIVE_DEPTH);
            }
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

    private static @Nullable Resumption remember(
            long context, Profile profile, Material material, Side side, String key, List<Mistake> mistakes) {
        try {
            return Resumption.of(context, profile, material, side);
        } catch (IOException e) {
            mistakes.add(Mistake.error(
                    key + ".session.ticket-keys",
                    null,
                    String.valueOf(e.getMessage()),
                    "sallyport ticket-keys create makes a directory of them"));
            return null;
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

    /** What it does so that a later connection can skip the full handshake. */
    Resumption resumption() {
        return resumption;
    }

    /** Whether an earlier connection to this server was given a session. TLS 1.3 gives them some time after the handshake. */
    public boolean hasSession(Target target) {
        ClientSessions sessions = resumption.fromUpstreams();
        return sessions != null && sessions.has(target);
    }

    /** The certificates of peers that it has met. */
    PeerLeaves leaves() {
        return leaves;
    }

    /**
     * Takes the ticket keys that are in force at {@code now}. May be called on any thread but an event loop, since files
     * may be read; for a context that is freed it does nothing.
     *
     * @return whether they are others than before
     * @throws IOException if they can't be read; those from before stay in force
     */
    public boolean refreshTicketKeys(Instant now) throws IOException {
        if (!hold()) {
            return false;
        }
        try {
            return resumption.refresh(now);
        } finally {
            letGo();
        }
    }

    /** The OCSP response that is shown with its certificate now, or null where there is none. */
    public @Nullable OcspAnswer stapled(Instant now) {
        return staple == null ? null : staple.current(now);
    }

    /** How it stands with that response, or null where {@code ocsp.staple} isn't set, or peers are servers. */
    public @Nullable StapleStatus staple(Instant now) {
        return staple == null ? null : staple.status(now);
    }

    /** What is known by OCSP of its peers. Walks over all of it: not for each connection. */
    public PeerAnswers peerAnswers(Instant now) {
        return verifier == null ? PeerAnswers.NONE : verifier.answers(now);
    }

    /**
     * Has the OCSP response that it shows renewed, where it is time. Asks a responder and doesn't wait; not for event loops, since a file may
     * be written.
     *
     * @return whether there is a new one; fails with an {@link OcspException} that says why there should be and isn't
     */
    public CompletableFuture<Boolean> refreshStaple(Instant now) {
        if (staple == null || !hold()) {
            return CompletableFuture.completedFuture(false);
        }
        return staple.refresh(now).whenComplete((renewed, fault) -> letGo());
    }

    /**
     * When the ticket key that seals at {@code now} was made. Not for event loops, since files may be read.
     *
     * @return null where no tickets are sealed
     * @throws IOException if the keys can't be read
     */
    public @Nullable Instant ticketKeySince(Instant now) throws IOException {
        return resumption.ticketKeySince(now);
    }

    /**
     * Keeps it from being freed, until {@link #letGo}.
     *
     * @return false where it is freed already
     */
    public boolean hold() {
        return references.hold();
    }

    /** Ends what {@link #hold} began, or for its maker what {@link #create} did. */
    public void letGo() {
        references.letGo();
    }

    private void free() {
        resumption.close();
        if (shown != null) {
            shown.close();
        }
        SSLContext.free(address);
        NativeCounts.CONTEXTS.decrement();
    }

    /** Holds it for one {@code SSL}, and makes that; {@link #release} lets go. */
    long acquire() {
        if (!hold()) {
            throw new IllegalStateException("context of profile " + profile.name() + " is freed");
        }
        try {
            long ssl = SSL.newSSL(address, side == Side.SERVER);
            if (shown != null) {
                shown.giveTo(ssl, Instant.now());
            }
            NativeCounts.CONNECTIONS.increment();
            return ssl;
        } catch (RuntimeException | Error e) {
            letGo();
            throw e;
        }
    }

    /** Lets go after {@link #acquire}, once its {@code SSL} is freed. */
    void release() {
        NativeCounts.CONNECTIONS.decrement();
        letGo();
    }
}
