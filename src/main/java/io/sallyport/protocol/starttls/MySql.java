package io.sallyport.protocol.starttls;

import io.netty.buffer.ByteBuf;
import io.sallyport.fault.Refusal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * MySQL's SSLRequest (its documentation, "Connection Phase"), as a client: the server greets, the client asks, and both
 * begin TLS without another word.
 */
final class MySql implements Dialogue {

    private static final int HEADER = 4;
    private static final int MAX_GREETING = 4096;
    private static final int PROTOCOL_VERSION = 10;
    private static final int ERROR = 0xff;
    private static final int SCRAMBLE_AND_FILLER = 4 + 8 + 1;

    private static final int SSL_REQUEST = 32;
    private static final int MAX_PACKET = 1 << 24;
    private static final int UTF8_MB4 = 45;
    private static final int CLIENT_PROTOCOL_41 = 0x200;
    private static final int CLIENT_SSL = 0x800;
    private static final int CLIENT_SECURE_CONNECTION = 0x8000;

    @Override
    public Behind behind() {
        return Behind.NOTHING;
    }

    @Override
    public Step begin() {
        return Dialogue.goOn();
    }

    @Override
    public Step next(ByteBuf in) {
        if (in.readableBytes() < HEADER) {
            return Step.Wait.INSTANCE;
        }
        int length = in.getUnsignedMediumLE(in.readerIndex());
        if (length < 1 || length > MAX_GREETING || in.getByte(in.readerIndex() + 3) != 0) {
            return Dialogue.failed(Refusal.STARTTLS_MALFORMED, "that is no greeting of MySQL");
        }
        if (in.readableBytes() < HEADER + length) {
            return Step.Wait.INSTANCE;
        }
        in.skipBytes(HEADER);
        return greeting(in.readSlice(length));
    }

    private static Step greeting(ByteBuf greeting) {
        int version = greeting.readUnsignedByte();
        if (version == ERROR) {
            String error = greeting.toString(StandardCharsets.ISO_8859_1);
            return Dialogue.failed(
                    Refusal.GREETING_REFUSED,
                    "the server's greeting turns us down: "
                            + LineDialogue.shown(error.substring(Math.min(2, error.length()))));
        }
        int end = greeting.indexOf(greeting.readerIndex(), greeting.writerIndex(), (byte) 0);
        int capabilities = end + 1 + SCRAMBLE_AND_FILLER;
        if (version != PROTOCOL_VERSION || end < 0 || capabilities + 2 > greeting.writerIndex()) {
            return Dialogue.failed(Refusal.STARTTLS_MALFORMED, "that is no greeting of MySQL");
        }
        return (greeting.getUnsignedShortLE(capabilities) & CLIENT_SSL) == 0
                ? Dialogue.failed(Refusal.STARTTLS_REFUSED, "the server doesn't offer TLS")
                : new Step.Done(sslRequest());
    }

    private static byte[] sslRequest() {
        return ByteBuffer.allocate(HEADER + SSL_REQUEST)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(SSL_REQUEST | 1 << 24) // Three bytes of length, and the number of the packet.
                .putInt(CLIENT_PROTOCOL_41 | CLIENT_SSL | CLIENT_SECURE_CONNECTION)
                .putInt(MAX_PACKET)
                .put((byte) UTF8_MB4)
                .array();
    }
}
