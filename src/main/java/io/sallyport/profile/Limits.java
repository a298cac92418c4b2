package io.sallyport.profile;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a relay takes at most, or all relays together. Each is at least 1, or null where there is no such limit.
 *
 * @param connections that are open at the same time
 * @param perAddress that are open at the same time from one client address; of IPv6, from one /64
 * @param perIdentity that are open at the same time with one verified client certificate
 * @param connectionsPerSecond new ones
 * @param handshakesPerSecond that clients begin
 * @param bytesPerSecond of payload, in each direction
 */
public record Limits(
        int connections,
        @Nullable Integer perAddress,
        @Nullable Integer perIdentity,
        @Nullable Integer connectionsPerSecond,
        @Nullable Integer handshakesPerSecond,
        @Nullable Long bytesPerSecond) {

    public static final Limits OF_RELAY = new Limits(10_000);
    public static final Limits OF_ALL = new Limits(20_000);

    public Limits {
        if (connections < 1 || (bytesPerSecond != null && bytesPerSecond < 1)) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
        for (Integer limit : Arrays.asList(perAddress, perIdentity, connectionsPerSecond, handshakesPerSecond)) {
            if (limit != null && limit < 1) {
                throw new IllegalArgumentException("a limit is at least 1");
            }
        }
    }

    /** Of the number of connections alone. */
    public Limits(int connections) {
        this(connections, null, null, null, null, null);
    }
}
