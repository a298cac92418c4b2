package io.sallyport.admin.access;

import io.sallyport.profile.Address;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a browser sends a request for one of our own pages. Any site can have it send something here, with the user's cookie
 * and certificate and from the user's machine; but browsers say whose page it was. Other programs don't, and have no need to.
 */
public final class SameOrigin {

    private static final Set<HttpMethod> HARMLESS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    /** What browsers call it when the user typed the address, or when our own page asks. */
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private SameOrigin() {}

    /** Whether it changes nothing, and its answer can't be read by another site's page. */
    static boolean isHarmless(HttpServerRequest request) {
        return HARMLESS.contains(request.method()) && !isWebSocket(request);
    }

    /** Browsers let every site open a WebSocket anywhere, and read it. */
    public static boolean isWebSocket(HttpServerRequest request) {
        return "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
    }

    static boolean isOwn(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        String origin = request.getHeader("Origin");
        HostAndPort authority = request.authority();
        return (site == null || OWN.contains(site))
                && (origin == null || (authority != null && origin.equals(request.scheme() + "://" + authority)));
    }

    /**
     * Whether the name that was asked for is this machine's own. A page of elsewhere.test whose name is made to lead to 127.0.0.1
     * is of the same origin as what it then asks for here: only its name gives it away (DNS rebinding).
     *
     * @param bound where the admin side was told to listen
     */
    static boolean isLocalName(@Nullable HostAndPort authority, Address bound) {
        if (authority == null) {
            return true; // HTTP/1.0, which no browser speaks.
        }
        String host = authority.host().replaceAll("^\\[|]$", "");
        try {
            return host.equalsIgnoreCase(bound.host()) || new Address(host, 0).isLoopback();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
