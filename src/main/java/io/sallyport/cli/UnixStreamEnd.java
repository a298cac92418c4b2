package io.sallyport.cli;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/**
 * Tells the end of a stream, as sockets of TCP do. Netty's unix sockets on NIO just close there, and that would be taken for a
 * reset.
 */
final class UnixStreamEnd extends ChannelInboundHandlerAdapter {

    private boolean failed;

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failed = true;
        ctx.fireExceptionCaught(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!failed) {
            ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
        ctx.fireChannelInactive();
    }
}
