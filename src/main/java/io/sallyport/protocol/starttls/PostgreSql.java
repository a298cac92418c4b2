package io.sallyport.protocol.starttls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sallyport.fault.Refusal;
import java.nio.ByteBuffer;

/**
 * PostgreSQL's SSLRequest (its documentation, "Message Flow", "SSL Session Encryption"). A client may also begin TLS at
 * once, since version 17, or send a cancel request, which older clients always send in plain.
 */
final class PostgreSql {

    private static final int CANCEL = 80877102;
    private static final int SSL = 80877103;
    private static final int GSS = 80877104;
    private static final int SHORT_MESSAGE = 8;
    private static final int CANCEL_MESSAGE = 16;

    /** How many requests a client may have turned down before it asks for TLS. */
    private static final int MAX_REQUESTS = 3;

    private PostgreSql() {}

    static Dialogue client() {
        return new Client();
    }

    /** @param takesCancel whether a cancel request may come in plain: who sends it isn't known, only that it knows a secret of the session's */
    static Dialogue server(boolean takesCancel) {
        return new Server(takesCancel);
    }

    private static final class Server implements Dialogue {

        private final boolean takesCancel;
        private int requests;

        Server(boolean takesCancel) {
            this.takesCancel = takesCancel;
        }

        @Override
        public Behind behind() {
            return Behind.TLS;
        }

        @Override
        public Step begin() {
            return Dialogue.goOn();
        }

        @Override
        public Step next(ByteBuf in) {
            if (Tls.begins(in)) {
                return Dialogue.done("");
            }
            if (in.readableBytes() < SHORT_MESSAGE) {
                return Step.Wait.INSTANCE;
            }
            int length = in.getInt(in.readerIndex());
            int code = in.getInt(in.readerIndex() + Integer.BYTES);
            if (length == SHORT_MESSAGE && code == SSL) {
                in.skipBytes(SHORT_MESSAGE);
                return Dialogue.done("S");
            }
            if (length == SHORT_MESSAGE && code == GSS && ++requests <= MAX_REQUESTS) {
                in.skipBytes(SHORT_MESSAGE);
                return Dialogue.say("N");
            }
            if (length == CANCEL_MESSAGE && code == CANCEL && takesCancel) {
                return in.readableBytes() < CANCEL_MESSAGE
                        ? Step.Wait.INSTANCE
                        : new Step.Exempt(ByteBufUtil.getBytes(in.readSlice(CANCEL_MESSAGE)));
            }
            return code == CANCEL
                    ? Dialogue.failed(
                            Refusal.STARTTLS_NOT_ASKED,
                            "a cancel request came in plain, where clients must prove who they are")
                    : new Step.Failed(
                            Refusal.STARTTLS_NOT_ASKED, "the client didn't ask for TLS", error("TLS is required"));
        }
    }

    /** An ErrorResponse: FATAL, SQLSTATE 28000 ({@code invalid_authorization_specification}), as a server has it that wants TLS. */
    private static byte[] error(String message) {
        byte[] fields = Dialogue.bytes("SFATAL\0VFATAL\0C28000\0M" + message + "\0\0");
        return ByteBuffer.allocate(1 + Integer.BYTES + fields.length)
                .put((byte) 'E')
                .putInt(Integer.BYTES + fields.length)
                .put(fields)
                .array();
    }

    private static final class Client implements Dialogue {

        @Override
        public Behind behind() {
            return Behind.NOTHING;
        }

        @Override
        public Step begin() {
            return new Step.Say(ByteBuffer.allocate(SHORT_MESSAGE)
                    .putInt(SHORT_MESSAGE)
                    .putInt(SSL)
                    .array());
        }

        @Override
        public Step next(ByteBuf in) {
            if (!in.isReadable()) {
                return Step.Wait.INSTANCE;
            }
            byte answer = in.readByte();
            return switch (answer) {
                case 'S' -> Dialogue.done("");
                case 'N' -> Dialogue.failed(Refusal.STARTTLS_REFUSED, "the server refused to start TLS");
                case 'E' ->
                    Dialogue.failed(Refusal.STARTTLS_REFUSED, "the server answered the SSLRequest with an error");
                default ->
                    Dialogue.failed(
                            Refusal.STARTTLS_MALFORMED,
                            String.format("the server answered the SSLRequest with 0x%02x", answer & 0xff));
            };
        }
    }
}
