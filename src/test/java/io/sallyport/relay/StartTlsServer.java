package io.sallyport.relay;

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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A server that goes over to TLS as a transcript has it, and then says back what it hears. */
final class StartTlsServer implements AutoCloseable {

    /** What the client must say, to the byte, and what it hears then. */
    record Turn(String expected, String answer) {}

    /** All that came to a connection before its TLS. */
    final Queue<String> heard = new ConcurrentLinkedQueue<>();

    private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final List<Turn> turns;
    private final @Nullable String firstInTls;

    /** @param firstInTls what it says in TLS of its own; null: it does no TLS */
    StartTlsServer(@Nullable String firstInTls, Turn... turns) throws IOException {
        this.turns = List.of(turns);
        this.firstInTls = firstInTls;
        Thread thread = new Thread(this::accept, "starttls-server");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread thread = new Thread(() -> serve(socket), "starttls-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        StringBuilder all = new StringBuilder();
        try (socket) {
            socket.setSoTimeout(10_000);
            for (Turn turn : turns) {
                byte[] said = socket.getInputStream().readNBytes(turn.expected().length());
                all.append(new String(said, StandardCharsets.ISO_8859_1));
                socket.getOutputStream().write(turn.answer().getBytes(StandardCharsets.ISO_8859_1));
            }
            if (firstInTls == null) {
                all.append(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
                heard.add(all.toString());
                return;
            }
            heard.add(all.toString());
            echo(TlsPeer.accept(socket, TestTls.context(TestPki.SERVER_TRUSTED), "TLSv1.3", true));
        } catch (IOException e) {
            heard.add(all + " and " + e);
        }
    }

    private void echo(Peer peer) throws IOException {
        try (peer) {
            peer.write(String.valueOf(firstInTls).getBytes(StandardCharsets.ISO_8859_1));
            byte[] buffer = new byte[4096];
            for (int n = peer.read(buffer); n >= 0; n = peer.read(buffer)) {
                peer.write(buffer, n);
            }
            peer.end();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
