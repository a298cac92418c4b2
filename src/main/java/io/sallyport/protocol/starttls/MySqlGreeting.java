package io.sallyport.protocol.starttls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sallyport.fault.Refusal;
import io.sallyport.protocol.starttls.Dialogue.Step;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** What a MySQL server says first ({@code Protocol::HandshakeV10}), as the packet that it came in. */
final class MySqlGreeting {

    private static final int MAX_LENGTH = 4096;
    private static final int PROTOCOL_VERSION = 10;
    private static final int THREAD_SCRAMBLE_AND_FILLER = 4 + 8 + 1;

    private final byte[] packet;

    /** Where the lower half of the capabilities is, of which {@link MySqlPacket#CLIENT_SSL} is one. */
    private final int capabilities;

    private MySqlGreeting(byte[] packet, int capabilities) {
        this.packet = packet;
        this.capabilities = capabilities;
    }

    /**
     * Takes the greeting from what the server has sent.
     *
     * @param then what is to be done once it is there
     */
    static Step take(ByteBuf in, Function<MySqlGreeting, Step> then) {
        if (in.readableBytes() < MySqlPacket.HEADER) {
            return Step.Wait.INSTANCE;
        }
        int length = MySqlPacket.length(in);
        if (length < 1 || length > MAX_LENGTH || MySqlPacket.number(in) != 0) {
            return none();
        }
        if (!MySqlPacket.isWhole(in)) {
            return Step.Wait.INSTANCE;
        }
        return read(in.readSlice(MySqlPacket.HEADER + length), then);
    }

    private static Step read(ByteBuf packet, Function<MySqlGreeting, Step> then) {
        int start = packet.readerIndex();
        if (isRefusal(packet)) {
            return refused(packet);
        }
        int version = packet.getUnsignedByte(start + MySqlPacket.HEADER);
        int end = packet.indexOf(start + MySqlPacket.HEADER, packet.writerIndex(), (byte) 0);
        int capabilities = end + 1 + THREAD_SCRAMBLE_AND_FILLER;
        if (version != PROTOCOL_VERSION || end < 0 || capabilities + 2 > packet.writerIndex()) {
            return none();
        }
        return then.apply(new MySqlGreeting(ByteBufUtil.getBytes(packet), capabilities - start));
    }

    /** Whether the server says why it won't have us, in a packet that has come whole. */
    static boolean isRefusal(ByteBuf in) {
        return in.readableBytes() > MySqlPacket.HEADER
                && MySqlPacket.isWhole(in)
                && in.getUnsignedByte(in.readerIndex() + MySqlPacket.HEADER) == MySqlPacket.ERR;
    }

    /** What {@link #isRefusal} has found: its number and SQLSTATE are the server's affair. */
    static Step refused(ByteBuf in) {
        String error = in.toString(
                in.readerIndex() + MySqlPacket.HEADER + 1,
                Math.max(0, MySqlPacket.length(in) - 1),
                StandardCharsets.ISO_8859_1);
        return Dialogue.failed(
                Refusal.GREETING_REFUSED,
                "the server's greeting turns us down: "
                        + LineDialogue.shown(error.substring(Math.min(2, error.length()))));
    }

    private static Step none() {
        return Dialogue.failed(Refusal.STARTTLS_MALFORMED, "that is no greeting of MySQL");
    }

    boolean isTlsOffered() {
        return (packet[capabilities + 1] & MySqlPacket.CLIENT_SSL >> 8) != 0;
    }

    /** The packet, with nothing of it changed but whether the server does TLS. */
    byte[] packet(boolean offersTls) {
        byte[] changed = packet.clone();
        changed[capabilities + 1] = MySqlPacket.withTls(changed[capabilities + 1], offersTls);
        return changed;
    }
}
