package io.sallyport.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.fault.Alert;
import org.jspecify.annotations.Nullable;

/**
 * Finds the ClientHello at the front of a stream, over as many TLS records as it takes (RFC 8446, section 5.1), without
 * taking it away. Each record is looked at once: a hostile cut costs no more than a kind one.
 */
final class ClientHelloReader {

    /** What the bytes so far are. */
    sealed interface Reading {

        /** The front of a ClientHello. */
        enum Incomplete implements Reading {
            INSTANCE
        }

        /** A ClientHello. */
        record Complete(ClientHello hello) implements Reading {}

        /** No TLS, whatever else may come. */
        enum NotTls implements Reading {
            INSTANCE
        }

        /** TLS, and no ClientHello that may be answered otherwise than by this alert. */
        record Malformed(Alert alert, String detail) implements Reading {}
    }

    /** As much as BoringSSL takes. */
    static final int MAX_LENGTH = 16 * 1024;

    private static final int RECORD_HEADER = 5;
    private static final int MAX_RECORD = 16 * 1024;
    private static final int HANDSHAKE = 22;
    private static final int MAJOR_VERSION = 3;
    private static final int MESSAGE_HEADER = 4;
    private static final int CLIENT_HELLO = 1;

    /** The message so far, where one record was not enough for it. */
    private @Nullable ByteBuf message;
    /** Where the next record begins. */
    private int next;

    /** @param in everything from the front on; is read by its indexes, and not changed */
    Reading read(ByteBuf in) {
        while (true) {
            int at = in.readerIndex() + next;
            int there = in.readableBytes() - next;
            Reading fault = fault(in, at, there);
            if (fault != null) {
                return fault;
            }
            if (there < RECORD_HEADER) {
                return Reading.Incomplete.INSTANCE;
            }
            int length = in.getUnsignedShort(at + 3);
            if (there < RECORD_HEADER + length) {
                return Reading.Incomplete.INSTANCE;
            }
            next += RECORD_HEADER + length;
            Reading reading = joined(in.slice(at + RECORD_HEADER, length));
            if (reading != null) {
                return reading;
            }
        }
    }

    /** What is wrong with the header of a record, as far as it is there; null where nothing is. */
    private @Nullable Reading fault(ByteBuf in, int at, int there) {
        if ((there > 0 && in.getUnsignedByte(at) != HANDSHAKE)
                || (there > 1 && in.getUnsignedByte(at + 1) != MAJOR_VERSION)) {
            return next == 0
                    ? Reading.NotTls.INSTANCE
                    : malformed(Alert.UNEXPECTED_MESSAGE, "something else comes within the ClientHello");
        }
        if (there < RECORD_HEADER) {
            return null;
        }
        int length = in.getUnsignedShort(at + 3);
        if (length == 0) {
            return malformed(Alert.DECODE_ERROR, "the ClientHello comes in an empty record");
        }
        return length > MAX_RECORD
                ? malformed(Alert.RECORD_OVERFLOW, "the first record has " + length + " bytes, over 2^14")
                : null;
    }

    /** Adds what a record has to the message; null where more records are needed. */
    private @Nullable Reading joined(ByteBuf fragment) {
        ByteBuf all = fragment;
        if (message != null) {
            all = message.writeBytes(fragment);
        }
        if (all.readableBytes() < MESSAGE_HEADER) {
            message = message == null ? Unpooled.buffer().writeBytes(fragment) : message;
            return null;
        }
        if (all.getUnsignedByte(all.readerIndex()) != CLIENT_HELLO) {
            return malformed(Alert.UNEXPECTED_MESSAGE, "the handshake doesn't begin with a ClientHello");
        }
        int length = all.getUnsignedMedium(all.readerIndex() + 1);
        if (length > MAX_LENGTH) {
            return malformed(
                    Alert.ILLEGAL_PARAMETER,
                    "the ClientHello has " + length + " bytes, over the limit of " + MAX_LENGTH);
        }
        if (all.readableBytes() < MESSAGE_HEADER + length) {
            message = message == null ? Unpooled.buffer().writeBytes(fragment) : message;
            return null;
        }
        return ClientHelloParser.parse(all.slice(all.readerIndex() + MESSAGE_HEADER, length));
    }

    static Reading malformed(Alert alert, String detail) {
        return new Reading.Malformed(alert, detail);
    }
}
