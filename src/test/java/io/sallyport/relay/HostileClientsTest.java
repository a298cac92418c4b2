package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.profile.Relay;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Many that stall or break off at every point, beside one that means well: it is served, and nothing of theirs stays. */
class HostileClientsTest {

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private static SocketChannel connect(int port) throws Exception {
        SocketChannel channel = SocketChannel.open();
        channel.connect(new InetSocketAddress("127.0.0.1", port));
        return channel;
    }

    private static ByteBuffer clientHello() throws Exception {
        SSLContext tls = TestTls.context(TestPki.CLIENT_TRUSTED);
        SSLEngine engine = tls.createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return hello.flip();
    }

    /** Behaviour I1. */
    @Test
    void twoThousandStalledClientsAreCutAndCountedWhileAGoodOneIsServed() throws Exception {
        Duration limit = Duration.ofSeconds(3);
        try (Upstream echo = Upstream.echo()) {
            Relay relay = RelayRig.relay(
                    RelayRig.edge(),
                    null,
                    new Relay.Timeouts(Duration.ofSeconds(5), limit, Duration.ofMinutes(5)),
                    echo.port());
            int port = rig.start(relay, RelayRig.edge(), null);
            ByteBuffer hello = clientHello();
            List<SocketChannel> stalled = new ArrayList<>();
            List<SocketChannel> trickling = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                SocketChannel channel = connect(port);
                stalled.add(channel);
                if (i % 3 == 1) {
                    channel.write(hello.slice(0, hello.limit() / 2));
                } else if (i % 3 == 2) {
                    trickling.add(channel);
                }
            }
            try (TlsPeer good = TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", null)) {
                // A byte now and then must not buy time: the limit counts from accept.
                int offset = 0;
                while (rig.events.refusals.size() < 2000 && offset < hello.limit() - 1) {
                    for (SocketChannel channel : trickling) {
                        trickle(channel, hello, offset);
                    }
                    offset++;
                    good.write(new byte[] {(byte) offset});
                    assertThat(good.readExactly(1)).containsExactly(offset);
                    int before = offset;
                    await().pollDelay(Duration.ofMillis(200)).until(() -> before > 0);
                }
                assertThat(rig.events.refusals)
                        .hasSize(2000)
                        .allSatisfy(failure -> assertThat(failure.refusal()).isEqualTo(Refusal.HANDSHAKE_TIMEOUT));
                assertThat(rig.events.active()).isEqualTo(1);
            }
            for (SocketChannel channel : stalled) {
                channel.close();
            }
        }
    }

    private static void trickle(SocketChannel channel, ByteBuffer hello, int offset) {
        try {
            channel.write(hello.slice(offset, 1));
        } catch (java.io.IOException e) {
            // It was cut, as it should.
        }
    }

    @Test
    void aThousandResetsAtRandomPointsLeaveNothing() throws Exception {
        try (Upstream echo = Upstream.echo()) {
            int port = rig.start(RelayRig.edge(), null, echo.port());
            ByteBuffer hello = clientHello();
            SSLContext tls = TestTls.context(TestPki.CLIENT_TRUSTED);
            Random random = new Random(5);
            for (int i = 0; i < 1000; i++) {
                if (i % 4 == 0) {
                    SocketChannel channel = connect(port);
                    channel.write(hello.slice(0, random.nextInt(hello.limit())));
                    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                    channel.close();
                } else {
                    breakOff(port, tls, i % 2 == 0 ? "TLSv1.2" : "TLSv1.3", random);
                }
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> rig.events.accepted() == 1000);
            rig.events.awaitIdle();
            try (TlsPeer good = TlsPeer.connect(port, tls, "TLSv1.3", null)) {
                good.write(new byte[] {1});
                assertThat(good.readExactly(1)).containsExactly(1);
            }
        }
    }

    /** Plays a handshake up to a random number of bytes, also into the data, and resets. */
    private static void breakOff(int port, SSLContext tls, String version, Random random) throws Exception {
        SSLEngine engine = tls.createSSLEngine();
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {version});
        SocketChannel channel = connect(port);
        BreakingClient client = new BreakingClient(channel, engine, random.nextInt(4000));
        client.run();
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();
    }

    /** An engine on a channel that stops once it has sent a number of bytes. */
    private record BreakingClient(SocketChannel channel, SSLEngine engine, int budget) {

        void run() throws Exception {
            int left = budget;
            ByteBuffer in = ByteBuffer.allocate(40_000).flip();
            ByteBuffer plain = ByteBuffer.allocate(40_000);
            ByteBuffer data = ByteBuffer.allocate(1500);
            engine.beginHandshake();
            while (left > 0) {
                switch (engine.getHandshakeStatus()) {
                    case NEED_TASK -> engine.getDelegatedTask().run();
                    case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                        var result = engine.unwrap(in, plain);
                        if (result.getStatus() == javax.net.ssl.SSLEngineResult.Status.BUFFER_UNDERFLOW) {
                            in.compact();
                            if (channel.read(in) < 0) {
                                return;
                            }
                            in.flip();
                        }
                    }
                    default -> {
                        ByteBuffer out = ByteBuffer.allocate(40_000);
                        engine.wrap(data.clear(), out);
                        out.flip();
                        out.limit(Math.min(out.limit(), left));
                        left -= out.limit();
                        channel.write(out);
                    }
                }
            }
        }
    }
}
