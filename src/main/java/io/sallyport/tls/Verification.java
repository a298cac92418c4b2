package io.sallyport.tls;

import io.netty.internal.tcnative.CertificateVerifier;
import io.sallyport.fault.Alert;
import io.sallyport.fault.Refusal;
import io.sallyport.pki.Verdict;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The verification of one peer: found at once or on a worker, then handed to BoringSSL's task on the event loop. BoringSSL knows one verifier
 * for each context and hands it no more than a number, so the two meet through a thread local while the task runs. On a worker the {@code
 * SSL} is never touched: its connection may be gone already.
 */
final class Verification {

    private static final ThreadLocal<Verification> CURRENT = new ThreadLocal<>();

    private final @Nullable Runnable task;
    private final PeerVerifier verifier;
    private final Presented peer;
    private @Nullable PeerVerdict found;

    private Verification(@Nullable Runnable task, PeerVerifier verifier, Presented peer) {
        this.task = task;
        this.verifier = verifier;
        this.peer = peer;
        this.found = verifier.known(peer);
    }

    /**
     * In the middle of a handshake.
     *
     * @param task of {@code SSL.getTask}
     */
    static Verification of(Runnable task, PeerVerifier verifier, Presented peer) {
        return new Verification(task, verifier, peer);
    }

    /** After a handshake in which BoringSSL asked no verifier. */
    static Verification ofResumed(PeerVerifier verifier, Presented peer) {
        return new Verification(null, verifier, peer);
    }

    /** Whether the verdict is known already, and needs no worker. */
    boolean isQuick() {
        return found != null;
    }

    /** Finds the verdict. For a worker; it is there when the result is, which may be later and on another thread. */
    CompletableFuture<?> find() {
        return verifier.verify(peer).thenAccept(verdict -> found = verdict);
    }

    /** Tells BoringSSL, where it asked. On the event loop, once the verdict is there. */
    void conclude() {
        if (task != null) {
            CURRENT.set(this);
            try {
                task.run();
            } finally {
                CURRENT.remove();
            }
        }
    }

    /** What was found. */
    PeerVerdict verdict() {
        PeerVerdict verdict = found;
        if (verdict == null) {
            throw new IllegalStateException("nothing is found yet");
        }
        return verdict;
    }

    /** Length of the chain that the peer sent. */
    int chainBytes() {
        return Arrays.stream(peer.chain()).mapToInt(der -> der.length).sum();
    }

    /** {@code SSL_CTX_set_cert_verify_callback} of a context: tells what was found by the number that picks the alert. */
    static final class Callback extends CertificateVerifier {

        @Override
        public int verify(long ssl, byte[][] chain, String authenticationMethod) {
            Verification verification = CURRENT.get();
            // What BoringSSL will use must be what was judged.
            if (!Arrays.deepEquals(chain, verification.peer.chain())) {
                verification.found = PeerVerdict.of(new Verdict.Untrusted(
                        Refusal.INTERNAL_ERROR, 0, 0, "", "another chain was judged than the peer sent"));
            }
            return verification.verdict().verdict() instanceof Verdict.Untrusted untrusted
                    ? resultFor(untrusted.refusal())
                    : X509_V_OK;
        }

        /** BoringSSL turns a verify result into an alert; this goes the other way. */
        private static int resultFor(Refusal refusal) {
            Alert alert = refusal.alert();
            if (alert == null) {
                return X509_V_ERR_CERT_REJECTED;
            }
            return switch (alert) {
                case UNKNOWN_CA -> X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
                case CERTIFICATE_EXPIRED -> X509_V_ERR_CERT_HAS_EXPIRED;
                case CERTIFICATE_REVOKED -> X509_V_ERR_CERT_REVOKED;
                case DECRYPT_ERROR -> X509_V_ERR_CERT_SIGNATURE_FAILURE;
                case UNSUPPORTED_CERTIFICATE -> X509_V_ERR_INVALID_PURPOSE;
                case HANDSHAKE_FAILURE -> X509_V_ERR_APPLICATION_VERIFICATION;
                case INTERNAL_ERROR -> X509_V_ERR_UNSPECIFIED;
                case CERTIFICATE_UNKNOWN -> X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION;
                default -> X509_V_ERR_CERT_REJECTED;
            };
        }
    }

    /** The callback of a side that lets anybody in, as {@code verify: none} says. */
    static final class Anybody extends CertificateVerifier {
        @Override
        public int verify(long ssl, byte[][] chain, String authenticationMethod) {
            return X509_V_OK;
        }
    }

    static List<X509Certificate> parse(byte[]... chain) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>(chain.length);
        for (byte[] der : chain) {
            certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
        }
        return certificates;
    }
}
