package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.peer.Peer;
import io.sallyport.peer.PlainPeer;
import io.sallyport.profile.Address;
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
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** PROXY headers from and to programs that others wrote; skipped where they aren't installed. */
class ProxyProtocolProgramsTest {

    @TempDir
    Path directory;

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private int start(int upstream, ProxyProtocol.@Nullable Send send) throws Exception {
        return start(upstream, send, List.of(Network.parse("127.0.0.1")));
    }

    private int start(int upstream, ProxyProtocol.@Nullable Send send, List<Network> proxies) throws Exception {
        ProxyProtocol.Accept accept =
                new ProxyProtocol.Accept(Set.of(Version.values()), proxies, Duration.ofSeconds(10));
        return rig.start(
                new Relay(
                        "orders",
                        new Relay.Listen(new Address("127.0.0.1", 0), null, false).withProxyProtocol(accept),
                        new Relay.Connect(List.of(new Address("127.0.0.1", upstream)), null, PeerName.OF_ADDRESS)
                                .withProxyProtocol(send),
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
    @ParameterizedTest
    @CsvSource({"V1, send-proxy", "V2, send-proxy-v2"})
    void haproxyBeforeAndBehindUsAgreesWithUsOnTheClient(Version version, String word) throws Exception {
        int before = freePort();
        int behind = freePort();
        try (Upstream upstream = Upstream.plain(null)) {
            int relay =
                    start(behind, new ProxyProtocol.Send(version, version == Version.V1 ? Detail.NONE : Detail.TLS));
            Path file = Files.writeString(
                    directory.resolve("haproxy.cfg"), """
                    defaults
                      mode tcp
                      timeout connect 5s
                      timeout client 30s
                      timeout server 30s
                    listen before
                      bind 127.0.0.1:%d
                      server relay 127.0.0.1:%d %s
                    listen behind
                      bind 127.0.0.1:%d accept-proxy
                      server upstream 127.0.0.1:%d send-proxy
                    """.formatted(before, relay, word, behind, upstream.port()));
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

    private Process nginx(String configuration, Path... modules) throws IOException {
        // One process, which writes nowhere else.
        StringBuilder whole = new StringBuilder();
        for (Path module : modules) {
            whole.append("load_module ").append(module).append(";\n");
        }
        whole.append("daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\nevents {}\n")
                .append(configuration);
        Path file = Files.writeString(directory.resolve("nginx.conf"), whole);
        return run("nginx", "-p", directory.toString(), "-e", "stderr", "-c", file.toString());
    }

    /** client → relay → nginx, which says from where the client comes. */
    @ParameterizedTest
    @EnumSource(Version.class)
    void nginxReadsOurHeader(Version version) throws Exception {
        int behind = freePort();
        Process nginx = nginx("""
                http {
                  access_log off;
                  client_body_temp_path body;
                  proxy_temp_path proxy;
                  fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi;
                  scgi_temp_path scgi;
                  server {
                    listen 127.0.0.1:%d proxy_protocol;
                    location / { return 200 "$proxy_protocol_addr:$proxy_protocol_port"; }
                  }
                }
                """.formatted(behind));
        try {
            connect(behind).close();
            int port = start(behind, new ProxyProtocol.Send(version, Detail.NONE), List.of(Network.parse("192.0.2.1")));
            try (PlainPeer client = PlainPeer.connect(port)) {
                client.write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                String answer = new String(client.socket().getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

                assertThat(answer)
                        .endsWith("\r\n\r\n127.0.0.1:" + client.socket().getLocalPort());
            }
        } finally {
            nginx.destroyForcibly().waitFor();
        }
    }

    /** client → nginx → relay → upstream. */
    @Test
    void nginxsHeaderIsTaken() throws Exception {
        Path module = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");
        assumeTrue(Files.exists(module), "nginx has no stream module");
        int before = freePort();
        try (Upstream upstream = Upstream.plain(null)) {
            int port = start(upstream.port(), null);
            Process nginx = nginx("""
                    stream {
                      server {
                        listen 127.0.0.1:%d;
                        proxy_pass 127.0.0.1:%d;
                        proxy_protocol on;
                      }
                    }
                    """.formatted(before, port), module);
            try (PlainPeer client = connect(before);
                    Peer last = upstream.take()) {
                client.write("ping".getBytes(StandardCharsets.US_ASCII));
                assertThat(last.readExactly(4)).isEqualTo("ping".getBytes(StandardCharsets.US_ASCII));
                assertThat(rig.events.latest().clientAddress())
                        .isEqualTo("127.0.0.1:" + client.socket().getLocalPort());
            } finally {
                nginx.destroyForcibly().waitFor();
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
