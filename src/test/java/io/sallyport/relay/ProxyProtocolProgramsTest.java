package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.peer.Peer;
import io.sallyport.peer.PlainPeer;
import io.sallyport.profile.Address;
import io.sallyport.profile.AllowList;
import io.sallyport.profile.Network;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.ProxyProtocol;
import io.sallyport.profile.ProxyProtocol.Detail;
import io.sallyport.profile.ProxyProtocol.Version;
import io.sallyport.profile.Relay;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PROXY headers from and to programs that others wrote; skipped where they aren't installed. */
class ProxyProtocolProgramsTest {

    @TempDir
    Path directory;

    private RelayRig rig;

    @BeforeEach
    void open() {
        rig = new RelayRig();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private int start(int upstream, ProxyProtocol.@Nullable Send send) throws Exception {
        ProxyProtocol.Accept accept = new ProxyProtocol.Accept(
                Set.of(Version.values()), List.of(Network.parse("127.0.0.1")), Duration.ofSeconds(10));
        return rig.start(
                new Relay(
                        "orders",
                        new Relay.Listen(new Address("127.0.0.1", 0), null, false, accept, AllowList.EVERYONE),
                        new Relay.Connect(List.of(new Address("127.0.0.1", upstream)), null, PeerName.OF_ADDRESS, send),
                        RelayRig.TIMEOUTS),
                null,
                null);
    }

    private static Process run(String... command) throws IOException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, command[0] + " isn't installed");
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** client → HAProxy → relay → HAProxy → upstream: the last one must still know the first. */
    @Test
    void haproxyBeforeAndBehindUsAgreesWithUsOnTheClient() throws Exception {
        int before = freePort();
        int behind = freePort();
        try (Upstream upstream = Upstream.plain(null)) {
            int relay = start(behind, new ProxyProtocol.Send(Version.V2, Detail.TLS));
            Path file = Files.writeString(
                    directory.resolve("haproxy.cfg"), """
                    defaults
                      mode tcp
                      timeout connect 5s
                      timeout client 30s
                      timeout server 30s
                    listen before
                      bind 127.0.0.1:%d
                      server relay 127.0.0.1:%d send-proxy-v2
                    listen behind
                      bind 127.0.0.1:%d accept-proxy
                      server upstream 127.0.0.1:%d send-proxy
                    """.formatted(before, relay, behind, upstream.port()));
            Process haproxy = run("haproxy", "-db", "-f", file.toString());
            try (PlainPeer client = connect(before);
                    Peer last = upstream.take()) {
                String line =
                        "PROXY TCP4 127.0.0.1 127.0.0.1 " + client.socket().getLocalPort() + " " + before + "\r\n";
                byte[] expected = (line + "ping").getBytes(StandardCharsets.US_ASCII);
                client.write("ping".getBytes(StandardCharsets.US_ASCII));

                assertThat(new String(last.readExactly(expected.length), StandardCharsets.US_ASCII))
                        .isEqualTo(line + "ping");
                assertThat(rig.events.latest().clientAddress())
                        .isEqualTo("127.0.0.1:" + client.socket().getLocalPort());
            } finally {
                haproxy.destroyForcibly().waitFor();
            }
        }
    }

    private static PlainPeer connect(int port) {
        return await().atMost(Duration.ofSeconds(20))
                .ignoreExceptionsMatching(ConnectException.class::isInstance)
                .until(() -> PlainPeer.connect(port), peer -> true);
    }

    @Test
    void curlsHeaderIsTaken() throws Exception {
        byte[] answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
                .getBytes(StandardCharsets.US_ASCII);
        try (Upstream upstream = Upstream.plain(peer -> {
            peer.readExactly("GET / HTTP/1.1\r\n".length());
            peer.write(answer);
            peer.end();
            peer.readAll();
        })) {
            int port = start(upstream.port(), null);
            Process curl = run("curl", "-sS", "--haproxy-protocol", "http://127.0.0.1:" + port + "/");
            String printed = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(curl.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(printed).isEqualTo("hello");
            rig.events.awaitClosed(1);
            ConnectionView connection = rig.events.closed.get(0).connection();
            // It tells its own socket.
            assertThat(connection.clientAddress()).isEqualTo(connection.proxyAddress());
        }
    }
}
