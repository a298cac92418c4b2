package io.sallyport.tls;

import io.netty.buffer.ByteBuf;
import io.netty.internal.tcnative.SSL;
import io.sallyport.fault.Refusal;
import io.sallyport.pki.Verdict;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code SSL_do_handshake} until it is done or has failed, and what it came to. Runs on the channel's event loop. */
final class Handshake {

    /** What is to be done next. */
    sealed interface Step {

        /** More bytes of the peer are awaited. */
        enum Input implements Step {
            WANTED
        }

        /** The peer's chain is to be verified, on a worker; then {@link Handshake#verified} and {@link Handshake#advance}. */
        record Verify(Verification verification) implements Step {}

        record Done(TlsSession session) implements Step {}

        record Failed(TlsFailure failure) implements Step {}
    }

    /** {@code SSL_ERROR_WANT_CERTIFICATE_VERIFY}: a task waits. */
    private static final int PENDING = SSL.SSL_ERROR_WANT_CERTIFICATE_VERIFY;

    private final TlsContext context;
    private final NativeSsl ssl;
    private final @Nullable String serverName;
    private final @Nullable String expectedName;
    private @Nullable Verdict verdict;

    /**
     * @param serverName the SNI that a connecting side sends, or null
     * @param expectedName the name that the peer's certificate must have, or null where any will do
     */
    Handshake(TlsContext context, NativeSsl ssl, @Nullable String serverName, @Nullable String expectedName) {
        this.context = context;
        this.ssl = ssl;
        this.serverName = serverName;
        this.expectedName = expectedName;
        if (serverName != null) {
            ssl.sendServerName(serverName);
        }
    }

    /** Goes on with the bytes of {@code in}, and hands on what is to be sent. Bytes behind the handshake are left in {@code in}. */
    Step advance(ByteBuf in, Consumer<ByteBuf> records) {
        boolean full = false;
        while (true) {
            boolean reading = in.isReadable() && !full;
            int before = in.readableBytes();
            int error = reading ? ssl.handshakeFrom(in) : ssl.handshakeInto(records);
            full = error == SSL.SSL_ERROR_WANT_WRITE;
            if (error == SSL.SSL_ERROR_NONE) {
                return done();
            } else if (error == PENDING) {
                ssl.drain(records);
                Step verify = verify();
                if (verify != null) {
                    return verify;
                }
                full = false;
            } else if (error == SSL.SSL_ERROR_WANT_READ) {
                ssl.drain(records);
                if (!in.isReadable() || (reading && in.readableBytes() == before)) {
                    return Step.Input.WANTED;
                }
            } else if (!full) {
                BoringSslError cause = BoringSslError.take();
                ssl.drain(records); // The alert.
                return refused(cause);
            }
        }
    }

    /** Null where the verdict on this chain was known, and the handshake can go on at once. */
    private @Nullable Step verify() {
        Runnable task = ssl.task();
        PeerVerifier verifier = context.verifier();
        if (task == null || verifier == null) {
            return failed(Refusal.INTERNAL_ERROR, "BoringSSL asked for a verification and gave no task");
        }
        Verification verification = new Verification(task, verifier, ssl.peerChain(), expectedName);
        if (!verification.isQuick()) {
            return new Step.Verify(verification);
        }
        verification.run();
        verified(verification.verdict());
        return null;
    }

    /** Keeps what a {@link Step.Verify} came to. */
    void verified(@Nullable Verdict found) {
        verdict = found;
    }

    private Step done() {
        try {
            X509Certificate leaf = leaf();
            PeerVerifier verifier = context.verifier();
            if (leaf != null && verifier != null && ssl.isResumed()) {
                // A session of an earlier policy isn't taken up; this is the second line.
                Verdict.Untrusted refused = verifier.refuse(leaf);
                if (refused != null) {
                    return failed(refused.refusal(), "on resumption: " + refused.detail());
                }
            }
            Identity identity = leaf == null ? null : Identity.of(leaf);
            return new Step.Done(
                    new TlsSession(ssl.version(), ssl.cipher(), ssl.isResumed(), serverName(), ssl.alpn(), identity));
        } catch (CertificateException e) {
            // Time went by since the full handshake. No alert can be sent any more: it can only close.
            return failed(refusalOf(e), "on resumption: " + e.getMessage());
        }
    }

    private static Refusal refusalOf(CertificateException cause) {
        if (cause instanceof CertificateNotYetValidException) {
            return Refusal.CERTIFICATE_NOT_YET_VALID;
        }
        return cause instanceof CertificateExpiredException
                ? Refusal.CERTIFICATE_EXPIRED
                : Refusal.MALFORMED_CERTIFICATE;
    }

    private @Nullable String serverName() {
        if (context.side() == Side.CLIENT) {
            return serverName;
        }
        String received = ssl.receivedServerName();
        return received == null ? null : received.toLowerCase(Locale.ROOT);
    }

    /** From the verified path, or on resumption, where no verifier is asked, from the session's own chain. */
    private @Nullable X509Certificate leaf() throws CertificateException {
        if (verdict instanceof Verdict.Trusted trusted) {
            return trusted.path().get(0);
        }
        if (context.verifier() == null) {
            return null;
        }
        byte[] leaf = ssl.peerCertificate();
        if (leaf == null) {
            return null; // verify: optional, and the peer has none.
        }
        X509Certificate certificate = Verification.parse(leaf).get(0);
        certificate.checkValidity();
        return certificate;
    }

    private Step refused(BoringSslError cause) {
        if (verdict instanceof Verdict.Untrusted untrusted) {
            String sentence =
                    untrusted.detail() + " (depth " + untrusted.depth() + ", subject '" + untrusted.subject() + "')";
            return new Step.Failed(new TlsFailure(context.side(), untrusted.refusal(), untrusted.number(), sentence));
        }
        return failed(cause.refusal(), cause.sentence());
    }

    private Step failed(Refusal refusal, String detail) {
        return new Step.Failed(new TlsFailure(context.side(), refusal, detail));
    }
}
