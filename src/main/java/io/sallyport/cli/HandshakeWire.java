package io.sallyport.cli;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/** Looks at a handshake on the wire: how many bytes it takes, and which session our ClientHello offers. On the event loop. */
final class HandshakeWire extends ChannelDuplexHandler {

    /** Which kind of session a ClientHello offers. */
    enum Offer {
        NONE("no session"),
        /** RFC 5246, section 7.4.1.2. */
        SESSION_ID("session id"),
        /** RFC 5077. */
        TICKET("ticket"),
        /** RFC 8446, section 2.2. */
        PSK("PSK");

        private final String label;

        Offer(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    private static final int RECORD_HEADER = 5;
    private static final int HANDSHAKE_HEADER = 4;
    private static final int VERSION_AND_RANDOM = 34;
    private static final int SESSION_TICKET = 35;
    private static final int PRE_SHARED_KEY = 41;
    private static final int MOST = 16 * 1024;

    private final ByteBuf hello = Unpooled.buffer();
    private long bytes;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf in) {
            bytes += in.readableBytes();
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf out) {
            bytes += out.readableBytes();
            int room = MOST - hello.writerIndex();
            hello.writeBytes(out, out.readerIndex(), Math.min(room, out.readableBytes()));
        }
        ctx.write(message, promise);
    }

    /** Both ways, until now. */
    long bytes() {
        return bytes;
    }

    /**
     * Which session was offered. A session id alone doesn't tell: clients make one up for other reasons (RFC 8446, appendix D.4).
     *
     * @param any whether one was
     */
    Offer offer(boolean any) {
        if (!any) {
            return Offer.NONE;
        }
        ByteBuf in = hello.duplicate().skipBytes(RECORD_HEADER + HANDSHAKE_HEADER + VERSION_AND_RANDOM);
        in.skipBytes(in.readUnsignedByte()); // legacy_session_id
        in.skipBytes(in.readUnsignedShort()); // cipher_suites
        in.skipBytes(in.readUnsignedByte()); // legacy_compression_methods
        ByteBuf extensions = in.readSlice(in.readUnsignedShort());
        Offer offer = Offer.SESSION_ID;
        while (extensions.isReadable()) {
            int type = extensions.readUnsignedShort();
            int length = extensions.readUnsignedShort();
            extensions.skipBytes(length);
            if (type == PRE_SHARED_KEY) {
                offer = Offer.PSK;
            } else if (type == SESSION_TICKET && length > 0) {
                offer = Offer.TICKET;
            }
        }
        return offer;
    }
}
