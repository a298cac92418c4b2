package io.sallyport.protocol;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Both ends of a client's TCP connection. IPv4 addresses are always such, also where a dual-stack socket shows them as
 * IPv6 ({@code ::ffff:10.0.0.7}).
 *
 * @param client where it comes from
 * @param listener where it was accepted
 */
public record Endpoints(InetSocketAddress client, InetSocketAddress listener) {

    private static final int MAPPED_PREFIX = 12;

    public Endpoints {
        client = unmapped(client);
        listener = unmapped(listener);
    }

    /** Of a socket; null where it isn't TCP. */
    public static @Nullable Endpoints of(@Nullable SocketAddress remote, @Nullable SocketAddress local) {
        return remote instanceof InetSocketAddress client
                        && local instanceof InetSocketAddress listener
                        && client.getAddress() != null
                        && listener.getAddress() != null
                ? new Endpoints(client, listener)
                : null;
    }

    private static InetSocketAddress unmapped(InetSocketAddress address) {
        InetAddress plain = unmapped(address.getAddress());
        return plain == address.getAddress() ? address : new InetSocketAddress(plain, address.getPort());
    }

    private static InetAddress unmapped(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (!(address instanceof Inet6Address) || !isMapped(bytes)) {
            return address;
        }
        try {
            return InetAddress.getByAddress(new byte[] {bytes[12], bytes[13], bytes[14], bytes[15]});
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an IPv4 address", e);
        }
    }

    private static boolean isMapped(byte[] bytes) {
        for (int i = 0; i < MAPPED_PREFIX; i++) {
            if (bytes[i] != (i < MAPPED_PREFIX - 2 ? 0 : (byte) 0xff)) {
                return false;
            }
        }
        return true;
    }

    /** Whether both are IPv4. */
    boolean isIpv4() {
        return client.getAddress() instanceof Inet4Address && listener.getAddress() instanceof Inet4Address;
    }
}
