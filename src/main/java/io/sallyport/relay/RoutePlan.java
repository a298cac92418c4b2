package io.sallyport.relay;

import io.sallyport.profile.Route;
import io.sallyport.tls.TlsContext;
import org.jspecify.annotations.Nullable;

/**
 * A route with what it needs to run.
 *
 * @param listen context of the profile that clients meet; null where their bytes are passed on as they are
 * @param connect context of the connecting side, or null for plain TCP; unused where the route has no destination of its own
 */
public record RoutePlan(
        Route route, @Nullable TlsContext listen, @Nullable TlsContext connect) {}
