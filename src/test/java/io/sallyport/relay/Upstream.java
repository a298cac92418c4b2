package io.sallyport.relay;

import io.sallyport.peer.Peer;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.TlsPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A server on a free port whose connections a test takes in hand, one by one or by a script. */
public final class Upstream implements AutoCloseable {

    /** What to do with each connection. */
    public interface Script {
        void run(Peer peer) throws Exception;
    }

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool(runnable -> {
        Thread thread = new Thread(runnable, "upstream");
        thread.setDaemon(true);
        return thread;
    });
    private final BlockingQueue<Peer> accepted = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

    private Upstream(@Nullable SSLContext tls, String version, int receiveBuffer, @Nullable Script script) {
        try {
            server = new ServerSocket();
            if (receiveBuffer > 0) {
                server.setReceiveBufferSize(receiveBuffer);
            }
            server.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        threads.execute(() -> accept(tls, version, script));
    }

    public static Upstream plain(@Nullable Script script) {
        return new Upstream(null, "", 0, script);
    }

    public static Upstream tls(SSLContext tls, String version, @Nullable Script script) {
        return new Upstream(tls, version, 0, script);
    }

    public static Upstream create(@Nullable SSLContext tls, String version, int receiveBuffer) {
        return new Upstream(tls, version, receiveBuffer, null);
    }

    public static Upstream echo() {
        return plain(peer -> {
            byte[] buffer = new byte[64 * 1024];
            int read = peer.read(buffer);
            while (read >= 0) {
                peer.write(buffer, read);
                read = peer.read(buffer);
            }
            peer.end();
        });
    }

    private void accept(@Nullable SSLContext tls, String version, @Nullable Script script) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                threads.execute(() -> serve(socket, tls, version, script));
            } catch (IOException e) {
                return; // Closed.
            }
        }
    }

    private void serve(Socket socket, @Nullable SSLContext tls, String version, @Nullable Script script) {
        try {
            Peer peer = tls == null ? new PlainPeer(socket) : TlsPeer.accept(socket, tls, version, true);
            if (script == null) {
                accepted.add(peer);
            } else {
                try (peer) {
                    script.run(peer);
                }
            }
        } catch (Exception e) {
            failures.add(e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /** The next connection, its handshake done. */
    public Peer take() throws InterruptedException {
        Peer peer = accepted.poll(10, TimeUnit.SECONDS);
        if (peer == null) {
            throw new AssertionError("no connection came; failures " + failures);
        }
        return peer;
    }

    /** Why the next connection came to nothing, on this side. */
    public Throwable awaitFailure() throws InterruptedException {
        Throwable failure = failures.poll(10, TimeUnit.SECONDS);
        if (failure == null) {
            throw new AssertionError("no connection failed");
        }
        return failure;
    }

    /** Whether no connection came so far. */
    public boolean untouched() {
        return accepted.isEmpty() && failures.isEmpty();
    }

    /** Runs something that blocks beside the test. */
    public <T> CompletableFuture<T> async(java.util.concurrent.Callable<T> task) {
        CompletableFuture<T> future = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                future.complete(task.call());
            } catch (Throwable e) {
                future.completeExceptionally(e);
            }
        });
        return future;
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
