package io.sallyport.relay;

import io.sallyport.TestPki;
import io.sallyport.peer.Peer;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** As much of MySQL as a login needs, to the letter: numbers, capabilities, and a password that is asked for twice. Then it answers each command with itself. */
public final class MySqlServer implements AutoCloseable {

    public enum Tls {
        NONE,
        ASKED_FOR,
        AT_ONCE
    }

    static final String USER = "anna";
    static final String PASSWORD = "secret";
    static final int CAPABILITIES =
            MySqlPeer.PROTOCOL_41 | MySqlPeer.SECURE_CONNECTION | MySqlPeer.PLUGIN_AUTH | 0x0100_0004;

    /** What went wrong on its connections, in its own eyes. */
    public final Queue<String> faults = new ConcurrentLinkedQueue<>();

    final AtomicInteger threads = new AtomicInteger(4711);
    /** How many came only to leave, and said so. */
    public final AtomicInteger left = new AtomicInteger();

    final AtomicInteger logins = new AtomicInteger();

    private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final Tls tls;

    public MySqlServer(Tls tls) throws IOException {
        this.tls = tls;
        start("mysql-server", this::accept);
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    public int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                start("mysql-connection", () -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setSoTimeout(10_000);
            Peer peer = tls == Tls.AT_ONCE ? secured(socket) : new PlainPeer(socket);
            try (peer) {
                serve(socket, peer);
            }
        } catch (IOException e) {
            faults.add(e.toString());
        }
    }

    private static Peer secured(Socket socket) throws IOException {
        return TlsPeer.accept(socket, TestTls.context(TestPki.SERVER_TRUSTED), "TLSv1.3", true);
    }

    private void serve(Socket socket, Peer first) throws IOException {
        byte[] scramble = random();
        int thread = threads.incrementAndGet();
        int offered = CAPABILITIES | (tls == Tls.ASKED_FOR ? MySqlPeer.SSL : 0);
        MySqlPeer peer = new MySqlPeer(first, 0);
        peer.write(MySqlPeer.greeting(thread, scramble, offered));
        byte[] request = {};
        if (tls == Tls.ASKED_FOR) {
            request = peer.read();
            if (leaves(peer, request, false)) {
                return;
            }
            check(
                    request.length == MySqlPeer.REQUEST && (capabilities(request) & MySqlPeer.SSL) != 0,
                    "that is no SSLRequest");
            peer = new MySqlPeer(secured(socket), 2);
        }
        byte[] response = peer.read();
        if (leaves(peer, response, request.length > 0)) {
            return;
        }
        check(capabilities(response) == offered, "capabilities are " + Integer.toHexString(capabilities(response)));
        check(
                request.length == 0 || Arrays.equals(request, Arrays.copyOf(response, request.length)),
                "the response begins otherwise than the SSLRequest");
        check(
                Arrays.equals(response, MySqlPeer.response(offered, USER, MySqlPeer.proof(PASSWORD, scramble))),
                "the password is wrong");
        byte[] another = random();
        peer.write(MySqlPeer.switchTo(another));
        check(Arrays.equals(peer.read(), MySqlPeer.proof(PASSWORD, another)), "the second proof is wrong");
        logins.incrementAndGet();
        peer.write(new byte[] {0, 0, 0, 2, 0, 0, 0});
        answer(peer);
    }

    private boolean leaves(MySqlPeer peer, byte[] response, boolean secured) throws IOException {
        if (!Arrays.equals(response, MySqlPeer.nobody(secured))) {
            return false;
        }
        peer.write(MySqlPeer.switchTo(random()));
        check(peer.read().length == 0, "that is no empty password of mysql_native_password");
        peer.write(MySqlPeer.switchTo("caching_sha2_password\0", random()));
        check(Arrays.equals(peer.read(), new byte[] {0}), "that is no empty password");
        peer.write(MySqlPeer.denied());
        left.incrementAndGet();
        return true;
    }

    private static void answer(MySqlPeer peer) throws IOException {
        while (true) {
            peer.beginExchange();
            byte[] command = peer.read();
            if (command[0] == 1) { // COM_QUIT.
                return;
            }
            peer.write(command);
        }
    }

    private static void check(boolean right, String fault) throws IOException {
        if (!right) {
            throw new IOException(fault);
        }
    }

    private static int capabilities(byte[] payload) {
        return ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    private static byte[] random() {
        byte[] bytes = new byte[20];
        new Random().nextBytes(bytes);
        return bytes;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
