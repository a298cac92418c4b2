package io.sallyport.protocol.starttls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sallyport.fault.Refusal;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** LDAP's StartTLS, an extended operation (RFC 4511, section 4.14), in BER. The client speaks first, before TLS and after it. */
final class Ldap {

    private static final String START_TLS = "1.3.6.1.4.1.1466.20037";
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int ENUMERATED = 0x0a;
    private static final int OCTET_STRING = 0x04;
    private static final int EXTENDED_REQUEST = 0x77;
    private static final int EXTENDED_RESPONSE = 0x78;
    private static final int UNBIND_REQUEST = 0x42;
    private static final int ABANDON_REQUEST = 0x50;
    private static final int REQUEST_NAME = 0x80;
    private static final int RESPONSE_NAME = 0x8a;

    /** resultCode {@code confidentialityRequired}. */
    private static final int CONFIDENTIALITY_REQUIRED = 13;

    /** Which response a request has: Bind, Search, Modify, Add, Delete, ModifyDN, Compare, Extended. */
    private static final Map<Integer, Integer> RESPONSES = Map.of(
            0x60,
            0x61,
            0x63,
            0x65,
            0x66,
            0x67,
            0x68,
            0x69,
            0x4a,
            0x6b,
            0x6c,
            0x6d,
            0x6e,
            0x6f,
            EXTENDED_REQUEST,
            EXTENDED_RESPONSE);

    private static final int MAX_MESSAGE = 4096;
    private static final int MAX_MESSAGES = 20;

    private Ldap() {}

    static Dialogue client() {
        return new Client();
    }

    static Dialogue server() {
        return new Server();
    }

    /** A message: its id, its operation's tag, and what is in that. */
    private record Message(byte[] id, int operation, ByteBuf content) {}

    /** One message after the other. */
    private abstract static class Messages implements Dialogue {

        private int messages;

        @Override
        public final Step next(ByteBuf in) {
            if (Tls.begins(in)) {
                return tooEarly();
            }
            int length = length(in);
            if (length < 0 || length > MAX_MESSAGE || messages == MAX_MESSAGES) {
                return malformed();
            }
            if (length == 0 || in.readableBytes() < length) {
                return Step.Wait.INSTANCE;
            }
            messages++;
            Message message = read(in.readSlice(length));
            return message == null ? malformed() : answer(message);
        }

        private static Step malformed() {
            return Dialogue.failed(Refusal.STARTTLS_MALFORMED, "that is no LDAP, or too much of it");
        }

        abstract Step tooEarly();

        abstract Step answer(Message message);
    }

    // BER, as far as it is needed: definite lengths.

    /** Of the whole element at the front, header and all; 0 while that can't be told; -1 where it is none. */
    private static int length(ByteBuf in) {
        int readable = in.readableBytes();
        int start = in.readerIndex();
        if (readable > 0 && in.getUnsignedByte(start) != SEQUENCE) {
            return -1;
        }
        if (readable < 2) {
            return 0;
        }
        int first = in.getUnsignedByte(start + 1);
        if (first < 0x80) {
            return 2 + first;
        }
        int octets = first & 0x7f;
        if (octets < 1 || octets > 4) {
            return -1;
        }
        if (readable < 2 + octets) {
            return 0;
        }
        long length = 0;
        for (int i = 0; i < octets; i++) {
            length = length << 8 | in.getUnsignedByte(start + 2 + i);
        }
        return length > MAX_MESSAGE ? -1 : (int) (2 + octets + length);
    }

    private static @Nullable Message read(ByteBuf whole) {
        ByteBuf sequence = content(whole, SEQUENCE);
        ByteBuf id = sequence == null ? null : content(sequence, INTEGER);
        if (sequence == null || id == null || !id.isReadable() || id.readableBytes() > 4 || !sequence.isReadable()) {
            return null;
        }
        int operation = sequence.getUnsignedByte(sequence.readerIndex());
        ByteBuf content = content(sequence, operation);
        return content == null ? null : new Message(ByteBufUtil.getBytes(id), operation, content);
    }

