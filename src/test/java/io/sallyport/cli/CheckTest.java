package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sallyport.TestPki;
import io.sallyport.peer.TestTls;
import io.sallyport.relay.Upstream;
import java.io.File;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** What {@code check} finds outside the configuration: ports, upstreams, modes of files. */
class CheckTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static Path configuration(String yaml) {
        return TestConfiguration.directoryWith(yaml).resolve("config/sallyport.yaml");
    }

    private static String toUpstreams(String listen, String... addresses) {
        return """
                sallyport:
                  profiles:
                    broker: { cert: %s, key: %s, ca: %s, verify-name: server.test, ciphers: "ECDHE+AESGCM" }
                  relays:
                    out:
                      listen: { address: "%s" }
                      connect: { addresses: ["%s"], profile: broker }
                  admin: { address: "127.0.0.1:0" }
                """.formatted(
                        TestPki.CLIENT_TRUSTED.cert(),
                        TestPki.CLIENT_TRUSTED.key(),
                        TestPki.trustedCa(),
                        listen,
                        String.join("\", \"", addresses));
    }

    private static ServerSocket listening() throws Exception {
        return new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
    }

    private static int closedPort() throws Exception {
        try (ServerSocket closed = listening()) {
            return closed.getLocalPort();
        }
    }

    @Test
    void aTakenPortIsAWarningThatSaysWhoCouldHaveIt() throws Exception {
        try (ServerSocket taken = listening()) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            Path file = configuration(toUpstreams(address, "127.0.0.1:9"));
            assertThat(Typed.run("check", "--config", file))
                    .isEqualTo(new Typed(
                            0,
                            "warning: sallyport.relays.out.listen.address: " + address
                                    + " is taken: by this gateway if it runs already, else by another program\n"
                                    + "  at " + file + ":6\n"
                                    + "  hint: see which with: ss -ltnp sport = :" + taken.getLocalPort() + "\n"
                                    + file + ": good, 1 warning\n",
                            ""));
        }
    }

    @Test
    void upstreamsAreTriedWithTheProfileOfTheirRelay() throws Exception {
        try (Upstream good = Upstream.tls(
                        TestTls.context(TestPki.SERVER_TRUSTED), "TLSv1.3", peer -> peer.read(new byte[1]));
                Upstream stranger = Upstream.tls(
                        TestTls.context(TestPki.SERVER_OTHER_CA), "TLSv1.3", peer -> peer.read(new byte[1]))) {
            int closed = closedPort();
            Path file = configuration(toUpstreams(
                    "127.0.0.1:0", "127.0.0.1:" + good.port(), "127.0.0.1:" + stranger.port(), "127.0.0.1:" + closed));
            Typed check = Typed.run("check", "--connect", "--config", file);
            assertThat(check.status()).as(check.out()).isZero();
            assertThat(check.out())
                    .containsPattern("relay out: 127\\.0\\.0\\.1:" + good.port() + " answers, after [0-9.]+ ms\n")
                    .contains("warning: sallyport.relays.out.connect.addresses: 127.0.0.1:" + stranger.port()
                            + " can't be used: unknown_ca: ")
                    .contains("127.0.0.1:" + closed + " can't be used: connect_refused: ")
                    .endsWith(": good, 2 warnings\n");

            Typed json = Typed.run("check", "--connect", "--verbose", "--format", "json", "--config", file);
            JsonNode report = JSON.readTree(json.out());
            JsonShape.assertFits(report, JSON.readTree(new File("docs/check-format.schema.json")));
            assertThat(report.at("/upstreams")).hasSize(3);
            assertThat(report.at("/upstreams/0/fault").isNull()).isTrue();
            assertThat(report.at("/ciphers/0/names/0").textValue()).isEqualTo("ECDHE-ECDSA-AES128-GCM-SHA256");
        }
    }

    @Test
    void aRelayThatReachesNobodyIsAnError() throws Exception {
        Path file = configuration(toUpstreams("127.0.0.1:0", "127.0.0.1:" + closedPort()));
        assertThat(Typed.run("check", "--config", file).status()).isZero();
        Typed check = Typed.run("check", "--connect", "--config", file);
        assertThat(check.status()).isEqualTo(1);
        assertThat(check.out())
                .startsWith("error: sallyport.relays.out.connect.addresses: ")
                .contains("  at " + file + ":7\n", "  hint: sallyport connect shows what answers there\n")
                .endsWith(": 1 error\n");
    }

    @Test
    void cipherStringsAreResolved() {
        Path file = configuration(toUpstreams("127.0.0.1:0", "127.0.0.1:9"));
        assertThat(Typed.run("check", "--verbose", "--config", file).out())
                .startsWith(
                        "profile broker: TLS 1.2 with ECDHE-ECDSA-AES128-GCM-SHA256, ECDHE-RSA-AES128-GCM-SHA256, ");
    }

    @Test
    void aKeyThatEverybodyCanReadIsAWarning() throws Exception {
        Path key = Files.copy(
                TestPki.SERVER_TRUSTED.key(),
                TestPki.temporaryDirectory("open").resolve("open.key"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        Path file = configuration("""
                sallyport:
                  profiles:
                    edge: { cert: %s, key: %s, verify: none }
                  relays:
                    in: { listen: { address: "127.0.0.1:0", profile: edge }, connect: { addresses: ["127.0.0.1:9"] } }
                  admin: { address: "127.0.0.1:0" }
                """.formatted(TestPki.SERVER_TRUSTED.cert(), key));
        assertThat(Typed.run("check", "--config", file).out())
                .contains("warning: sallyport.profiles.edge.key: " + key
                        + " is open to every user of this machine (mode rw-r--r--)\n")
                .contains("  hint: chmod o-rwx " + key + "\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(Typed.run("check", "--config", file).out()).isEqualTo(file + ": good\n");
    }
}
