package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import io.sallyport.peer.OpenSsl;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cert expiry} of servers; that of files is ToolsTest's matter. */
class CertExpiryTest {

    @TempDir
    Path directory;

    @Test
    void aServerIsAskedWhoeverItIs() throws Exception {
        try (OpenSsl good = ConnectTest.server(TestPki.SERVER_VIA_ONE_INTERMEDIATE);
                OpenSsl expired = ConnectTest.server(TestPki.SERVER_EXPIRED)) {
            String first = "localhost:" + good.awaitPort();
            Typed fine = Typed.run("cert", "expiry", first, TestPki.trustedCa());
            assertThat(fine.status()).as(fine.err()).isZero();
            assertThat(fine.out().lines())
                    .hasSize(3)
                    .anyMatch(line -> line.matches("good  \\S+  " + first + "  CN=server\\.test \\(expires in .*"))
                    .anyMatch(line -> line.contains(first + "  CN=First Intermediate"))
                    .anyMatch(line -> line.contains(TestPki.trustedCa() + "  CN=Trusted Root"));

            String second = "localhost:" + expired.awaitPort();
            Typed due = Typed.run("cert", "expiry", "--format", "json", first, second);
            assertThat(due.status()).isEqualTo(1);
            assertThat(new JsonObject(due.out())
                            .getJsonArray("certificates").stream()
                                    .map(JsonObject.class::cast)
                                    .filter(one -> one.getBoolean("due")))
                    .singleElement()
                    .satisfies(one -> assertThat(one.getString("server")).isEqualTo(second));
        }
    }

    @Test
    void anIpv6AddressStandsInBrackets() throws Exception {
        try (OpenSsl server = ConnectTest.serverAtIpv6()) {
            String address = "[::1]:" + server.awaitPort();
            Typed fine = Typed.run("cert", "expiry", address);
            assertThat(fine.status()).as(fine.err()).isZero();
            assertThat(fine.out()).contains("  " + address + "  CN=server.test");
        }
    }

    /** The others are asked all the same. */
    @Test
    void aServerThatDoesNotAnswerIsTold() throws Exception {
        int closed;
        try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            closed = port.getLocalPort();
        }
        Typed typed = Typed.run("cert", "expiry", "127.0.0.1:" + closed, TestPki.trustedCa());
        assertThat(typed.status()).isEqualTo(2);
        assertThat(typed.err()).startsWith("error: can't connect to 127.0.0.1:" + closed + ": ");
        assertThat(typed.out()).startsWith("good  ");
    }

    @Test
    void aFileComesBeforeAServerOfItsName() throws Exception {
        Path file = Files.copy(TestPki.trustedCa(), directory.resolve("host:1"));
        assertThat(Typed.run("cert", "expiry", file).out()).contains("  " + file + "  CN=Trusted Root");
    }
}
