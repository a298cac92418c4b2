package io.sallyport.cli;

import io.sallyport.profile.Address;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A plain echo server that keeps account of what arrived. It has a thread for each connection, and not Vert.x, whose
 * sockets close with the end of what they read: an echo that still waits to be written would be lost.
 */
final class DemoUpstream implements AutoCloseable {

    private static final int BUFFER = 64 * 1024;

    private final ServerSocket server;
    private final BlockingQueue<Digest> ended = new LinkedBlockingQueue<>();

    private DemoUpstream(ServerSocket server) {
        this.server = server;
    }

    /** Listens on a free port of the loopback address. */
    static DemoUpstream start() throws IOException {
        DemoUpstream upstream = new DemoUpstream(new ServerSocket(0, 0, InetAddress.getByName("127.0.0.1")));
        inBackground(upstream::accept);
        return upstream;
    }

    private static void inBackground(Runnable task) {
        Thread thread = new Thread(task, "demo-upstream");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (!server.isClosed()) {
                Socket socket = server.accept();
                inBackground(() -> echo(socket));
            }
        } catch (IOException e) {
            // Closed: the demo is over.
        }
    }

    private void echo(Socket socket) {
        Digest digest = new Digest();
        byte[] buffer = new byte[BUFFER];
        try (socket;
                InputStream in = socket.getInputStream();
                OutputStream out = socket.getOutputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.add(buffer, n);
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // A client that breaks off is seen by what is missing from its digest.
        }
        ended.add(digest);
    }

    Address address() {
        return new Address("127.0.0.1", server.getLocalPort());
    }

    /** What the next connection that ended had brought, or null if none does in time. */
    @Nullable
    Digest awaitNext(Duration atMost) throws InterruptedException {
        return ended.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
