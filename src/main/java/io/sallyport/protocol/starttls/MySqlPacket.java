package io.sallyport.protocol.starttls;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * MySQL's packets (its documentation, "MySQL Packets"): three bytes of length, lowest first, the packet's number in its
 * exchange, and what it says.
 */
final class MySqlPacket {

    static final int HEADER = 4;

    /** The first byte of an {@code ERR_Packet}. */
    static final int ERR = 0xff;

    /** The first byte of an {@code OK_Packet}, as the answer to a login. */
    static final int OK = 0;

    /** The first byte of an {@code AuthSwitchRequest}. */
    static final int SWITCH = 0xfe;

    /** A packet of this length goes on in the next one. */
    static final int FULL = 0xffffff;

    static final int CLIENT_PROTOCOL_41 = 0x200;
    static final int CLIENT_SSL = 0x800;
    private static final int CLIENT_SECURE_CONNECTION = 0x8000;
    private static final int CLIENT_PLUGIN_AUTH = 0x80000;

    /** Of ours, where we speak for nobody. */
    private static final int CAPABILITIES = CLIENT_PROTOCOL_41 | CLIENT_SECURE_CONNECTION;

    private static final int LONGEST_PACKET = 1 << 24;
    private static final byte UTF8_MB4 = 45;
    private static final byte QUIT = 1;

    /** Length of an SSLRequest: of the capabilities and what else a HandshakeResponse begins with too. */
    static final int SSL_REQUEST = 32;

    /** Errors that we answer with. Numbers from 2000 to 2999 are a client's own: MariaDB's takes none from a server. */
    enum Error {
        /** {@code ER_HANDSHAKE_ERROR}. */
        BAD_HANDSHAKE(1043, "08S01"),
        /** {@code ER_SECURE_TRANSPORT_REQUIRED}. */
        TLS_REQUIRED(3159, "HY000");

        private final int code;
        private final String state;

        Error(int code, String state) {
            this.code = code;
            this.state = state;
        }
    }

    private MySqlPacket() {}

    /** Of what stands behind the header, which is there. */
    static int length(ByteBuf in) {
        return in.getUnsignedMediumLE(in.readerIndex());
    }

    /** Whether the packet whose header is there has come to its end. */
    static boolean isWhole(ByteBuf in) {
        return in.readableBytes() >= HEADER + length(in);
    }

    static int number(ByteBuf in) {
        return in.getUnsignedByte(in.readerIndex() + 3);
    }

    /** The second byte of capabilities, with {@link #CLIENT_SSL} as it is to be. */
    static byte withTls(byte capabilities, boolean on) {
        int bit = CLIENT_SSL >> 8;
        return (byte) (on ? capabilities | bit : capabilities & ~bit);
    }

    private static ByteBuffer packet(int number, int length) {
        return ByteBuffer.allocate(HEADER + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length | number << 24);
    }

    /** An SSLRequest of our own. */
    static byte[] sslRequest() {
        return beginning(packet(1, SSL_REQUEST), CAPABILITIES | CLIENT_SSL).array();
    }

    /** An SSLRequest in the words of a client that has begun its HandshakeResponse so. */
    static byte[] asSslRequest(byte[] beginning) {
        byte[] request =
                packet(1, SSL_REQUEST).put(beginning, HEADER, SSL_REQUEST).array();
        request[HEADER + 1] = withTls(request[HEADER + 1], true);
        return request;
    }

    /**
     * A HandshakeResponse of a user without a password.
     *
     * @param asked whether an SSLRequest came before it
     */
    static byte[] response(boolean asked, String user, String plugin) {
        byte[] rest = Dialogue.bytes(user + "\0\0" + plugin + "\0");
        return beginning(
                        packet(asked ? 2 : 1, SSL_REQUEST + rest.length),
                        CAPABILITIES | CLIENT_PLUGIN_AUTH | (asked ? CLIENT_SSL : 0))
                .position(HEADER + SSL_REQUEST)
                .put(rest)
                .array();
    }

    static byte[] packetOf(int number, byte... content) {
        return packet(number, content.length).put(content).array();
    }

    /** {@code COM_QUIT}. */
    static byte[] quit() {
        return packetOf(0, QUIT);
    }

    /** Whether this is the record of a ClientHello, and no packet of that odd length. */
    static boolean isClientHello(ByteBuf in) {
        int start = in.readerIndex();
        return Tls.begins(in) && in.getByte(start + 1) == 3 && in.getByte(start + 2) <= 4;
    }

    private static ByteBuffer beginning(ByteBuffer packet, int capabilities) {
        return packet.putInt(capabilities).putInt(LONGEST_PACKET).put(UTF8_MB4);
    }

    /**
     * An {@code ERR_Packet}.
     *
     * @param number 0 where it stands in the greeting's place: there is no SQLSTATE before the client has answered
     */
    static byte[] error(int number, Error error, String message) {
        byte[] text = Dialogue.bytes((number == 0 ? "" : "#" + error.state) + message);
        return packet(number, 3 + text.length)
                .put((byte) ERR)
                .putShort((short) error.code)
                .put(text)
                .array();
    }
}
