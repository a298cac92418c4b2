package io.sallyport.admin;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Turns down what another site has a browser send: whoever reads a page beside a running gateway must not reload it.
 * Browsers say where a request comes from; other programs don't, and have no need to.
 */
public final class CrossSite {

    private static final Set<String> HARMLESS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    /** What browsers call it when the user typed the address, or when our own page asks. */
    private static final Set<String> OWN = Set.of("same-origin", "none");

    @ServerRequestFilter(preMatching = true)
    public @Nullable Response refuse(ContainerRequestContext request) {
        if (HARMLESS.contains(request.getMethod()) || isOwn(request)) {
            return null;
        }
        int status = Response.Status.FORBIDDEN.getStatusCode();
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON)
                .entity(new Refusals.Refused(status, "another site asks for it"))
                .build();
    }

    private static boolean isOwn(ContainerRequestContext request) {
        String site = request.getHeaderString("Sec-Fetch-Site");
        String origin = request.getHeaderString("Origin");
        // Not the header Host, which HTTP/2 doesn't have.
        String host = request.getUriInfo().getRequestUri().getAuthority();
        return (site == null || OWN.contains(site))
                && (origin == null || origin.equals("http://" + host) || origin.equals("https://" + host));
    }
}
