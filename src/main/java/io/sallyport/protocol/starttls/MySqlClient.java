package io.sallyport.protocol.starttls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sallyport.fault.Refusal;
import java.util.function.Consumer;

/** What is said with a MySQL client: it is greeted, and answers. */
abstract class MySqlClient extends MySqlDialogue {

    /** Of a HandshakeResponse: its attributes alone may have 64 KiB, and so may a ticket of Kerberos. */
    private static final int MAX_RESPONSE = 1 << 18;

    private final byte[] greeting;
    private final int number;

    /**
     * @param greeting empty where it has heard that already
     * @param number of its answer
     */
    private MySqlClient(Behind behind, byte[] greeting, int number) {
        super(behind);
        this.greeting = greeting;
        this.number = number;
    }

    @Override
    public final Step begin() {
        return new Step.Say(greeting);
    }

    @Override
    public final Step next(ByteBuf in) {
        if (in.readableBytes() < MySqlPacket.HEADER) {
            return Step.Wait.INSTANCE;
        }
        if (MySqlPacket.isClientHello(in)) {
            return Tls.begunByClient();
        }
        int length = MySqlPacket.length(in);
        if (MySqlPacket.number(in) != number || length < MySqlPacket.SSL_REQUEST || length > MAX_RESPONSE) {
            return malformed("the client's answer is none of MySQL's");
        }
        if (in.readableBytes() < MySqlPacket.HEADER + MySqlPacket.SSL_REQUEST) {
            return Step.Wait.INSTANCE;
        }
        int capabilities = in.getIntLE(in.readerIndex() + MySqlPacket.HEADER);
        if ((capabilities & MySqlPacket.CLIENT_PROTOCOL_41) == 0) {
            return malformed("the client is older than MySQL 4.1");
        }
        return answered(in, length, (capabilities & MySqlPacket.CLIENT_SSL) != 0);
    }

    /** @param in holds as much of the answer as an SSLRequest has */
    abstract Step answered(ByteBuf in, int length, boolean wantsTls);

    final Step malformed(String detail) {
        return new Step.Failed(
                Refusal.STARTTLS_MALFORMED,
                detail,
                MySqlPacket.error(number + 1, MySqlPacket.Error.BAD_HANDSHAKE, "Bad handshake"));
    }

    /** A client that has to ask for TLS. */
    static final class Asking extends MySqlClient {

        Asking(byte[] greeting) {
            super(Behind.TLS, greeting, 1);
        }

        @Override
        Step answered(ByteBuf in, int length, boolean wantsTls) {
            if (!wantsTls) {
                return new Step.Failed(
                        Refusal.STARTTLS_NOT_ASKED,
                        "the client didn't ask for TLS",
                        MySqlPacket.error(2, MySqlPacket.Error.TLS_REQUIRED, "TLS is required"));
            }
            if (length != MySqlPacket.SSL_REQUEST) {
                return malformed("the client's SSLRequest is " + length + " bytes long");
            }
            in.skipBytes(MySqlPacket.HEADER + length);
            return Dialogue.done("");
        }
    }

    /** A client that has no more to ask for. Its whole answer is awaited, and goes on as it is. */
    static final class Answering extends MySqlClient {

        private final boolean isInTls;
        private final Consumer<byte[]> beginning;

        /** @param beginning is told as much of the answer as an SSLRequest has, header and all */
        Answering(byte[] greeting, int number, Consumer<byte[]> beginning) {
            super(Behind.ANYTHING, greeting, number);
            this.isInTls = number > 1;
            this.beginning = beginning;
        }

        @Override
        Step answered(ByteBuf in, int length, boolean wantsTls) {
            if (wantsTls && !isInTls) {
                return malformed("the client asks for TLS, which was not offered");
            }
            if (!MySqlPacket.isWhole(in)) {
                return Step.Wait.INSTANCE;
            }
            beginning.accept(ByteBufUtil.getBytes(in, in.readerIndex(), MySqlPacket.HEADER + MySqlPacket.SSL_REQUEST));
            return Dialogue.done("");
        }
    }
}
