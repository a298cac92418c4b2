package io.sallyport.tls;

import io.sallyport.fault.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Why a handshake ended without a connection, or TLS broke after it.
 *
 * @param side which end we were
 * @param refusal the reason
 * @param number OpenSSL's {@code X509_V_ERR_*} number, or 0 where the certificate isn't at fault
 * @param detail one sentence with the facts: what was found, and what would be right
 * @param phase how far it had come
 * @param serverName the SNI of the handshake, or null
 */
public record TlsFailure(
        Side side,
        Refusal refusal,
        int number,
        String detail,
        Phase phase,
        @Nullable String serverName) {

    /** What was going on. */
    public enum Phase {
        /** What comes before TLS was said. */
        STARTTLS("starttls"),
        /** Versions, ciphers, keys. */
        HANDSHAKE("handshake"),
        /** The peer's certificate was judged. */
        VERIFY("verify"),
        /** An earlier session was taken up. */
        RESUMPTION("resumption"),
        /** The handshake was over, and data flowed. */
        STREAM("stream");

        private final String label;

        Phase(String label) {
            this.label = label;
        }

        /** As it stands in logs. */
        public String label() {
            return label;
        }
    }

    /** Before TLS began, in what is said there. */
    public static TlsFailure beforeTls(Side side, Refusal refusal, String detail) {
        return new TlsFailure(side, refusal, refusal.number(), detail, Phase.STARTTLS, null);
    }

    /** The same after the handshake. */
    TlsFailure inStream() {
        return new TlsFailure(side, refusal, number, detail, Phase.STREAM, serverName);
    }

    /** In the handshake itself, with no server name known. */
    public TlsFailure(Side side, Refusal refusal, String detail) {
        this(side, refusal, refusal.number(), detail, Phase.HANDSHAKE, null);
    }
}
