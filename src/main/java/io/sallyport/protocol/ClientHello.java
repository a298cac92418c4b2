package io.sallyport.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a ClientHello says of where it wants to go (RFC 8446, section 4.1.2).
 *
 * @param serverName the SNI (RFC 6066, section 3) in lower case, without a dot at its end; null where there is none, or none
 *     that is a host name
 * @param invalidName what stands there in place of a host name, fit to be printed; null where nothing does
 * @param alpn the protocols that the client offers (RFC 7301), in its order; empty where it offers none
 */
public record ClientHello(
        @Nullable String serverName, @Nullable String invalidName, List<String> alpn) {

    /** One that says nothing. */
    public static final ClientHello SILENT = new ClientHello(null, null, List.of());

    public ClientHello {
        alpn = List.copyOf(alpn);
    }
}
