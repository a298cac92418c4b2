package io.sallyport.tls;

import org.jspecify.annotations.Nullable;

/**
 * What a finished handshake agreed on.
 *
 * @param version {@code TLSv1.2} or {@code TLSv1.3}
 * @param cipher OpenSSL's name, such as {@code TLS_AES_128_GCM_SHA256}
 * @param resumed whether an earlier session saved the full handshake
 * @param serverName the SNI that the client sent, lower case, or null
 * @param alpn the protocol agreed on, or null
 * @param identity who the peer's verified certificate says it is, or null where none was verified
 * @param passedOver what couldn't be learnt of the peer, who was let in all the same; or null
 */
public record TlsSession(
        String version,
        String cipher,
        boolean resumed,
        @Nullable String serverName,
        @Nullable String alpn,
        @Nullable Identity identity,
        @Nullable PassedOver passedOver) {

    /** With nothing passed over. */
    public TlsSession(
            String version,
            String cipher,
            boolean resumed,
            @Nullable String serverName,
            @Nullable String alpn,
            @Nullable Identity identity) {
        this(version, cipher, resumed, serverName, alpn, identity, null);
    }
}
