package io.sallyport.cli;

import io.sallyport.TestPki;
import io.sallyport.peer.Peer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A server of one connection: says its first line, hears one and says the next in turn, and echoes in TLS where that is agreed on. */
final class PlainThenTls implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<String> lines;
    private final Thread thread = new Thread(this::serve, "plain-then-tls");
    private volatile String last = "";

    PlainThenTls(String... lines) throws IOException {
        this.lines = List.of(lines);
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    /** What came behind the last line, in plain. */
    String heardLast() throws InterruptedException {
        thread.join(10_000);
        return last;
    }

    private void serve() {
        try (Socket socket = server.accept()) {
            socket.setSoTimeout(10_000);
            for (int i = 0; i < lines.size(); i++) {
                if (i % 2 == 0) {
                    socket.getOutputStream().write(lines.get(i).getBytes(StandardCharsets.US_ASCII));
                } else {
                    socket.getInputStream().skipNBytes(lines.get(i).length());
                }
            }
            if (!lines.get(lines.size() - 1).startsWith("220")) {
                last = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                return;
            }
            try (Peer peer = TlsPeer.accept(socket, TestTls.context(TestPki.SERVER_TRUSTED), "TLSv1.3", false)) {
                byte[] buffer = new byte[4096];
                for (int n = peer.read(buffer); n >= 0; n = peer.read(buffer)) {
                    peer.write(buffer, n);
                }
                peer.end();
            }
        } catch (IOException e) {
            last = e.toString();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
