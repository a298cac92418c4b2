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
 * A plain echo server that keeps account of what arrived. It ends its own stream only after it has sent back all of the
 * other; a Vert.x server would close at the first end, and lose what it had not written yet.
 */
final class DemoUpstream implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;

    private final ServerSocket server;
    private final BlockingQueue<Digest.Sum> ended = new LinkedBlockingQueue<>();

    private DemoUpstream(ServerSocket server) {
        this.server = server;
    }

    static DemoUpstream start() throws IOException {
        DemoUpstream upstream = new DemoUpstream(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
        inBackground("demo-upstream", upstream::accept);
        return upstream;
    }

    private static void inBackground(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                inBackground("demo-upstream-connection", () -> echo(socket));
            }
        } catch (IOException e) {
            // Closed: the demo is over.
        }
    }

    private void echo(Socket accepted) {
        Digest digest = new Digest();
        try (Socket socket = accepted) {
            byte[] chunk = new byte[CHUNK];
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                digest.add(chunk, n);
                out.write(chunk, 0, n);
            }
        } catch (IOException e) {
            // What had arrived until then is told all the same.
        }
        ended.add(digest.sum());
    }

    Address address() {
        return new Address("127.0.0.1", server.getLocalPort());
    }

    /** What the next connection that ended had brought, or null if none does in time. */
    Digest.@Nullable Sum awaitNext(Duration atMost) throws InterruptedException {
        return ended.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
