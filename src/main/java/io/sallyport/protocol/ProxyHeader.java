package io.sallyport.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.NetUtil;
import io.sallyport.profile.ProxyProtocol.Version;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a PROXY header (HAProxy's proxy-protocol.txt, versions 1 and 2) from the front of a stream, however it is cut.
 * A wrong byte is told as soon as it is there, and what is awaited is bounded. It is our own since a checksum in a
 * header must be verified, and Netty's decoder drops it unread.
 */
final class ProxyHeader {

    /** What the bytes so far are. */
    sealed interface Reading {

        /** The front of a header. */
        enum Incomplete implements Reading {
            INSTANCE
        }

        /**
         * A header.
         *
         * @param endpoints those of the client; null where the sender speaks for itself or doesn't know them
         * @param length of the header: what follows is the client's
         */
        record Complete(@Nullable Endpoints endpoints, int length) implements Reading {}

        /** No header, whatever else may come. */
        record Malformed(String detail) implements Reading {}
    }

    /** Version 2 allows 64 KiB of TLVs; as much as HAProxy takes is enough for a certificate. */
    static final int MAX_LENGTH = 16 * 1024;

    static final byte[] SIGNATURE = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
    static final int V2_PREFIX = 16;
    static final int IPV4_STREAM = 0x11;
    static final int IPV6_STREAM = 0x21;
    static final int COMMAND_LOCAL = 0x20;
    static final int COMMAND_PROXY = 0x21;

    private static final int UNSPECIFIED = 0x00;
    private static final int UNIX_STREAM = 0x31;
    private static final int UNIX_ADDRESSES = 216;
    private static final int TYPE_CRC32C = 0x03;
    private static final byte[] V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);

    /** The longest line of version 1, with its CRLF. */
    private static final int V1_MAX_LENGTH = 107;

    private ProxyHeader() {}

    /** @param in is read by its indexes, and not changed */
    static Reading read(ByteBuf in, Set<Version> accepted) {
        boolean v1 = accepted.contains(Version.V1) && startsLike(in, V1);
        boolean v2 = accepted.contains(Version.V2) && startsLike(in, SIGNATURE);
        if (v2) {
            return in.readableBytes() < V2_PREFIX ? Reading.Incomplete.INSTANCE : v2(in);
        }
        if (v1) {
            return v1(in);
        }
        return malformed("the connection doesn't begin with a PROXY header of "
                + (accepted.size() == 1
                        ? "version " + accepted.iterator().next().number()
                        : "version 1 or 2"));
    }

    private static boolean startsLike(ByteBuf in, byte[] wanted) {
        int length = Math.min(in.readableBytes(), wanted.length);
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    private static Reading malformed(String detail) {
        return new Reading.Malformed(detail);
    }

    // Version 1: one line of text.

    private static Reading v1(ByteBuf in) {
        int window = Math.min(in.readableBytes(), V1_MAX_LENGTH);
        int end = in.indexOf(in.readerIndex(), in.readerIndex() + window, (byte) '\n');
        if (end < 0) {
            return window < V1_MAX_LENGTH
                    ? Reading.Incomplete.INSTANCE
                    : malformed("the PROXY line is longer than " + V1_MAX_LENGTH + " bytes");
        }
        int length = end + 1 - in.readerIndex();
        String line = in.toString(in.readerIndex(), length, StandardCharsets.ISO_8859_1);
        if (!line.endsWith("\r\n")) {
            return malformed("the PROXY line doesn't end with CR LF");
        }
        String[] words = line.substring(0, line.length() - 2).split(" ", -1);
        if (words[1].equals("UNKNOWN")) {
            return new Reading.Complete(null, length);
        }
        boolean ipv4 = words[1].equals("TCP4");
        if (!ipv4 && !words[1].equals("TCP6")) {
            return malformed("the PROXY line names neither TCP4, TCP6 nor UNKNOWN");
        }
        if (words.length != 6) {
            return malformed("the PROXY line has " + words.length + " words, not 6");
        }
        InetSocketAddress client = v1Address(words[2], words[4], ipv4);
        InetSocketAddress listener = v1Address(words[3], words[5], ipv4);
        return client == null || listener == null
                ? malformed("the PROXY line has an address or a port that is none")
                : new Reading.Complete(new Endpoints(client, listener), length);
    }

    private static @Nullable InetSocketAddress v1Address(String host, String port, boolean ipv4) {
        boolean isAddress = ipv4 ? NetUtil.isValidIpV4Address(host) : NetUtil.isValidIpV6Address(host);
        if (!isAddress || host.indexOf('%') >= 0 || host.indexOf('[') >= 0 || !port.matches("0|[1-9]\\d{0,4}")) {
            return null;
        }
        int number = Integer.parseInt(port);
        return number > 0xffff ? null : address(NetUtil.createByteArrayFromIpAddressString(host), number);
    }

    // Version 2: binary.

    private static Reading v2(ByteBuf in) {
        int start = in.readerIndex();
        int command = in.getUnsignedByte(start + 12);
        int family = in.getUnsignedByte(start + 13);
        int length = V2_PREFIX + in.getUnsignedShort(start + 14);
        if (command != COMMAND_LOCAL && command != COMMAND_PROXY) {
            return malformed(String.format("the PROXY header has the unknown version and command 0x%02x", command));
        }
        int addresses = v2AddressLength(family, command == COMMAND_LOCAL);
        if (addresses < 0) {
            return malformed(String.format("the PROXY header has the address family 0x%02x, not TCP", family));
        }
        if (length < V2_PREFIX + addresses) {
            return malformed("the PROXY header is too short for its addresses");
        }
        if (length > MAX_LENGTH) {
            return malformed("the PROXY header has " + length + " bytes, over the limit of " + MAX_LENGTH);
        }
        if (in.readableBytes() < length) {
            return Reading.Incomplete.INSTANCE;
        }
        String fault = command == COMMAND_LOCAL ? null : tlvFault(in, start, V2_PREFIX + addresses, length);
        return fault != null
                ? malformed(fault)
                : new Reading.Complete(
                        command == COMMAND_LOCAL ? null : v2Endpoints(in, start + V2_PREFIX, family), length);
    }

    /** What a LOCAL header has for addresses is to be skipped, whatever it is. */
    private static int v2AddressLength(int family, boolean local) {
        if (local) {
            return 0;
        }
        return switch (family) {
            case UNSPECIFIED -> 0;
            case IPV4_STREAM -> 12;
            case IPV6_STREAM -> 36;
            case UNIX_STREAM -> UNIX_ADDRESSES;
            default -> -1;
        };
    }

    private static @Nullable Endpoints v2Endpoints(ByteBuf in, int start, int family) {
        if (family != IPV4_STREAM && family != IPV6_STREAM) {
            return null;
        }
        int width = family == IPV4_STREAM ? 4 : 16;
        int ports = start + 2 * width;
        return new Endpoints(
                address(ByteBufUtil.getBytes(in, start, width), in.getUnsignedShort(ports)),
                address(ByteBufUtil.getBytes(in, start + width, width), in.getUnsignedShort(ports + 2)));
    }

    private static InetSocketAddress address(byte[] address, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    /** What is wrong with the TLVs, or null. */
    private static @Nullable String tlvFault(ByteBuf in, int start, int from, int to) {
        int at = from;
        while (at < to) {
            int value = at + 3;
            int end = value <= to ? value + in.getUnsignedShort(start + at + 1) : Integer.MAX_VALUE;
            if (end > to) {
                return "a TLV of the PROXY header goes beyond its end";
            }
            if (in.getByte(start + at) == TYPE_CRC32C && !isChecksum(in, start, to, value, end)) {
                return "the checksum of the PROXY header is wrong";
            }
            at = end;
        }
        return null;
    }

    private static boolean isChecksum(ByteBuf in, int start, int length, int value, int end) {
        if (end - value != Integer.BYTES) {
            return false;
        }
        byte[] header = ByteBufUtil.getBytes(in, start, length);
        for (int i = value; i < end; i++) {
            header[i] = 0; // It was computed with itself as zeros.
        }
        CRC32C checksum = new CRC32C();
        checksum.update(header);
        return checksum.getValue() == in.getUnsignedInt(start + value);
    }
}
