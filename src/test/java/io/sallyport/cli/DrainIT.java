package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sallyport.peer.Peer;
import io.sallyport.peer.PlainPeer;
import io.sallyport.relay.Upstream;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SIGTERM lets the program run dry: behaviour J3, and what rolling updates need. */
@SuppressWarnings("NullAway.Init") // Each test starts its own.
class DrainIT {

    private static final int BLOCK = 1024 * 1024;
    private static final int BLOCKS = 100;

    private Upstream upstream;
    private Program program;
    private Admin admin;
    private int port;

    private void start(Upstream upstream, String drain) throws IOException {
        this.upstream = upstream;
        program = Program.start(TestConfiguration.directoryWith("""
                        sallyport:
                          relays:
                            orders:
                              listen: { address: "127.0.0.1:0" }
                              connect: { addresses: ["127.0.0.1:%d"] }
                          drain: %s
                          admin: { address: "127.0.0.1:0" }
                        """.formatted(upstream.port(), drain)), "run");
        port = Integer.parseInt(program.awaitErr("relay listens relay=orders address=127\\.0\\.0\\.1:(\\d+)")
                .group(1));
        admin = Admin.of(program);
    }

    @AfterEach
    void close() throws IOException {
        program.close();
        upstream.close();
    }

    private static void echo(PlainPeer peer) throws IOException {
        peer.write(new byte[] {1});
        assertThat(peer.readExactly(1)).containsExactly(1);
    }

    /** Behaviour J3. */
    @Test
    void aTransferInFlightEndsWholeAndNobodyElseComesIn() throws Exception {
        CountDownLatch stopping = new CountDownLatch(1);
        AtomicInteger peers = new AtomicInteger();
        byte[] block = new byte[BLOCK];
        start(
                Upstream.plain(peer -> {
                    if (peers.getAndIncrement() > 0) {
                        peer.end(); // One that only knocks is not kept.
                        return;
                    }
                    for (int i = 0; i < BLOCKS; i++) {
                        peer.write(block);
                        if (i == 0) {
                            stopping.await();
                        }
                    }
                    peer.end();
                }),
                "{ delay: 1s, deadline: 1m }");
        try (PlainPeer client = PlainPeer.connect(port)) {
            assertThat(client.readExactly(BLOCK)).hasSize(BLOCK);
            assertThat(admin.get("/q/health/ready").statusCode()).isEqualTo(200);

            program.signal("TERM");

            await().until(() -> admin.get("/q/health/ready").statusCode() == 503);
            assertThat(admin.check("relays").getString("phase")).isEqualTo("draining");
            // Health is down and the port still open: that is what the delay is for.
            PlainPeer.connect(port).close();
            await().until(this::isRefused);
            assertThat(admin.get("/q/health/live").statusCode()).isEqualTo(200);

            program.signal("HUP");
            program.awaitErr(" reload ignored, the gateway isn't running trigger=signal$");
            assertThat(admin.post("/api/reload").statusCode()).isEqualTo(409);
            assertThat(admin.get("/q/health/ready").statusCode()).isEqualTo(503);

            stopping.countDown();
            Peer.Received rest = client.readAll();
            assertThat(rest.bytes()).isEqualTo((BLOCKS - 1L) * BLOCK);
            assertThat(rest.end()).isEqualTo(Peer.Seen.FIN);
            client.end();
            Program.Ended ended = program.awaitEnd();
            assertThat(ended.status()).isZero();
            assertThat(ended.err())
                    .contains(" draining connections=1 delay_ms=1000 deadline_ms=60000\n")
                    .contains(" drained connections=0\n")
                    .doesNotContain("reason=stopped");
        }
    }

    private boolean isRefused() {
        try {
            PlainPeer.connect(port).close();
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void whatIsLeftAtTheDeadlineIsEnded() throws Exception {
        start(Upstream.echo(), "{ deadline: 300ms }");
        try (PlainPeer client = PlainPeer.connect(port)) {
            echo(client);
            program.signal("TERM");
            assertThat(client.read(new byte[1])).isEqualTo(-1);
            Program.Ended ended = program.awaitEnd();
            assertThat(ended.status()).isZero();
            assertThat(ended.err())
                    .contains(" drained in part, the deadline is here connections=1\n")
                    .contains(" reason=stopped\n");
        }
    }

    @Test
    void anIdleConnectionIsEndedSoonerInGoodOrder() throws Exception {
        start(Upstream.echo(), "{ deadline: 1m, idle: 2s }");
        try (PlainPeer idle = PlainPeer.connect(port);
                PlainPeer busy = PlainPeer.connect(port)) {
            echo(idle);
            echo(busy);
            CompletableFuture<Void> talking = new CompletableFuture<>();
            CompletableFuture<Void> talk = CompletableFuture.runAsync(() -> {
                try {
                    while (!talking.isDone()) {
                        echo(busy);
                    }
                    busy.end();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            program.signal("TERM");
            assertThat(idle.read(new byte[1])).isEqualTo(-1);
            assertThat(idle.seen()).isEqualTo(Peer.Seen.FIN);
            idle.end();
            assertThat(admin.json("/api/connections").getInteger("total")).isEqualTo(1);
            talking.complete(null);
            talk.get();
            assertThat(program.awaitEnd().status()).isZero();
        }
    }

    @Test
    void aSecondSignalEndsItAtOnce() throws Exception {
        start(Upstream.echo(), "{ deadline: 1h }");
        try (PlainPeer client = PlainPeer.connect(port)) {
            echo(client);
            program.signal("TERM");
            program.awaitErr(" draining connections=1 ");
            program.signal("TERM");
            assertThat(program.awaitEnd().status()).isEqualTo(143);
            assertThatThrownBy(() -> PlainPeer.connect(port)).isInstanceOf(ConnectException.class);
        }
    }
}
