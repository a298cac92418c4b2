package io.sallyport.profile;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A network such as {@code 10.0.0.0/8}, or one address. An IPv4 network has the IPv4-mapped IPv6 addresses too, as
 * which a dual-stack socket shows its clients.
 */
public final class Network {

    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

    private final String text;
    private final byte[] address;
    private final int bits;

    private Network(String text, byte[] address, int bits) {
        this.text = text;
        this.address = address;
        this.bits = bits;
    }

    /**
     * Reads a network.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        if (!Hosts.isIp(host) || host.indexOf('%') >= 0) {
            throw new IllegalArgumentException("is not a network; expected such as 10.0.0.0/8 or 2001:db8::/32");
        }
        byte[] address = bytes(host);
        int most = address.length * Byte.SIZE;
        String bits = slash < 0 ? String.valueOf(most) : text.substring(slash + 1);
        if (!bits.matches("\\d{1,3}") || Integer.parseInt(bits) > most) {
            throw new IllegalArgumentException("has '" + bits + "' behind the slash, which is not from 0 to " + most);
        }
        Network network = new Network(text, address, Integer.parseInt(bits));
        for (int bit = network.bits; bit < most; bit++) {
            if ((address[bit / Byte.SIZE] & mask(bit)) != 0) {
                throw new IllegalArgumentException(
                        "has bits set behind its first " + bits + ", so it is no network of that size");
            }
        }
        return network;
    }

    private static byte[] bytes(String host) {
        try {
            // An address in figures is only parsed, never asked for.
            return InetAddress.getByName(host).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("is not an address", e);
        }
    }

    private static int mask(int bit) {
        return 0x80 >> bit % Byte.SIZE;
    }

    public boolean contains(InetAddress peer) {
        byte[] other = peer.getAddress();
        if (other.length > 4 && Arrays.equals(other, 0, MAPPED.length, MAPPED, 0, MAPPED.length)) {
            other = Arrays.copyOfRange(other, MAPPED.length, other.length);
        }
        if (other.length != address.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            if (((other[bit / Byte.SIZE] ^ address[bit / Byte.SIZE]) & mask(bit)) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Network network && network.bits == bits && Arrays.equals(network.address, address);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(address) + bits;
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
