package io.sallyport.relay;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;

/** How both sides of every connection treat their sockets. */
final class SocketOptions {

    /** Reads start small, for the many that are quiet, and grow to this, which was the fastest for bulk. */
    private static final int MAX_READ = 64 * 1024;

    private static final int FIRST_READ = 4096;
    private static final int MIN_READ = 512;

    /** A side that has more than the high mark to write isn't fed; it is again below the low one. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    private SocketOptions() {}

    static void apply(Channel channel) {
        ChannelConfig config = channel.config();
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        config.setOption(ChannelOption.TCP_NODELAY, true);
        config.setOption(ChannelOption.SO_KEEPALIVE, true);
        // A failed write must not close the channel: the reply that explains it may still wait to be read.
        config.setAutoClose(false);
        config.setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(MIN_READ, FIRST_READ, MAX_READ));
        config.setWriteBufferWaterMark(WATER_MARK);
    }
}
