package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollSocketChannelConfig;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Behaviours M10 (a black-holed peer is found by keep-alive) and M11 (no Nagle delays), as the kernel is told them. */
class SocketOptionsTest {

    @Test
    void everySocketSendsAtOnceAndKeepsHalfClose() {
        NioSocketChannel channel = new NioSocketChannel();
        try {
            SocketOptions.apply(channel, Duration.ofMinutes(1));
            assertThat(channel.config().isTcpNoDelay()).isTrue();
            assertThat(channel.config().isKeepAlive()).isTrue();
            assertThat(channel.config().isAllowHalfClosure()).isTrue();
            assertThat(channel.config().isAutoClose()).isFalse();
            assertThat(channel.config()
                            .getOption(ChannelOption.WRITE_BUFFER_WATER_MARK)
                            .high())
                    .isEqualTo(256 * 1024);
        } finally {
            channel.unsafe().closeForcibly();
        }
    }

    @Test
    void aSilentPeerIsAskedWithinTheKeepAliveTime() {
        Assumptions.assumeTrue(Epoll.isAvailable(), "keep-alive times are set on Linux only");
        EpollSocketChannel channel = new EpollSocketChannel();
        try {
            SocketOptions.apply(channel, Duration.ofSeconds(40));
            EpollSocketChannelConfig config = channel.config();
            assertThat(config.getTcpKeepIdle()).isEqualTo(40);
            assertThat(config.getTcpKeepIntvl() * config.getTcpKeepCnt()).isEqualTo(40);
            assertThat(config.getTcpUserTimeout()).isEqualTo(80_000);
        } finally {
            channel.unsafe().closeForcibly();
        }
    }
}
