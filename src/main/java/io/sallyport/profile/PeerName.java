package io.sallyport.profile;

import org.jspecify.annotations.Nullable;

/**
 * The name of the server that a connecting side expects.
 *
 * @param serverName sent as SNI, and checked where {@code verifyName} is null; null: the host of the address
 * @param verifyName checked against the certificate in place of {@code serverName}, or null
 */
public record PeerName(
        @Nullable String serverName, @Nullable String verifyName) {

    /** Says nothing: the host of the address is sent and checked. */
    public static final PeerName OF_ADDRESS = new PeerName(null, null);

    /** What this leaves open, taken from {@code fallback}. */
    public PeerName orElse(PeerName fallback) {
        return new PeerName(
                serverName != null ? serverName : fallback.serverName,
                verifyName != null ? verifyName : fallback.verifyName);
    }

    /** The name to send as SNI to a server reached as {@code host}. SNI has no final dot (RFC 6066, 3), nor has a certificate. */
    public String sent(String host) {
        if (serverName != null) {
            return serverName;
        }
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    /** The name that the certificate of a server reached as {@code host} must have. */
    public String checked(String host) {
        return verifyName != null ? verifyName : sent(host);
    }
}
