package io.sallyport.profile;

import java.time.Duration;

/** What becomes of clients that show no certificate where one is optional. They never go where the others go. */
public sealed interface Unverified {

    /** They are kept waiting, and dropped. */
    record Hold(Duration time) implements Unverified {}

    /** They go to upstreams of their own. */
    record Elsewhere(Relay.Connect connect) implements Unverified {}
}
