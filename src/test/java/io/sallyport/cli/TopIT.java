package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.relay.Upstream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** {@code top} shows what a running gateway does. */
class TopIT {

    private static TlsPeer client(int port, int bytes) throws Exception {
        TlsPeer client = TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", null);
        client.write(new byte[bytes]);
        client.readExactly(bytes);
        return client;
    }

    @Test
    void openConnectionsAreShown() throws Exception {
        try (Upstream upstream = Upstream.echo();
                Program program = Program.start(TestConfiguration.tlsToPlain(upstream.port()), "run")) {
            int port = program.awaitPort("orders");
            String admin = Admin.of(program).address().getAuthority();
            try (TlsPeer first = client(port, 10);
                    TlsPeer second = client(port, 2048)) {
                for (String sort : new String[] {"bytes", "rate"}) {
                    assertThat(Typed.run("top", "--once", "--admin", admin, "--sort", sort)
                                    .done()
                                    .out())
                            .contains("running, ready, 2 open\norders 2 of ")
                            .containsPattern("\n *2  orders +\\S+ +127\\.0\\.0\\.1:\\d+ +TLSv1\\.3 +127\\.0\\.0\\.1:"
                                    + upstream.port() + " +\\d+s +2\\.0K +2\\.0K +\\S+  CN=client\\.test,O=Orders\n"
                                    + " *1  orders ");
                }
                assertThat(Typed.run("top", "--admin", admin, "--sort", "age", "--relay", "orders")
                                .done()
                                .out())
                        .containsPattern("\n *1  orders .*\n *2  orders ");
                assertThat(first.engine().isInboundDone() || second.engine().isInboundDone())
                        .isFalse();
            }
        }
    }

    /** By the configuration it knows address and certificate; a token it must be given. */
    @Test
    void anAdminSideWithTlsAndTokensIsAsked() throws Exception {
        String yaml = """
                sallyport:
                  profiles:
                    admin: { cert: %s, key: %s, verify: none }
                  relays:
                    orders:
                      listen: { address: "127.0.0.1:0" }
                      connect: { addresses: ["127.0.0.1:9"] }
                  admin: { address: "0.0.0.0:%%s", profile: admin, view: { token-file: view.token } }
                """.formatted(TestPki.SERVER_TRUSTED.cert(), TestPki.SERVER_TRUSTED.key());
        Path directory = TestConfiguration.directoryWith(yaml.formatted("0"));
        Path token = Files.writeString(directory.resolve("view.token"), "v".repeat(40));
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        try (Program program = Program.start(directory, "run")) {
            int port = Admin.of(program).address().getPort();
            Path bound = Files.writeString(directory.resolve("bound.yaml"), yaml.formatted(port));

            Typed asked = Typed.run("top", "--config", bound);
            assertThat(asked.status()).isEqualTo(2);
            assertThat(asked.err())
                    .startsWith("error: 127.0.0.1:" + port + " asks who you are (401)\nhint: give --token-file FILE");
            assertThat(Typed.run("top", "--config", bound, "--token-file", token)
                            .done()
                            .out())
                    .startsWith("sallyport at 127.0.0.1:" + port + ": running, ready, 0 open\n");
            String address = "https://localhost:" + port;
            assertThat(Typed.run("top", "--admin", address, "--ca", TestPki.trustedCa(), "--token-file", token)
                            .done()
                            .err())
                    .isEmpty();
            assertThat(Typed.run("top", "--admin", address, "--token-file", token)
                            .err())
                    .startsWith("error: no TLS with localhost:" + port + ": ");
            Files.writeString(token, "w".repeat(40));
            assertThat(Typed.run("top", "--config", bound, "--token-file", token)
                            .err())
                    .contains("doesn't know the token of --token-file (401)")
                    .doesNotContain("wwww");
        }
    }
}
