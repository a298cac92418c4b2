package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.relay.CloseReason;
import io.sallyport.relay.NativeTransport;
import io.sallyport.relay.Upstream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that others wrote, and proxies, through unix sockets. One gateway has them all. */
class UnixSocketClientsTest {

    private static ReloadRig rig;
    private static Upstream web;

    @BeforeAll
    static void start() throws Exception {
        assumeThat(NativeTransport.absence()).as("native transport").isEmpty();
        rig = new ReloadRig();
        web = Upstream.plain(peer -> {
            peer.readExactly("GET /orders HTTP/1.1\r\n".length());
            peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
                    .getBytes(StandardCharsets.US_ASCII));
            peer.end();
            peer.readAll();
        });
        rig.renew("edge");
        rig.configure("""
                sallyport:
                  profiles:
                    edge: { cert: %1$s/edge.crt, key: %1$s/edge.key, verify: none }
                  relays:
                    tls:
                      listen: { address: "unix:%1$s/tls", profile: edge }
                      connect: { addresses: ["127.0.0.1:%2$d"] }
                    web:
                      listen: { address: "unix:%1$s/web" }
                      connect: { addresses: ["127.0.0.1:%3$d"] }
                    proxied:
                      listen: { address: "unix:%1$s/proxied", proxy-protocol: { accept: any } }
                      connect: { addresses: ["127.0.0.1:%2$d"] }
                      limits: { connections-per-address: 1 }
                """.formatted(rig.directory, rig.upstream.port(), web.port()));
        rig.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (rig != null) {
            rig.close();
            web.close();
        }
    }

    /** What a program prints; it is skipped where there is no such program. */
    private static String run(String input, String... command) throws Exception {
        Path file = Files.writeString(rig.directory.resolve("input"), input);
        Process program;
        try {
            program = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(file.toFile())
                    .start();
        } catch (IOException e) {
            assumeTrue(false, command[0] + " isn't installed");
            throw e;
        }
        String printed = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).as(printed).isZero();
        return printed;
    }

    private static String socket(String relay) {
        return rig.directory.resolve(relay).toString();
    }

    @Test
    void openssl() throws Exception {
        String printed = run(
                "ping\n",
                "openssl",
                "s_client",
                "-unix",
                socket("tls"),
                "-CAfile",
                rig.directory.resolve("ca.crt").toString(),
                "-verify_return_error",
                "-brief");

        assertThat(printed).contains("Verification: OK");
    }

    @Test
    void curl() throws Exception {
        assertThat(run("", "curl", "-sS", "--unix-socket", socket("web"), "http://a.test/orders"))
                .isEqualTo("hello");
    }

    @Test
    void socat() throws Exception {
        assertThat(run(
                        "PROXY TCP4 192.0.2.9 192.0.2.2 4711 443\r\nping",
                        "socat",
                        "-t10",
                        "-",
                        "UNIX-CONNECT:" + socket("proxied")))
                .isEqualTo("ping");
    }

    private static SocketChannel connect(String relay) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket(relay)));
    }

    private static String send(SocketChannel channel, String text) throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        ByteBuffer reply = ByteBuffer.allocate(16);
        int length = channel.read(reply);
        return length < 0 ? "" : new String(reply.array(), 0, length, StandardCharsets.US_ASCII);
    }

    private static List<String> clients() {
        return rig.gateway.connections().page(null, 0, 10).connections().stream()
                .map(connection -> connection.clientAddress() + " by " + connection.proxyAddress())
                .toList();
    }

    @Test
    void aProxyIsTrustedWithTheClientsAddressAndLimitsCountIt() throws Exception {
        try (SocketChannel first = connect("proxied")) {
            assertThat(send(first, "PROXY TCP4 192.0.2.1 192.0.2.2 4711 443\r\nping"))
                    .isEqualTo("ping");
            await().untilAsserted(() -> assertThat(clients()).containsExactly("192.0.2.1:4711 by unix:"));
            try (SocketChannel second = connect("proxied");
                    SocketChannel other = connect("proxied")) {
                assertThat(send(other, "PROXY TCP4 192.0.2.3 192.0.2.2 4711 443\r\nping"))
                        .isEqualTo("ping");
                assertThat(send(second, "PROXY TCP4 192.0.2.1 192.0.2.2 4712 443\r\n"))
                        .isEmpty();
            }
        }
        await().untilAsserted(() -> assertThat(ended(CloseReason.ADDRESS_LIMIT)).isEqualTo(1));
    }

    @Test
    void withoutTheHeaderNobodyComesIn() throws Exception {
        try (SocketChannel client = connect("proxied")) {
            assertThat(send(client, "GET / HTTP/1.1\r\n\r\n")).isEmpty();
        }
        await().untilAsserted(
                        () -> assertThat(ended(CloseReason.CLIENT_REFUSED)).isEqualTo(1));
    }

    private static double ended(CloseReason reason) {
        return rig.registry.get("sallyport.connections").tag("reason", reason.code()).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }
}
