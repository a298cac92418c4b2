package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.peer.Peer;
import io.sallyport.peer.Peer.Received;
import io.sallyport.peer.Peer.Seen;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.profile.Relay;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that don't wait: what they sent arrives, and what they left isn't kept. */
class HastyClientsTest {

    @AutoClose
    private final RelayRig rig = new RelayRig();

    /** Behaviour A2. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bytesWrittenJustBeforeTheCloseReachTheUpstream(boolean tlsUpstream) throws Exception {
        BlockingQueue<Received> got = new LinkedBlockingQueue<>();
        Upstream.Script script = peer -> got.add(peer.readAll());
        try (Upstream upstream = tlsUpstream
                ? Upstream.tls(TestTls.context(TestPki.SERVER_TRUSTED), "TLSv1.3", script)
                : Upstream.plain(script)) {
            int port = tlsUpstream
                    ? rig.start(null, RelayRig.broker(), upstream.port())
                    : rig.start(RelayRig.edge(), null, upstream.port());
            Random random = new Random(2);
            for (int round = 0; round < 200; round++) {
                byte[] data = new byte[round % 20 == 19 ? 1024 * 1024 : 1 + random.nextInt(20_000)];
                random.nextBytes(data);
                try (Peer client = tlsUpstream
                        ? PlainPeer.connect(port)
                        : TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", null)) {
                    client.write(data);
                    client.end();
                    Received received = got.poll(20, TimeUnit.SECONDS);
                    assertThat(received)
                            .as("round " + round)
                            .isEqualTo(new Received(
                                    data.length, Peer.sha256(data), tlsUpstream ? Seen.CLOSE_NOTIFY : Seen.FIN));
                }
            }
        }
    }

    /** Behaviour A2 with a client that closes its socket altogether: what is in the kernel's hands still counts. */
    @Test
    void aClientThatClosesAtOnceLosesNothing() throws Exception {
        BlockingQueue<Received> got = new LinkedBlockingQueue<>();
        try (Upstream upstream = Upstream.plain(peer -> got.add(peer.readAll()))) {
            int port = rig.start(null, null, upstream.port());
            byte[] data = new byte[100_000];
            new Random(3).nextBytes(data);
            for (int round = 0; round < 50; round++) {
                try (Peer client = PlainPeer.connect(port)) {
                    client.write(data);
                }
                assertThat(got.poll(20, TimeUnit.SECONDS))
                        .isEqualTo(new Received(data.length, Peer.sha256(data), Seen.FIN));
            }
        }
    }

    /** Behaviour A7. */
    @Test
    void aThousandPortProbesLeaveNothingBehind() throws Exception {
        try (Upstream upstream = Upstream.plain(Peer::readAll)) {
            int tls = rig.start(RelayRig.edge(), null, upstream.port());
            int plain = rig.start(null, null, upstream.port());
            for (int i = 0; i < 500; i++) {
                PlainPeer.connect(tls).close();
                PlainPeer.connect(plain).close();
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> rig.events.accepted() == 1000);
            rig.events.awaitIdle();
            Set<CloseReason> reasons = Set.copyOf(rig.events.closed.stream()
                    .map(RecordedEvents.Closed::reason)
                    .toList());
            assertThat(reasons).isSubsetOf(CloseReason.CLIENT_GONE, CloseReason.DONE, CloseReason.CLIENT_RESET);
        }
    }

    /** Behaviour I6 b: the upstream's accept queue is full, so that its connect hangs, and the client doesn't wait. */
    @Test
    void aClientThatLeavesWithoutAByteTakesItsPendingDialAlong() throws Exception {
        try (FullListener blackHole = new FullListener()) {
            int port = rig.start(null, null, blackHole.port());
            PlainPeer.connect(port).close();
            assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.CLIENT_GONE);
        }
    }

    /** Behaviour I6 a and c: much is sent, and the stream ended, before there is an upstream. */
    @Test
    void whatComesBeforeTheUpstreamIsHeldWithinBoundsAndDelivered() throws Exception {
        byte[] data = new byte[1024 * 1024];
        new Random(4).nextBytes(data);
        BlockingQueue<Received> got = new LinkedBlockingQueue<>();
        try (Upstream upstream = Upstream.plain(peer -> {
                    got.add(peer.readAll());
                    peer.write(new byte[] {1, 2, 3});
                    peer.end();
                });
                FullListener blackHole = new FullListener()) {
            // The first address takes a share of the connect time, and gives nothing.
            Relay.Timeouts timeouts =
                    new Relay.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofMinutes(1));
            int port = rig.start(RelayRig.relay(null, null, timeouts, blackHole.port(), upstream.port()), null, null);
            try (Peer client = PlainPeer.connect(port)) {
                client.write(data);
                client.end();
                assertThat(got.poll(20, TimeUnit.SECONDS))
                        .isEqualTo(new Received(data.length, Peer.sha256(data), Seen.FIN));
                assertThat(client.readAll()).isEqualTo(new Received(3, Peer.sha256(new byte[] {1, 2, 3}), Seen.FIN));
            }
            assertThat(rig.events.dialFailures).containsExactly(CloseReason.CONNECT_TIMEOUT);
            assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.DONE);
        }
    }

    /** Behaviour A11: the ClientHello is there with the connection, before anybody asked for it. */
    @Test
    void aClientHelloThatComesWithTheConnectionIsNotLost() throws Exception {
        try (Upstream echo = Upstream.echo()) {
            int port = rig.start(RelayRig.edge(), null, echo.port());
            SSLEngine engine = TestTls.context(TestPki.CLIENT_TRUSTED).createSSLEngine();
            engine.setUseClientMode(true);
            ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), hello);
            byte[] bytes = Arrays.copyOf(hello.array(), hello.position());
            for (int i = 0; i < 100; i++) {
                try (PlainPeer client = PlainPeer.connect(port)) {
                    client.write(bytes);
                    // A handshake record of the server's: the ServerHello.
                    assertThat(client.readExactly(6)).startsWith(22, 3, 3).endsWith(2);
                }
            }
        }
    }

    /** Behaviour A12: the upstream closes altogether while most of its burst still waits for a slow client. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBurstBeforeTheUpstreamClosesReachesASlowClient(boolean tls) throws Exception {
        byte[] data = new byte[8 * 1024 * 1024];
        new Random(6).nextBytes(data);
        try (Upstream upstream = Upstream.plain(peer -> peer.write(data))) {
            int port = rig.start(tls ? RelayRig.edge() : null, null, upstream.port());
            int window = 32 * 1024;
            try (Peer client = tls
                    ? TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", null, window)
                    : PlainPeer.connect(port, window)) {
                rig.events.awaitStall();
                assertThat(client.readAll())
                        .isEqualTo(new Received(data.length, Peer.sha256(data), tls ? Seen.CLOSE_NOTIFY : Seen.FIN));
            }
        }
    }

    /** Takes no connection: its queue is full, so that the kernel drops every further SYN. */
    static final class FullListener implements AutoCloseable {

        private final ServerSocket server;
        private final List<Socket> fillers = new ArrayList<>();

        FullListener() throws Exception {
            server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            for (int i = 0; i < 8; i++) {
                Socket filler = new Socket();
                fillers.add(filler);
                try {
                    filler.connect(server.getLocalSocketAddress(), 100);
                } catch (java.net.SocketTimeoutException e) {
                    return; // Full.
                }
            }
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws Exception {
            for (Socket filler : fillers) {
                filler.close();
            }
            server.close();
        }
    }
}
