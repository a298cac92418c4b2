package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainDatagramSocketAddress;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.sallyport.peer.PlainPeer;
import io.sallyport.relay.Upstream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program under a service manager that opens its socket, and that wants to hear how it goes. */
class ServiceManagerIT {

    /** Opens a socket, and runs the program with it twice, as its own child. Passes signals on. */
    private static final String MANAGER = """
            import os, signal, socket, sys
            s = socket.socket()
            s.bind(("127.0.0.1", 0))
            s.listen(16)
            print("port", s.getsockname()[1], flush=True)
            for run in range(2):
                child = os.fork()
                if child == 0:
                    os.dup2(s.fileno(), 3)
                    os.set_inheritable(3, True)
                    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES="orders")
                    os.execvp(sys.argv[1], sys.argv[1:])
                for number in (signal.SIGHUP, signal.SIGTERM):
                    signal.signal(number, lambda number, frame: os.kill(child, number))
                status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                for number in (signal.SIGHUP, signal.SIGTERM):
                    signal.signal(number, signal.SIG_DFL)
                print("run", run, "ended", status, flush=True)
            """;

    private static final String READY = "READY=1\nSTATUS=1 relay listens";

    @TempDir
    Path directory;

    private static String heard(Socket manager) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(256);
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            DomainDatagramSocketAddress from = manager.recvFromDomainSocket(buffer, 0, 256);
                            byte[] text = new byte[from == null ? 0 : from.receivedAmount()];
                            buffer.get(0, text);
                            return new String(text, StandardCharsets.UTF_8);
                        },
                        text -> !text.isEmpty());
    }

    @Test
    void itTakesTheSocketThatIsHandedOverAndSaysHowItGoes() throws Exception {
        assumeThat(Epoll.isAvailable()).as("native transport").isTrue();
        assumeThat(Files.isExecutable(Path.of("/usr/bin/python3")))
                .as("python3")
                .isTrue();
        Path path = directory.resolve("notify");
        Socket manager = Socket.newSocketDomainDgram();
        try (Upstream echo = Upstream.echo()) {
            manager.bind(new DomainSocketAddress(path.toString()));
            Files.writeString(directory.resolve("sallyport.yaml"), """
                    sallyport:
                      relays:
                        orders:
                          listen: { address: "systemd:orders" }
                          connect: { addresses: ["127.0.0.1:%d"] }
                      admin: { address: "127.0.0.1:0" }
                    """.formatted(echo.port()));
            List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "-c", MANAGER));
            command.addAll(Program.command("run", "--config", "sallyport.yaml"));
            try (Program program = Program.start(directory, Map.of("NOTIFY_SOCKET", path.toString()), command)) {
                int port = Integer.parseInt(program.awaitOut("port (\\d+)").group(1));
                assertThat(heard(manager)).isEqualTo(READY);
                echo(port);
                program.signal("HUP");
                assertThat(heard(manager)).startsWith("RELOADING=1\nMONOTONIC_USEC=");
                assertThat(heard(manager)).isEqualTo(READY);
                echo(port);
                program.signal("TERM");
                assertThat(heard(manager)).startsWith("STOPPING=1\n");
                program.awaitOut("run 0 ended 0");

                // Nobody accepts now, and nobody is turned away.
                try (PlainPeer client = PlainPeer.connect(port)) {
                    client.write(new byte[] {7});
                    assertThat(heard(manager)).isEqualTo(READY);
                    assertThat(client.readExactly(1)).containsExactly(7);
                }
                program.signal("TERM");
                assertThat(heard(manager)).startsWith("STOPPING=1\n");
                Program.Ended ended = program.awaitEnd();
                assertThat(ended.out()).contains("run 1 ended 0");
                // The socket blocks: an acceptor that waited for one client more would let nobody close it.
                assertThat(ended.err()).doesNotContain("took too long");
            }
        } finally {
            manager.close();
        }
    }

    private static void echo(int port) throws IOException {
        try (PlainPeer client = PlainPeer.connect(port)) {
            client.write(new byte[] {1, 2});
            assertThat(client.readExactly(2)).containsExactly(1, 2);
        }
    }
}
