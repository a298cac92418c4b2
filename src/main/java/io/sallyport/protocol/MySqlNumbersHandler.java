package io.sallyport.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sallyport.protocol.starttls.MySqlNumbers;

/** Holds {@link MySqlNumbers} on a channel, and leaves the pipeline when the login is over. Runs on the channel's event loop. */
public final class MySqlNumbersHandler extends ChannelInboundHandlerAdapter {

    private final MySqlNumbers numbers;

    public MySqlNumbersHandler(MySqlNumbers numbers) {
        this.numbers = numbers;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) {
            numbers.change(bytes);
        }
        ctx.fireChannelRead(message);
        if (numbers.isOver() && !ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }
}