    /** Takes one element from the front; null where it isn't {@code tag}, or is cut. */
    private static @Nullable ByteBuf content(ByteBuf in, int tag) {
        if (in.readableBytes() < 2 || in.readUnsignedByte() != tag) {
            return null;
        }
        int length = in.readUnsignedByte();
        if (length >= 0x80) {
            int octets = length & 0x7f;
            if (octets < 1 || octets > 3 || in.readableBytes() < octets) {
                return null;
            }
            length = 0;
            for (int i = 0; i < octets; i++) {
                length = length << 8 | in.readUnsignedByte();
            }
        }
        return length > in.readableBytes() ? null : in.readSlice(length);
    }

    private static byte[] element(int tag, byte[]... contents) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] content : contents) {
            all.writeBytes(content);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        out.write(all.size()); // All that we say is shorter than 128 bytes.
        out.writeBytes(all.toByteArray());
        return out.toByteArray();
    }

    private static byte[] response(byte[] id, int operation, int result, String diagnostic) {
        byte[] name = operation == EXTENDED_RESPONSE ? element(RESPONSE_NAME, Dialogue.bytes(START_TLS)) : new byte[0];
        return element(
                SEQUENCE,
                element(INTEGER, id),
                element(
                        operation,
                        element(ENUMERATED, new byte[] {(byte) result}),
                        element(OCTET_STRING),
                        element(OCTET_STRING, Dialogue.bytes(diagnostic)),
                        name));
    }

    private static final class Server extends Messages {

        @Override
        public Behind behind() {
            return Behind.TLS;
        }

        @Override
        public Step begin() {
            return Dialogue.goOn();
        }

        @Override
        Step tooEarly() {
            return Dialogue.failed(
                    Refusal.STARTTLS_NOT_ASKED, "the client began TLS at once, without the operation that starts it");
        }

        @Override
        Step answer(Message message) {
            if (message.operation() == EXTENDED_REQUEST && isStartTls(message.content())) {
                return new Step.Done(response(message.id(), EXTENDED_RESPONSE, 0, ""));
            }
            if (message.operation() == UNBIND_REQUEST) {
                return Dialogue.failed(Refusal.STARTTLS_NOT_ASKED, "the client left without starting TLS");
            }
            if (message.operation() == ABANDON_REQUEST) {
                return Dialogue.goOn();
            }
            Integer response = RESPONSES.get(message.operation());
            return response == null
                    ? Dialogue.failed(Refusal.STARTTLS_MALFORMED, "that is no request of LDAP")
                    : new Step.Say(
                            response(message.id(), response, CONFIDENTIALITY_REQUIRED, "StartTLS must come first"));
        }

        private static boolean isStartTls(ByteBuf content) {
            ByteBuf name = content(content, REQUEST_NAME);
            return name != null && ByteBufUtil.equals(name, Unpooled.wrappedBuffer(Dialogue.bytes(START_TLS)));
        }
    }

    private static final class Client extends Messages {

        private static final byte[] ID = {1};

        @Override
        public Behind behind() {
            return Behind.NOTHING;
        }

        @Override
        public Step begin() {
            return new Step.Say(element(
                    SEQUENCE,
                    element(INTEGER, ID),
                    element(EXTENDED_REQUEST, element(REQUEST_NAME, Dialogue.bytes(START_TLS)))));
        }

        @Override
        Step tooEarly() {
            return Tls.begunByServer();
        }

        @Override
        Step answer(Message message) {
            ByteBuf result = content(message.content(), ENUMERATED);
            if (message.operation() != EXTENDED_RESPONSE
                    || !Arrays.equals(message.id(), ID)
                    || result == null
                    || !result.isReadable()) {
                return Dialogue.failed(Refusal.STARTTLS_REFUSED, "the server answered StartTLS with something else");
            }
            int code = result.readUnsignedByte();
            return code == 0
                    ? Dialogue.done("")
                    : Dialogue.failed(
                            Refusal.STARTTLS_REFUSED, "the server refused to start TLS, with LDAP result " + code);
        }
    }
}
