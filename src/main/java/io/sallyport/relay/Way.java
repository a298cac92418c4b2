package io.sallyport.relay;

import io.sallyport.profile.AllowList;
import io.sallyport.tls.TlsContext;
import org.jspecify.annotations.Nullable;

/**
 * What a connection meets and where it goes: a route, or the relay's own profile and upstreams.
 *
 * @param route its name; null for the relay's own
 * @param identity whose connections may go there
 * @param listen context of the profile that clients meet; null where their bytes are passed on as they are
 */
record Way(
        @Nullable String route,
        AllowList identity,
        @Nullable TlsContext listen,
        Destination destination) {}
