package io.sallyport.relay;

import io.sallyport.profile.Relay;
import io.sallyport.tls.TlsContext;
import org.jspecify.annotations.Nullable;

/**
 * A relay with what it needs to run.
 *
 * @param listen context of the listening side, or null for plain TCP
 * @param connect context of the connecting side, or null for plain TCP
 */
public record RelayPlan(
        Relay relay, @Nullable TlsContext listen, @Nullable TlsContext connect) {}
