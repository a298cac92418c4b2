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
import org.jspecify.annotations.Nullable;

/**
 * The verification of one peer's chain: runs BoringSSL's task on a worker, and keeps what was found for the handler.
 * BoringSSL knows one verifier for each context and hands it no more than a number, so the two meet through a thread
 * local while the task runs. The {@code SSL} pointer is never touched here: its connection may be gone already.
 */
final class Verification implements Runnable {

    private static final ThreadLocal<Verification> CURRENT = new ThreadLocal<>();

    private final Runnable task;
    private final PeerVerifier verifier;
    private final boolean quick;
    private final @Nullable String expectedName;
    private @Nullable Verdict verdict;
    private int chainBytes;

    /**
     * @param task of {@code SSL.getTask}
     * @param chain what the peer sent, leaf first
     * @param expectedName the host name that the certificate must have, or null where any will do
     */
    Verification(Runnable task, PeerVerifier verifier, byte[][] chain, @Nullable String expectedName) {
        this.task = task;
        this.verifier = verifier;
        this.expectedName = expectedName;
        this.quick = verifier.remembers(chain, expectedName);
    }

    /** Whether the verdict is known already: then {@link #run} takes no time, and needs no worker. */
    boolean isQuick() {
        return quick;
    }

    @Override
    public void run() {
        CURRENT.set(this);
        try {
            task.run();
        } finally {
            CURRENT.remove();
        }
    }

    /** What was found; null where the task ended without asking the verifier. */
    @Nullable
    Verdict verdict() {
        return verdict;
    }

    /** Length of the chain that the peer sent. */
    int chainBytes() {
        return chainBytes;
    }

    /** {@code SSL_CTX_set_cert_verify_callback} of a context: asks the rules, answers with the number that picks the alert. */
    static final class Callback extends CertificateVerifier {

        @Override
        public int verify(long ssl, byte[][] chain, String authenticationMethod) {
            Verification verification = CURRENT.get();
            verification.chainBytes =
                    Arrays.stream(chain).mapToInt(der -> der.length).sum();
            // By the bytes that BoringSSL will use, whatever made it quick.
            Verdict verdict = verification.verifier.verify(chain, verification.expectedName);
            verification.verdict = verdict;
            return verdict instanceof Verdict.Untrusted untrusted ? resultFor(untrusted.refusal()) : X509_V_OK;
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
