package io.sallyport.relay;

import io.sallyport.profile.Upstream;

/**
 * An upstream of a relay as it is now.
 *
 * @param up whether connections are sent there before they are sent to one that isn't
 * @param connections that are open or being opened
 */
public record UpstreamView(Upstream upstream, boolean up, int connections) {}
