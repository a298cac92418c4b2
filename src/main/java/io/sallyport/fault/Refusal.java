package io.sallyport.fault;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why a handshake was turned down: a closed list, so that each entry is also a metric label and a log key.
 * The numbers are OpenSSL 3's {@code X509_V_ERR_*}; 0 where OpenSSL has none.
 */
public enum Refusal {
    // The peer's certificate.
    CERTIFICATE_EXPIRED(
            10, "CERT_HAS_EXPIRED", Alert.CERTIFICATE_EXPIRED, "renew the certificate, and check this machine's clock"),
    CERTIFICATE_NOT_YET_VALID(
            9, "CERT_NOT_YET_VALID", Alert.CERTIFICATE_EXPIRED, "wait until it is valid, or check both clocks"),
    UNKNOWN_CA(
            20,
            "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
            Alert.UNKNOWN_CA,
            "add the issuing CA to the profile's ca, or let the peer send its intermediates"),
    SELF_SIGNED(18, "DEPTH_ZERO_SELF_SIGNED_CERT", Alert.UNKNOWN_CA, "have a CA of the profile issue the certificate"),
    SELF_SIGNED_IN_CHAIN(
            19,
            "SELF_SIGNED_CERT_IN_CHAIN",
            Alert.UNKNOWN_CA,
            "add the root to the profile's ca if it is to be trusted"),
    CHAIN_TOO_LONG(22, "CERT_CHAIN_TOO_LONG", Alert.UNKNOWN_CA, "raise the profile's depth, or shorten the chain"),
    CHAIN_TOO_COMPLEX(
            1,
            "UNSPECIFIED",
            Alert.CERTIFICATE_UNKNOWN,
            "shorten the chain, or have fewer names and constraints in it; no chain in earnest needs so much work"),
    BAD_SIGNATURE(
            7,
            "CERT_SIGNATURE_FAILURE",
            Alert.DECRYPT_ERROR,
            "the certificate was altered, or another CA has the same name"),
    INVALID_CA(
            79,
            "INVALID_CA",
            Alert.CERTIFICATE_UNKNOWN,
            "issue from a certificate with basicConstraints CA:TRUE and keyUsage keyCertSign"),
    PATH_LENGTH_EXCEEDED(
            25,
            "PATH_LENGTH_EXCEEDED",
            Alert.CERTIFICATE_UNKNOWN,
            "a CA of the chain may not have that many intermediates under it"),
    WRONG_PURPOSE(
            26, "INVALID_PURPOSE", Alert.UNSUPPORTED_CERTIFICATE, "issue it with the extended key usage of its side"),
    UNHANDLED_CRITICAL_EXTENSION(
            34, "UNHANDLED_CRITICAL_EXTENSION", Alert.CERTIFICATE_UNKNOWN, "issue it without that extension"),
    NAME_NOT_PERMITTED(
            47, "PERMITTED_VIOLATION", Alert.CERTIFICATE_UNKNOWN, "a CA of the chain may not issue for this name"),
    INVALID_POLICY(
            42,
            "INVALID_POLICY_EXTENSION",
            Alert.CERTIFICATE_UNKNOWN,
            "issue it with certificate policies that obey RFC 5280"),
    POLICY_NOT_MET(
            43,
            "NO_EXPLICIT_POLICY",
            Alert.CERTIFICATE_UNKNOWN,
            "issue it under one of the accepted certificate policies"),
    NOT_STRICT(
            80,
            "PATHLEN_INVALID_FOR_NON_CA",
            Alert.CERTIFICATE_UNKNOWN,
            "issue it anew by RFC 5280, or don't ask for strict"),
    EXPLICIT_CURVE(
            94, "EC_KEY_EXPLICIT_PARAMS", Alert.CERTIFICATE_UNKNOWN, "make the key on a curve given by its name"),
    WEAK_KEY(66, "EE_KEY_TOO_SMALL", Alert.CERTIFICATE_UNKNOWN, "issue it with a longer key"),
    WEAK_SIGNATURE(68, "CA_MD_TOO_WEAK", Alert.CERTIFICATE_UNKNOWN, "issue it with SHA-256 or better"),
    MALFORMED_CERTIFICATE(0, null, Alert.BAD_CERTIFICATE, "the certificate can't be read; issue it anew"),
    NAME_MISMATCH(
            62, "HOSTNAME_MISMATCH", Alert.BAD_CERTIFICATE, "connect by a name of the certificate, or set verify-name"),
    REVOKED(23, "CERT_REVOKED", Alert.CERTIFICATE_REVOKED, "issue a new certificate"),
    // The four have no closer alert: the peer can do nothing about our CRLs.
    CRL_MISSING(3, "UNABLE_TO_GET_CRL", Alert.CERTIFICATE_UNKNOWN, "add its issuer's current CRL to the profile's crl"),
    CRL_EXPIRED(12, "CRL_HAS_EXPIRED", Alert.CERTIFICATE_UNKNOWN, "fetch its issuer's current CRL"),
    CRL_NOT_YET_VALID(11, "CRL_NOT_YET_VALID", Alert.CERTIFICATE_UNKNOWN, "check this machine's clock"),
    CRL_REJECTED(
            8,
            "CRL_SIGNATURE_FAILURE",
            Alert.CERTIFICATE_UNKNOWN,
            "replace the CRL by one that its issuer made in order"),
    // Where OCSP is asked. Again the peer can do nothing about most of it.
    OCSP_UNAVAILABLE(
            73,
            "OCSP_VERIFY_NEEDED",
            Alert.CERTIFICATE_UNKNOWN,
            "see that the responder answers in time, set ocsp.responder, or let ocsp.check be soft"),
    OCSP_REJECTED(
            74,
            "OCSP_VERIFY_FAILED",
            Alert.CERTIFICATE_UNKNOWN,
            "have the responder sign in its issuer's name and keep its responses up to date; check both clocks"),
    OCSP_UNKNOWN(
            75, "OCSP_CERT_UNKNOWN", Alert.CERTIFICATE_UNKNOWN, "ask the issuer why its responder doesn't know it"),
    NOT_ALLOWED(
            50,
            "APPLICATION_VERIFICATION",
            Alert.HANDSHAKE_FAILURE,
            "add the peer to allow of the profile or the relay, if it is to be let in"),
    CERTIFICATE_REJECTED(28, "CERT_REJECTED", Alert.BAD_CERTIFICATE, "the certificate is not accepted for this use"),

