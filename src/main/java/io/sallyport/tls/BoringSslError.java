package io.sallyport.tls;

import io.netty.buffer.ByteBuf;
import io.netty.internal.tcnative.SSL;
import io.sallyport.fault.Alert;
import io.sallyport.fault.Refusal;
import io.sallyport.pki.Names;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Protocol;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The one place that understands BoringSSL's error queue.
 *
 * @param reason BoringSSL's name, such as {@code NO_SHARED_CIPHER}
 * @param refusal what it means to the operator
 */
record BoringSslError(String reason, Refusal refusal) {

    /** {@code SSL_AD_REASON_OFFSET}: an alert that was read is reported as this plus its number. */
    private static final int ALERT_OFFSET = 1000;

    private static final int REASON_MASK = 0xfff;

    /** BoringSSL's word for a record that is too short to be an encrypted one. */
    private static final String TOO_SHORT = "BAD_PACKET_LENGTH";

    /** RFC 8446, 5.1: type, version and length. */
    private static final int RECORD_HEADER = 5;

    private static final int ALERT_RECORD = 21;

    /** Level and description. */
    private static final int ALERT_LENGTH = 2;

    /** Takes the oldest error of this thread's queue, and leaves the queue empty for the next call. */
    static BoringSslError take() {
        int number = SSL.getLastErrorNumber();
        String text = SSL.getErrorString(number);
        SSL.clearError();
        int reason = number & REASON_MASK;
        if (reason > ALERT_OFFSET) {
            return new BoringSslError(alertName(reason - ALERT_OFFSET), Refusal.PEER_ALERT);
        }
        String name = text.substring(text.lastIndexOf(':') + 1);
        return new BoringSslError(name, refusalOf(name));
    }

    /**
     * The same, or the alert that explains it. OpenSSL's clients, once they distrust a TLS 1.3 server, say so without encryption; BoringSSL
     * expects a longer, encrypted record. Nobody vouches for such an alert, so it explains a failure, and never makes one.
     *
     * @param read holds the records that were read last
     * @param from where they begin
     */
    BoringSslError orAlertOf(ByteBuf read, int from) {
        if (!reason.equals(TOO_SHORT)) {
            return this;
        }
        int at = from;
        while (at + RECORD_HEADER + ALERT_LENGTH <= read.writerIndex()) {
            int length = read.getUnsignedShort(at + RECORD_HEADER - 2);
            if (read.getUnsignedByte(at) == ALERT_RECORD && length == ALERT_LENGTH) {
                return new BoringSslError(alertName(read.getUnsignedByte(at + RECORD_HEADER + 1)), Refusal.PEER_ALERT);
            }
            at += RECORD_HEADER + length;
        }
        return this;
    }

    private static String alertName(int number) {
        for (Alert alert : Alert.values()) {
            if (alert.number() == number) {
                return alert.label();
            }
        }
        return "alert " + number;
    }

    private static Refusal refusalOf(String name) {
        return switch (name) {
            case "PEER_DID_NOT_RETURN_A_CERTIFICATE" -> Refusal.NO_CERTIFICATE;
            case "NO_SHARED_CIPHER",
                    "NO_SHARED_GROUP",
                    "NO_COMMON_SIGNATURE_ALGORITHMS",
                    "HANDSHAKE_FAILURE_ON_CLIENT_HELLO",
                    "NO_CIPHERS_AVAILABLE",
                    "WRONG_CURVE",
                    "WRONG_CIPHER_RETURNED" -> Refusal.NO_SHARED_CIPHER;
            case "UNSUPPORTED_PROTOCOL", "NO_SUPPORTED_VERSIONS_ENABLED", "INAPPROPRIATE_FALLBACK" ->
                Refusal.UNSUPPORTED_PROTOCOL;
            case "HTTP_REQUEST", "HTTPS_PROXY_REQUEST" -> Refusal.NOT_TLS_HTTP;
            case "WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "INVALID_OUTER_RECORD_TYPE" -> Refusal.NOT_TLS;
            case "NO_RENEGOTIATION", "RENEGOTIATION_MISMATCH" -> Refusal.RENEGOTIATION;
            case "KEY_USAGE_BIT_INCORRECT" -> Refusal.WRONG_PURPOSE;
            case "EXCESSIVE_MESSAGE_SIZE" -> Refusal.CHAIN_TOO_LARGE;
            default -> Refusal.BAD_HANDSHAKE;
        };
    }

    /**
     * One sentence for the log.
     *
     * @param allowed what we would have agreed to
     * @param beginning the first few bytes that the peer sent, as ISO 8859-1
     */
    String sentence(Profile.Negotiation allowed, String beginning) {
        return switch (refusal) {
            case PEER_ALERT -> "the peer sent the alert " + reason;
            case NO_CERTIFICATE -> "the peer sent no certificate, and one is required";
            case NOT_TLS_HTTP -> "the peer sent a plain HTTP request";
            case NOT_TLS -> "the peer began with '" + Names.printable(beginning) + "', which is no TLS record";
            case NO_SHARED_CIPHER ->
                said() + "; the profile has the ciphers " + allowed.ciphers() + " and the groups "
                        + String.join(", ", allowed.groups());
            case UNSUPPORTED_PROTOCOL ->
                said() + "; the profile has "
                        + allowed.protocols().stream().map(Protocol::label).collect(Collectors.joining(" and "));
            case WRONG_PURPOSE ->
                "has a keyUsage without digitalSignature (depth 0, subject not read: BoringSSL refused it before)";
            case CHAIN_TOO_LARGE ->
                "the peer sent a message, most likely its chain, that is longer than the " + allowed.maxCertList()
                        + " bytes of max-cert-list";
            default -> said();
        };
    }

    private String said() {
        return "BoringSSL says " + reason.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
