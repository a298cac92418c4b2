package io.sallyport.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.sallyport.profile.ProxyProtocol.Version;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the PROXY header from the front of a channel, says what it was, and leaves the pipeline: the client's bytes
 * behind it go on untouched, also those of the same segment. Runs on the channel's event loop.
 */
public final class ProxyHeaderHandler extends ChannelInboundHandlerAdapter {

    /** What came. One of the two is called, once, unless the peer left without a byte. */
    public interface Listener {

        /**
         * The header is there. Handlers that are added now, behind this one, see every byte of the client.
         *
         * @param endpoints those of the client; null where the sender speaks for itself
         */
        void proxied(@Nullable Endpoints endpoints);

        /** There is no header, or a bad one. Nothing goes on from here any more. */
        void unproxied(String detail);
    }

    private final Set<Version> accepted;
    private final Listener listener;
    private @Nullable ByteBuf held;
    private boolean failed;

    public ProxyHeaderHandler(Set<Version> accepted, Listener listener) {
        this.accepted = accepted;
        this.listener = listener;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            ctx.fireChannelRead(message);
            return;
        }
        if (failed) {
            bytes.release();
            return;
        }
        ByteBuf all = joined(ctx, bytes);
        ProxyHeader.Reading reading = ProxyHeader.read(all, accepted);
        if (reading instanceof ProxyHeader.Reading.Complete header) {
            held = null;
            done(ctx, all, header);
        } else if (reading instanceof ProxyHeader.Reading.Malformed malformed) {
            fail(malformed.detail());
        }
    }

    private ByteBuf joined(ChannelHandlerContext ctx, ByteBuf bytes) {
        ByteBuf before = held;
        if (before == null) {
            held = bytes;
            return bytes;
        }
        ByteBuf all = ctx.alloc()
                .directBuffer(before.readableBytes() + bytes.readableBytes())
                .writeBytes(before)
                .writeBytes(bytes);
        before.release();
        bytes.release();
        held = all;
        return all;
    }

    private void done(ChannelHandlerContext ctx, ByteBuf all, ProxyHeader.Reading.Complete header) {
        listener.proxied(header.endpoints());
        all.skipBytes(header.length());
        if (all.isReadable()) {
            ctx.fireChannelRead(all);
        } else {
            all.release();
        }
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }

    private void fail(String detail) {
        failed = true;
        release();
        listener.unproxied(detail);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE && held != null) {
            fail("the connection ended within the PROXY header");
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        release();
    }

    private void release() {
        if (held != null) {
            held.release();
            held = null;
        }
    }
}
