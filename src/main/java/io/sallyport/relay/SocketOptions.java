package io.sallyport.relay;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannelConfig;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;

/** How both sides of every connection treat their sockets. */
final class SocketOptions {

    /** Reads start small, for the many that are quiet, and grow to this, which was the fastest for bulk. */
    private static final int MAX_READ = 128 * 1024;

    private static final int FIRST_READ = 4096;
    private static final int MIN_READ = 512;

    /** A side that has more than the high mark to write isn't fed; it is again below the low one. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    /** Probes without an answer until the peer is taken for gone; together they last as long as the silence did. */
    private static final int PROBES = 4;

    /** The kernel's own limit of TCP_KEEPIDLE. */
    private static final int MAX_KEEP_ALIVE_SECONDS = 32_767;

    private SocketOptions() {}

    /** @param keepAlive of silence until TCP asks whether the peer is still there; a peer that doesn't answer is a reset */
    static void apply(Channel channel, Duration keepAlive) {
        ChannelConfig config = channel.config();
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        if (channel instanceof SocketChannel) {
            config.setOption(ChannelOption.TCP_NODELAY, true);
            keepAlive(config, keepAlive);
        }
        // A failed write must not close the channel: the reply that explains it may still wait to be read.
        config.setAutoClose(false);
        config.setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(MIN_READ, FIRST_READ, MAX_READ));
        config.setWriteBufferWaterMark(WATER_MARK);
    }

    private static void keepAlive(ChannelConfig config, Duration silence) {
        config.setOption(ChannelOption.SO_KEEPALIVE, true);
        if (config instanceof EpollSocketChannelConfig epoll) {
            int seconds = (int) Math.max(1, Math.min(silence.toSeconds(), MAX_KEEP_ALIVE_SECONDS));
            epoll.setTcpKeepIdle(seconds);
            epoll.setTcpKeepIntvl(Math.max(1, seconds / PROBES));
            epoll.setTcpKeepCnt(PROBES);
            // The same for a peer that is sent something and never acknowledges it.
            epoll.setTcpUserTimeout(2 * seconds * 1000);
        }
    }
}
