package io.sallyport.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Reads what stands at the front of a channel, however it is cut, and leaves the pipeline: the bytes behind it go on
 * untouched, also those of the same segment. Runs on the channel's event loop.
 */
abstract class FrontHandler extends ChannelInboundHandlerAdapter {

    private @Nullable ByteBuf held;
    private boolean failed;

    /**
     * Looks at all bytes that have come, and calls {@link #pass} or {@link #fail} once they are enough.
     *
     * @param all is read by its indexes, and not changed
     */
    abstract void look(ChannelHandlerContext ctx, ByteBuf all);

    /** The peer ended its stream within what is awaited. */
    abstract void cut();

    @Override
    public final void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            ctx.fireChannelRead(message);
        } else if (failed) {
            bytes.release();
        } else {
            ByteBuf before = held;
            ByteBuf all =
                    before == null ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), before, bytes);
            held = all;
            look(ctx, all);
        }
    }

    /**
     * It is there.
     *
     * @param length of what is taken from the stream
     * @param known says so to whom it concerns. Handlers that are added meanwhile, behind this one, see every byte that follows
     */
    final void pass(ChannelHandlerContext ctx, int length, Runnable known) {
        ByteBuf all = held;
        held = null;
        known.run();
        if (all != null) {
            all.skipBytes(length);
            if (all.isReadable()) {
                ctx.fireChannelRead(all);
            } else {
                all.release();
            }
        }
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }

    /** It will not come. Nothing goes on from here any more. */
    final void fail() {
        failed = true;
        release();
    }

    @Override
    public final void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE && held != null) {
            fail();
            cut();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public final void handlerRemoved(ChannelHandlerContext ctx) {
        release();
    }

    private void release() {
        if (held != null) {
            held.release();
            held = null;
        }
    }
}
