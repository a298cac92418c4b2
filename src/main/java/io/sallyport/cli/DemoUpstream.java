package io.sallyport.cli;

import io.sallyport.profile.Address;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A plain echo server that keeps account of what arrived. */
final class DemoUpstream {

    private final NetServer server;
    private final BlockingQueue<Digest> ended = new LinkedBlockingQueue<>();

    private DemoUpstream(NetServer server) {
        this.server = server;
    }

    static DemoUpstream start(Vertx vertx) throws ExecutionException, InterruptedException, TimeoutException {
        DemoUpstream upstream = new DemoUpstream(vertx.createNetServer());
        upstream.server
                .connectHandler(upstream::echo)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
        return upstream;
    }

    private void echo(NetSocket socket) {
        Digest digest = new Digest();
        socket.handler(bytes -> {
            digest.add(bytes.getBytes());
            socket.write(bytes);
            if (socket.writeQueueFull()) {
                socket.pause();
                socket.drainHandler(drained -> socket.resume());
            }
        });
        socket.endHandler(end -> ended.add(digest));
    }

    Address address() {
        return new Address("127.0.0.1", server.actualPort());
    }

    /** What the next connection that ended had brought, or null if none does in time. */
    @Nullable
    Digest awaitNext(Duration atMost) throws InterruptedException {
        return ended.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }
}
