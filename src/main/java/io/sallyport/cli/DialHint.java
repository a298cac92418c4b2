package io.sallyport.cli;

import io.sallyport.tls.TlsFailure;

/** What whoever dials can do about a handshake that failed. What is said of refusals in general is for the one who runs a relay. */
final class DialHint {

    private static final String SENT_ALERT = "the peer sent the alert ";

    private DialHint() {}

    static String of(TlsFailure failure) {
        return switch (failure.refusal()) {
            case PEER_CLOSED, PEER_RESET ->
                "it may speak another protocol, or want another server name (--sni) or a client certificate (--cert)";
            case PEER_ALERT -> ofAlert(failure);
            default -> failure.refusal().hint();
        };
    }

    /** By the names of RFC 8446, section 6.2. */
    private static String ofAlert(TlsFailure failure) {
        String detail = failure.detail();
        return switch (detail.startsWith(SENT_ALERT) ? detail.substring(SENT_ALERT.length()) : "") {
            case "certificate_required" -> "it wants a client certificate: give --cert and --key";
            case "handshake_failure" ->
                "it has no version or cipher in common with us, or wants a client certificate (--cert)";
            case "protocol_version" -> "it speaks none of the versions that were offered; those are TLS 1.2 and 1.3";
            case "unrecognized_name" -> "it serves no such name: give one that it serves with --sni";
            case "no_application_protocol" -> "it speaks none of the protocols that were offered with --alpn";
            case "unknown_ca",
                    "bad_certificate",
                    "certificate_unknown",
                    "certificate_expired",
                    "certificate_revoked",
                    "unsupported_certificate",
                    "access_denied" -> "it doesn't take the certificate that we showed; its own log says why";
            default -> failure.refusal().hint();
        };
    }
}
