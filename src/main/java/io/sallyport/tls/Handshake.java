package io.sallyport.tls;

import io.netty.buffer.ByteBuf;
import io.netty.internal.tcnative.SSL;
import io.sallyport.fault.Refusal;
import io.sallyport.pki.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Instant;
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

        /** The peer is to be verified, on a worker; then {@link Handshake#verified} and {@link Handshake#advance}. */
        record Verify(Verification verification) implements Step {}

        record Done(TlsSession session) implements Step {}

        record Failed(TlsFailure failure) implements Step {}
    }

    /** {@code SSL_ERROR_WANT_CERTIFICATE_VERIFY}: a task waits. */
    private static final int PENDING = SSL.SSL_ERROR_WANT_CERTIFICATE_VERIFY;

    /**
     * A TLS 1.3 ticket has the client's chain in it, and BoringSSL's and OpenSSL's clients break the connection when a
     * ticket is longer than 16 KiB. A client with a longer chain gets none, and has full handshakes.
     */
    private static final int MAX_CHAIN_IN_TICKET = 12 * 1024;

    /** Bytes of a peer that doesn't speak TLS that are shown: enough to know it, and no secret. */
    private static final int BEGINNING = 5;

    private final TlsContext context;
    private final NativeSsl ssl;
    private final @Nullable Target target;
    private final SessionCounts counts;
    private @Nullable PeerVerdict found;
    private boolean begun;
    private String beginning = "";

    /** @param target the server that a connecting side meets, or null where we are the server */
    Handshake(TlsContext context, NativeSsl ssl, @Nullable Target target) {
        this.context = context;
        this.ssl = ssl;
        this.target = target;
        this.counts = context.resumption().counts();
        if (target != null && target.serverName() != null) {
            ssl.sendServerName(target.serverName());
        }
    }

    /** Goes on with the bytes of {@code in}, and hands on what is to be sent. Bytes behind the handshake are left in {@code in}. */
    Step advance(ByteBuf in, Consumer<ByteBuf> records) {
        if (beginning.isEmpty()) {
            beginning =
                    in.toString(in.readerIndex(), Math.min(in.readableBytes(), BEGINNING), StandardCharsets.ISO_8859_1);
        }
        if (!begun) {
            begun = true;
            counts.increment(context.side() == Side.SERVER ? SessionCount.ACCEPT : SessionCount.CONNECT);
        }
        int from = in.readerIndex();
        boolean full = false;
        while (true) {
            boolean reading = in.isReadable() && !full;
            int before = in.readableBytes();
            int error = reading ? ssl.handshakeFrom(in) : ssl.handshakeInto(records);
            full = error == SSL.SSL_ERROR_WANT_WRITE;
            if (error == SSL.SSL_ERROR_NONE) {
                // Our Finished, where it is the last message: a server that speaks first waits for it.
                ssl.drain(records);
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
                    if (context.side() == Side.SERVER && !ssl.isResumed()) {
                        limitSession();
                    }
                    return Step.Input.WANTED;
                }
            } else if (!full) {
                BoringSslError cause = BoringSslError.take().orAlertOf(in, from);
                ssl.drain(records); // The alert.
                return refused(cause);
            }
        }
    }

    /**
     * BoringSSL would let a TLS 1.3 session live for two days, and for up to a year where it is renewed, and tcnative
     * can't tell its context otherwise. So the session of a full handshake is told, before tickets come of it. What a
     * resumed handshake goes on with keeps the end of its full one.
     */
    private void limitSession() {
        ssl.limitSession(context.profile().session().timeout().toSeconds());
    }

    /** Null where the verdict on this chain was known, and the handshake can go on at once. */
    private @Nullable Step verify() {
        limitSession(); // On a client before this point it would be the session that is offered.
        Runnable task = ssl.task();
        PeerVerifier verifier = context.verifier();
        if (task == null || verifier == null) {
            return failed(Refusal.INTERNAL_ERROR, "BoringSSL asked for a verification and gave no task");
        }
        return verify(Verification.of(task, verifier, presented()));
    }

    private @Nullable Step verify(Verification verification) {
        if (!verification.isQuick()) {
            return new Step.Verify(verification);
        }
        verified(verification);
        return null;
    }

    private Presented presented() {
        return Presented.of(ssl.peerChain(), ssl.staple(), target == null ? null : target.expectedName());
    }

    /** Keeps what a {@link Step.Verify} came to. */
    void verified(Verification verification) {
        verification.conclude();
        found = verification.verdict();
        if (context.side() == Side.SERVER && verification.chainBytes() > MAX_CHAIN_IN_TICKET) {
            ssl.giveNoTicket();
        }
    }

    private Step done() {
        PeerVerifier verifier = context.verifier();
        if (verifier != null
                && found == null
                && ssl.isResumed()
                && verifier.verifiesResumed(Instant.now())
                && ssl.hasPeer()) {
            Step again = verify(Verification.ofResumed(verifier, presented()));
            if (again != null) {
                return again;
            }
        }
        if (ssl.isResumed() && found != null && found.verdict() instanceof Verdict.Untrusted untrusted) {
            return failedToResume(untrusted);
        }
        return established(verifier);
    }

    private Step established(@Nullable PeerVerifier verifier) {
        counts.increment(context.side() == Side.SERVER ? SessionCount.ACCEPT_GOOD : SessionCount.CONNECT_GOOD);
        try {
            PeerLeaves.Leaf leaf = leaf();
            if (leaf != null && verifier != null && ssl.isResumed()) {
                // A session of an earlier policy isn't taken up; this is the second line. And time went by since.
                Verdict.Untrusted refused = verifier.refuse(leaf.certificate(), Instant.now());
                if (refused != null) {
                    return failedToResume(refused);
                }
            }
            Identity identity = leaf == null ? null : leaf.identity();
            return new Step.Done(new TlsSession(
                    ssl.version(),
                    ssl.cipher(),
                    ssl.isResumed(),
                    serverName(),
                    ssl.alpn(),
                    identity,
                    found == null ? null : found.passedOver()));
        } catch (CertificateException e) {
            return failed(Refusal.MALFORMED_CERTIFICATE, "the certificate of the session can't be read");
        }
    }

    /** No alert can be sent any more: it can only close. */
    private Step failedToResume(Verdict.Untrusted refused) {
        return failed(
                refused.refusal(),
                refused.number(),
                "on resumption: " + refused.sentence(),
                TlsFailure.Phase.RESUMPTION);
    }

    private @Nullable String serverName() {
        if (context.side() == Side.CLIENT) {
            return target == null ? null : target.serverName();
        }
        String received = ssl.receivedServerName();
        return received == null ? null : received.toLowerCase(Locale.ROOT);
    }

    /** From the verified path, or on resumption, where no verifier is asked, from the session's own chain. */
    private PeerLeaves.@Nullable Leaf leaf() throws CertificateException {
        if (found != null && found.verdict() instanceof Verdict.Trusted trusted && !ssl.isResumed()) {
            return context.leaves().of(trusted.path().get(0));
        }
        if (context.verifier() == null) {
            return null;
        }
        byte[] der = ssl.peerCertificate();
        if (der == null) {
            return null; // verify: optional, and the peer has none.
        }
        return context.leaves().of(der);
    }

    private Step refused(BoringSslError cause) {
        if (found != null && found.verdict() instanceof Verdict.Untrusted untrusted) {
            return failed(untrusted.refusal(), untrusted.number(), untrusted.sentence(), TlsFailure.Phase.VERIFY);
        }
        Refusal refusal = cause.refusal();
        TlsFailure.Phase phase =
                refusal == Refusal.WRONG_PURPOSE ? TlsFailure.Phase.VERIFY : TlsFailure.Phase.HANDSHAKE;
        String sentence = cause.sentence(context.profile().negotiation(), beginning);
        return failed(refusal, refusal.number(), sentence, phase);
    }

    private Step failed(Refusal refusal, String detail) {
        return failed(refusal, refusal.number(), detail, TlsFailure.Phase.HANDSHAKE);
    }

    private Step failed(Refusal refusal, int number, String detail, TlsFailure.Phase phase) {
        return new Step.Failed(new TlsFailure(context.side(), refusal, number, detail, phase, serverName()));
    }
}
