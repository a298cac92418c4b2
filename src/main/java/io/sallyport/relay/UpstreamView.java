package io.sallyport.relay;

import io.sallyport.profile.Upstream;

/**
 * An upstream of a relay as it is now.
 *
 * @param up whether connections are sent there before they are sent to one that isn't
 * @param draining whether the operator wants no new connections there; then they go there only where all else fails
 * @param connections that are open or being opened
 */
public record UpstreamView(Upstream upstream, boolean up, boolean draining, int connections) {}