    // The handshake itself.
    NO_CERTIFICATE(0, null, Alert.CERTIFICATE_REQUIRED, "the peer must send a client certificate"),
    NO_SHARED_CIPHER(0, null, Alert.HANDSHAKE_FAILURE, "let the cipher strings or groups of both sides overlap"),
    UNSUPPORTED_PROTOCOL(
            0, null, Alert.PROTOCOL_VERSION, "let the protocols of both sides overlap; TLS below 1.2 is off"),
    NOT_TLS(0, null, null, "the peer doesn't speak TLS; it must, or the port is the wrong one"),
    NOT_TLS_HTTP(0, null, null, "the peer speaks plain HTTP; use https"),
    CHAIN_TOO_LARGE(
            0,
            null,
            Alert.ILLEGAL_PARAMETER,
            "raise the profile's max-cert-list, or have fewer and smaller certificates in the chain"),
    BAD_HANDSHAKE(0, null, Alert.DECODE_ERROR, "the peer broke the TLS protocol"),
    RENEGOTIATION(0, null, Alert.NO_RENEGOTIATION, "renegotiation is off; the peer must open a new connection"),
    PEER_ALERT(0, null, null, "the peer turned us down; its own log says why"),
    PEER_CLOSED(0, null, null, "the peer ended the connection in the handshake"),
    PEER_RESET(0, null, null, "the peer reset the connection in the handshake"),
    NO_PROXY_HEADER(
            0,
            null,
            null,
            "have the proxy send a PROXY header of an accepted version, or take it out of proxy-protocol.from"),
    PROXY_HEADER_TIMEOUT(
            0, null, null, "have the proxy send its PROXY header at once, or raise proxy-protocol.deadline"),
    STARTTLS_REFUSED(
            0,
            null,
            null,
            "turn STARTTLS on at the server, or, if it speaks TLS from the first byte on, take starttls out"),
    STARTTLS_NOT_ASKED(0, null, null, "have the client use STARTTLS, of the protocol that starttls names"),
    STARTTLS_MALFORMED(0, null, null, "the peer must speak the protocol that starttls names"),
    STARTTLS_INJECTION(
            0,
            null,
            null,
            "somebody in between may have put bytes into the connection; if not, the peer must wait for the answer to"
                    + " STARTTLS"),
    GREETING_REFUSED(0, null, null, "the server turns connections down before TLS; its greeting says why"),
    HANDSHAKE_TIMEOUT(0, null, null, "the handshake took longer than timeouts.handshake"),
    INTERNAL_ERROR(0, null, Alert.INTERNAL_ERROR, "report it: the fault is the gateway's");

    private final int number;
    private final @Nullable String opensslName;
    private final @Nullable Alert alert;
    private final String hint;

    Refusal(int number, @Nullable String opensslName, @Nullable Alert alert, String hint) {
        this.number = number;
        this.opensslName = opensslName;
        this.alert = alert;
        this.hint = hint;
    }

