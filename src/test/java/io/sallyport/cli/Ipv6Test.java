package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.sallyport.OcspSpec;
import io.sallyport.TestPki;
import io.sallyport.peer.OpenSsl;
import io.sallyport.pki.OcspRequest;
import io.sallyport.pki.OcspResponders;
import io.sallyport.pki.OcspResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code [::1]:443} wherever an address is; of {@code connect} and {@code cert expiry} see ConnectTest and CertExpiryTest. Skipped without IPv6. */
class Ipv6Test {

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByName("::1");
    }

    @BeforeAll
    static void needsIpv6() {
        boolean there;
        try (ServerSocket probe = new ServerSocket(0, 1, loopback())) {
            there = probe.isBound();
        } catch (IOException e) {
            there = false;
        }
        org.junit.jupiter.api.Assumptions.assumeTrue(there, "no IPv6 here");
    }

    private static Path configuration(String listen, String upstream, String admin) {
        return TestConfiguration.directoryWith("""
                sallyport:
                  profiles:
                    broker: { ca: %s }
                  relays:
                    out:
                      listen: { address: "%s" }
                      connect: { addresses: ["%s"], profile: broker }
                  admin: { address: "%s" }
                """.formatted(TestPki.trustedCa(), listen, upstream, admin))
                .resolve("config/sallyport.yaml");
    }

    @Test
    void aConfigurationWithBracketsIsGoodAndItsUpstreamIsReached() throws Exception {
        try (OpenSsl server = ConnectTest.serverAtIpv6()) {
            String upstream = "[::1]:" + server.awaitPort();
            Typed check = Typed.run("check", "--connect", "--config", configuration("[::1]:0", upstream, "[::1]:0"));
            assertThat(check.status()).as(check.out()).isZero();
            assertThat(check.out()).contains("relay out: " + upstream + " answers, after ");
        }
    }

    @Test
    void anAddressThatIsTakenIsSeen() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, loopback())) {
            String address = "[::1]:" + taken.getLocalPort();
            assertThat(Typed.run("check", "--config", configuration(address, "[::1]:9", "[::1]:0"))
                            .out())
                    .contains("warning: sallyport.relays.out.listen.address: " + address + " is taken");
            assertThat(Typed.run("check", "--config", configuration("[::1]:0", "[::1]:9", address))
                            .out())
                    .contains("warning: sallyport.admin.address: " + address + " is taken");
        }
    }

    @Test
    void withoutBracketsItIsSaidWhatWouldBeRight() {
        assertThat(Typed.run("check", "--config", configuration("::1:0", "::1:9", "::1:0"))
                        .out())
                .contains("'::1:0' is an IPv6 address without brackets; expected [::1]:0")
                .contains("'::1:9' is an IPv6 address without brackets; expected [::1]:9");
        assertThat(Typed.run("connect", "[::1]").err()).contains("[::1] has no port; expected [::1]:port");
    }

    @Test
    void theAdminSideIsAskedThere() throws Exception {
        int closed;
        try (ServerSocket port = new ServerSocket(0, 1, loopback())) {
            closed = port.getLocalPort();
        }
        for (String scheme : new String[] {"", "https://"}) {
            Typed top = Typed.run("top", "--once", "--admin", scheme + "[::1]:" + closed);
            assertThat(top.status()).isEqualTo(2);
            assertThat(top.err()).startsWith("error: ").contains("[::1]:" + closed);
        }
    }

    @Test
    void aResponderIsAskedThere() throws Exception {
        byte[] good = OcspSpec.good(TestPki.CLIENT_TRUSTED.leaf(), TestPki.trustedRoot())
                .sign();
        HttpServer server = HttpServer.create(new InetSocketAddress(loopback(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getResponseHeaders().add("Content-Type", "application/ocsp-response");
                exchange.sendResponseHeaders(200, good.length);
                exchange.getResponseBody().write(good);
            }
        });
        server.start();
        try {
            URI responder = URI.create("http://[::1]:" + server.getAddress().getPort() + "/ocsp");
            OcspResponse response = OcspResponders.shared()
                    .ask(
                            responder,
                            OcspRequest.plain(
                                    TestPki.CLIENT_TRUSTED.leaf(),
                                    TestPki.trustedRoot().certificate()),
                            Duration.ofSeconds(5))
                    .get(10, TimeUnit.SECONDS);
            assertThat(response.der()).isEqualTo(good);
        } finally {
            server.stop(0);
        }
    }
}
