package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets as a service manager hands them over. */
class HandedSocketsTest {

    private static EventLoopGroup loops;

    @TempDir
    Path directory;

    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    private @Nullable Socket socket;

    @BeforeAll
    static void startLoop() {
        assumeThat(NativeTransport.absence()).as("native transport").isEmpty();
        loops = new EpollEventLoopGroup(1);
    }

    @AfterAll
    static void stopLoop() {
        if (loops != null) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    @AfterEach
    void close() throws IOException {
        if (socket != null) {
            socket.close();
        }
    }

    private static HandedSockets sockets(String fds, String names) {
        return new HandedSockets(Map.of("LISTEN_FDS", fds, "LISTEN_PID", "7", "LISTEN_FDNAMES", names), 7);
    }

    /** As if everything up to that descriptor had been handed over; the last one is {@code orders}. */
    private static HandedSockets upTo(FileDescriptor descriptor) {
        int before = descriptor.intValue() - 3;
        return sockets(String.valueOf(before + 1), "-:".repeat(before) + "orders");
    }

    /** It is closed in the end. */
    private Socket closedLater(Socket made) {
        socket = made;
        return made;
    }

    private ServerChannel take(HandedSockets sockets) throws Exception {
        ServerChannel channel = sockets.channel("orders");
        channel.config().setAutoRead(false);
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                accepted.add((Channel) message);
            }
        });
        loops.register(channel).sync();
        channel.config().setAutoRead(true);
        return channel;
    }

    private Channel accepted() throws InterruptedException {
        Channel channel = accepted.poll(10, TimeUnit.SECONDS);
        assertThat(channel).as("accepted").isNotNull();
        channel.unsafe().closeForcibly();
        return channel;
    }

    private static SocketChannel connect(SocketAddress address) throws IOException {
        return SocketChannel.open(address);
    }

    @Test
    void aDescriptorIsFoundByNameOrByPlace() throws Exception {
        HandedSockets sockets = sockets("2", "orders:admin");

        assertThat(sockets.descriptor("orders")).isEqualTo(3);
        assertThat(sockets.descriptor("admin")).isEqualTo(4);
        assertThat(sockets.descriptor("1")).isEqualTo(4);
        assertThatIOException()
                .isThrownBy(() -> sockets.descriptor("2"))
                .withMessage("systemd has handed 2 of them over, and none is called 2: orders, admin");
        assertThatIOException()
                .isThrownBy(() -> sockets("1", "").descriptor("orders"))
                .withMessage("systemd has handed 1 of them over, and none is called orders;"
                        + " they have no names, so count from 0");
    }

    @Test
    void thoseOfAnotherProcessAreNotTaken() {
        Map<String, String> environment = Map.of("LISTEN_FDS", "1", "LISTEN_PID", "7");

        assertThatIOException()
                .isThrownBy(() -> new HandedSockets(environment, 8).descriptor("0"))
                .withMessageContaining("for another process: LISTEN_PID is 7, and this is 8");
        for (String none : new String[] {"", "0", "-1", "many"}) {
            assertThatIOException()
                    .isThrownBy(() -> sockets(none, "").descriptor("0"))
                    .withMessageContaining("LISTEN_FDS is not set");
        }
        assertThatIOException()
                .isThrownBy(() -> new HandedSockets(Map.of(), 7).descriptor("0"))
                .withMessageContaining("LISTEN_FDS is not set");
    }

    @Test
    void whoComesWhileNobodyHasTheSocketIsServedByTheNext() throws Exception {
        Socket handed = closedLater(Socket.newSocketStream());
        handed.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        handed.listen(16);
        InetSocketAddress address = handed.localAddress();
        HandedSockets sockets = upTo(handed);

        for (int i = 0; i < 3; i++) {
            try (SocketChannel client = connect(address)) {
                ServerChannel channel = take(sockets);
                assertThat(accepted().remoteAddress()).isEqualTo(client.getLocalAddress());
                channel.close().sync();
            }
        }
    }

    @Test
    void aUnixSocketMayBeHandedOverToo() throws Exception {
        Path path = directory.resolve("orders.sock");
        Socket handed = closedLater(Socket.newSocketDomain());
        handed.bind(new DomainSocketAddress(path.toString()));
        handed.listen(16);

        ServerChannel channel = take(upTo(handed));
        try (SocketChannel client = connect(UnixDomainSocketAddress.of(path))) {
            assertThat(client.isConnected()).isTrue();
            accepted();
        }
        channel.close().sync();
        assertThat(path).as("whoever made it removes it").exists();
    }

    @Test
    void aSocketThatDoesNotListenIsRefused() throws Exception {
        Socket handed = closedLater(Socket.newSocketStream());

        assertThatIOException()
                .isThrownBy(() -> upTo(handed).channel("orders"))
                .withMessage("it doesn't listen: the socket unit needs ListenStream= and Accept=no");
    }

    @Test
    void whatIsNoSocketIsRefused() throws Exception {
        File file = directory.resolve("file").toFile();
        assertThat(file.createNewFile()).isTrue();
        FileDescriptor descriptor = FileDescriptor.from(file);
        try {
            assertThatIOException()
                    .isThrownBy(() -> upTo(descriptor).channel("orders"))
                    .withMessageContaining("is no socket that listens");
        } finally {
            descriptor.close();
        }
    }
}
