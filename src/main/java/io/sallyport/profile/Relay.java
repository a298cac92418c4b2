package io.sallyport.profile;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A listener, and where its bytes go.
 *
 * @param name the key under {@code sallyport.relays}
 */
public record Relay(String name, Listen listen, Connect connect, Timeouts timeouts) {

    /**
     * The listening side.
     *
     * @param profile name of its profile, or null for plain TCP
     * @param unsafeOpen the operator knows that a plain listener beyond loopback lets anyone act under our certificate
     */
    public record Listen(Address address, @Nullable String profile, boolean unsafeOpen) {}

    /**
     * The connecting side.
     *
     * @param addresses tried in this order, never empty
     * @param profile name of its profile, or null for plain TCP
     * @param peerName overrides the profile's
     */
    public record Connect(List<Address> addresses, @Nullable String profile, PeerName peerName) {

        public Connect {
            addresses = List.copyOf(addresses);
            if (addresses.isEmpty()) {
                throw new IllegalArgumentException("at least one address is needed");
            }
        }
    }

    /**
     * How long each step may take; each more than zero.
     *
     * @param connect for TCP to one upstream address
     * @param handshake for TLS on one side, counted from accept or from the connected socket
     * @param idle without a byte in either direction
     */
    public record Timeouts(Duration connect, Duration handshake, Duration idle) {
        public static final Timeouts DEFAULT =
                new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofHours(1));

        public Timeouts {
            for (Duration timeout : List.of(connect, handshake, idle)) {
                if (timeout.isZero() || timeout.isNegative()) {
                    throw new IllegalArgumentException("a timeout is more than zero");
                }
            }
        }
    }
}
