package io.sallyport.relay;

import io.sallyport.profile.Relay;
import io.sallyport.tls.TlsContext;
import org.jspecify.annotations.Nullable;

/**
 * Where connections go.
 *
 * @param tls context of the connecting side, or null for plain TCP
 * @param upstreams which of them are up, and whose turn it is
 */
record Destination(Relay.Connect connect, @Nullable TlsContext tls, Upstreams upstreams) {}
