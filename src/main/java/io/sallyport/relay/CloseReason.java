package io.sallyport.relay;

import java.util.Locale;

/** Why a connection ended: a closed list, so that each entry is also a metric label and a log key. */
public enum CloseReason {
    /** Both directions ended, each as its sender meant it. */
    DONE,
    /** The client's TLS stream ended without close_notify: it may be truncated. */
    CLIENT_CUT,
    /** The upstream's TLS stream ended without close_notify: it may be truncated. */
    UPSTREAM_CUT,
    CLIENT_RESET,
    UPSTREAM_RESET,
    /** The client broke TLS after the handshake. */
    CLIENT_TLS_ERROR,
    /** The upstream broke TLS after the handshake. */
    UPSTREAM_TLS_ERROR,
    /** The handshake with the client failed; the refusal says why. */
    CLIENT_REFUSED,
    /** The handshake with the upstream failed; the refusal says why. */
    UPSTREAM_REFUSED,
    CLIENT_HANDSHAKE_TIMEOUT,
    UPSTREAM_HANDSHAKE_TIMEOUT,
    /** The client left before it had sent a byte or had an upstream. */
    CLIENT_GONE,
    /** Nothing listens on any upstream address, or it turned us down. */
    CONNECT_REFUSED,
    CONNECT_TIMEOUT,
    CONNECT_UNREACHABLE,
    CONNECT_UNRESOLVED,
    IDLE_TIMEOUT,
    HALF_CLOSED_TIMEOUT,
    LIFETIME,
    /** The relay, or all together, had as many connections as they may. */
    LIMIT,
    /** The client's address had as many connections as it may. */
    ADDRESS_LIMIT,
    /** The client's certificate had as many connections as it may. */
    IDENTITY_LIMIT,
    /** More connections came in a second than may. */
    CONNECTION_RATE_LIMIT,
    /** More handshakes began in a second than may. */
    HANDSHAKE_RATE_LIMIT,
    /** AES-GCM came near the number of records that one key may protect (RFC 8446, 5.5). */
    KEY_LIMIT,
    /** The operator closed it. */
    CLOSED_BY_OPERATOR,
    /** The gateway stopped. */
    STOPPED,
    INTERNAL_ERROR;

    /** The stable code: metric label, log key, API value. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