    /** The stable code: metric label, log key, API value. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** OpenSSL 3's number, or 0. */
    public int number() {
        return number;
    }

    /** OpenSSL's name, such as {@code X509_V_ERR_CERT_HAS_EXPIRED}, or null. */
    public @Nullable String opensslName() {
        return opensslName == null ? null : "X509_V_ERR_" + opensslName;
    }

    /** The alert that we send with it, or null where none is sent. */
    public @Nullable Alert alert() {
        return alert;
    }

    /** Who can mend it. */
    public enum Party {
        PEER("the peer"),
        OPERATOR("this gateway's operator"),
        EITHER("either side"),
        NOBODY("nobody, or the network"),
        GATEWAY("the gateway");

        private final String text;

        Party(String text) {
            this.text = text;
        }

        /** For people. */
        public String text() {
            return text;
        }
    }

    /** Who is at fault. */
    public Party atFault() {
        return switch (this) {
            case CRL_MISSING, CRL_EXPIRED, CRL_REJECTED -> Party.OPERATOR;
            case UNKNOWN_CA,
                    SELF_SIGNED_IN_CHAIN,
                    CHAIN_TOO_LONG,
                    CHAIN_TOO_LARGE,
                    CERTIFICATE_NOT_YET_VALID,
                    CRL_NOT_YET_VALID,
                    OCSP_UNAVAILABLE,
                    OCSP_REJECTED,
                    NAME_MISMATCH,
                    NOT_ALLOWED,
                    POLICY_NOT_MET,
                    NOT_STRICT,
                    NO_SHARED_CIPHER,
                    UNSUPPORTED_PROTOCOL,
                    STARTTLS_REFUSED,
                    STARTTLS_NOT_ASKED,
                    PEER_ALERT -> Party.EITHER;
            case PEER_CLOSED, PEER_RESET, HANDSHAKE_TIMEOUT, STARTTLS_INJECTION -> Party.NOBODY;
            case INTERNAL_ERROR -> Party.GATEWAY;
            default -> Party.PEER;
        };
    }

    /**
     * What its sentence names. With every refusal there are the relay, the profile, the side, the phase, the peer's address
     * and, where one was sent, the SNI.
     */
    public enum Fact {
        SUBJECT("the certificate at fault"),
        DEPTH("its depth"),
        DATES("the date that counts"),
        EXPECTED("what would be right"),
        FOUND("what was found");

        private final String text;

        Fact(String text) {
            this.text = text;
        }

        /** For people. */
        public String text() {
            return text;
        }
    }

    /** What its sentence has to name. */
    public Set<Fact> facts() {
        return switch (this) {
            case CERTIFICATE_EXPIRED, CERTIFICATE_NOT_YET_VALID, REVOKED ->
                EnumSet.of(Fact.SUBJECT, Fact.DEPTH, Fact.DATES);
            case CRL_EXPIRED, CRL_NOT_YET_VALID -> EnumSet.of(Fact.SUBJECT, Fact.DEPTH, Fact.DATES, Fact.FOUND);
            case UNKNOWN_CA,
                    BAD_SIGNATURE,
                    UNHANDLED_CRITICAL_EXTENSION,
                    CRL_MISSING,
                    CRL_REJECTED,
                    CHAIN_TOO_COMPLEX -> EnumSet.of(Fact.SUBJECT, Fact.DEPTH, Fact.FOUND);
            case CHAIN_TOO_LONG -> EnumSet.of(Fact.SUBJECT, Fact.DEPTH, Fact.EXPECTED);
            case INVALID_CA,
                    PATH_LENGTH_EXCEEDED,
                    WRONG_PURPOSE,
                    NAME_NOT_PERMITTED,
                    WEAK_KEY,
                    WEAK_SIGNATURE,
                    NAME_MISMATCH,
                    NOT_ALLOWED -> EnumSet.of(Fact.SUBJECT, Fact.DEPTH, Fact.EXPECTED, Fact.FOUND);
            case SELF_SIGNED, SELF_SIGNED_IN_CHAIN, INVALID_POLICY, POLICY_NOT_MET, NOT_STRICT, EXPLICIT_CURVE ->
                EnumSet.of(Fact.SUBJECT, Fact.DEPTH);
            case NO_SHARED_CIPHER, UNSUPPORTED_PROTOCOL, CHAIN_TOO_LARGE, HANDSHAKE_TIMEOUT, PROXY_HEADER_TIMEOUT ->
                EnumSet.of(Fact.EXPECTED);
            case NOT_TLS, PEER_ALERT -> EnumSet.of(Fact.FOUND);
            default -> EnumSet.noneOf(Fact.class);
        };
    }

    /** What to do about it. */
    public String hint() {
        return hint;
    }
}
