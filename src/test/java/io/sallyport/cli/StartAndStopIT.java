package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.relay.Upstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the program comes up, and how it ends. */
class StartAndStopIT {

    private static ServerSocket taken() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    }

    /** A configuration of relays {@code one} and {@code two} on these ports. */
    private static Path twoRelays(int one, int two, int admin) {
        return TestConfiguration.directoryWith("""
                sallyport:
                  relays:
                    one:
                      listen: { address: "127.0.0.1:%d" }
                      connect: { addresses: ["127.0.0.1:9"] }
                    two:
                      listen: { address: "127.0.0.1:%d" }
                      connect: { addresses: ["127.0.0.1:9"] }
                  admin: { address: "127.0.0.1:%d" }
                """.formatted(one, two, admin));
    }

    @Test
    void takenPortsAreAllNamedWithTheirRelays() throws Exception {
        try (ServerSocket first = taken();
                ServerSocket second = taken()) {
            Program.Ended run = Program.run(twoRelays(first.getLocalPort(), second.getLocalPort(), 0), "run");
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.out()).isEmpty();
            assertThat(run.err().lines().filter(line -> line.startsWith("error: ")))
                    .containsExactly(
                            "error: sallyport.relays.one.listen.address: 127.0.0.1:" + first.getLocalPort()
                                    + " is taken: another program listens there",
                            "error: sallyport.relays.two.listen.address: 127.0.0.1:" + second.getLocalPort()
                                    + " is taken: another program listens there");
            assertThat(run.err()).contains("hint: ").doesNotContain("\tat ", "Exception");
        }
    }

    @Test
    void aTakenAdminPortIsNamed() throws Exception {
        try (ServerSocket admin = taken()) {
            Program.Ended run = Program.run(twoRelays(0, 0, admin.getLocalPort()), "run");
            assertThat(run)
                    .isEqualTo(new Program.Ended(
                            2,
                            "",
                            "error: sallyport.admin.address: 127.0.0.1:" + admin.getLocalPort()
                                    + " is taken: another program listens there\n"
                                    + "  hint: see which with: ss -ltnp sport = :" + admin.getLocalPort() + "\n"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalStopsItInGoodOrder(String signal) throws Exception {
        try (Upstream upstream = Upstream.echo();
                Program program = Program.start(TestConfiguration.tlsToPlain(upstream.port()), "run")) {
            int port = Integer.parseInt(program.awaitErr("relay=orders address=127\\.0\\.0\\.1:(\\d+)")
                    .group(1));
            program.awaitErr(" ready ");
            try (TlsPeer client = TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", null)) {
                client.write(new byte[] {1});
                assertThat(client.readExactly(1)).hasSize(1);
                program.signal(signal);
                Program.Ended ended = program.awaitEnd();
                assertThat(ended.status()).isZero();
                assertThat(ended.out()).isEmpty();
                // The last connection's line is written before the process ends.
                assertThat(ended.err()).contains(" reason=stopped").contains("] stopped\n");
                assertThat(ended.err()).doesNotContain("WARN", "ERROR", "\tat ");
            }
        }
    }

    @Test
    void theDemoComesOutWell() throws Exception {
        Path kept = TestPki.temporaryDirectory("demo").resolve("certs");
        Program.Ended demo =
                Program.run(TestPki.temporaryDirectory("cwd"), "demo", "--once", "--certs", kept.toString());
        assertThat(demo.out())
                .contains("4,194,304 bytes, SHA-256 ")
                .contains("Received fatal alert: certificate_required")
                .contains("refusal=no_certificate")
                .doesNotContain("FAILED")
                .endsWith("Everything came as it should.\n");
        assertThat(demo.err()).isEmpty();
        assertThat(demo.status()).isZero();
        assertThat(Files.getPosixFilePermissions(kept.resolve("client.key")))
                .map(Enum::name)
                .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");

        // What it kept is a configuration that can be run.
        assertThat(Program.run(kept, "check", "--config", "sallyport.yaml"))
                .isEqualTo(new Program.Ended(0, "sallyport.yaml: good\n", ""));

        // It writes over nothing.
        Program.Ended again = Program.run(kept, "demo", "--once", "--certs", kept.toString());
        assertThat(again.status()).isEqualTo(2);
        assertThat(again.err()).startsWith("error: " + kept + " is not empty");
    }

    @Test
    void theDemoStaysUpUntilItIsStopped() throws Exception {
        try (Program demo = Program.start(TestPki.temporaryDirectory("cwd"), "demo")) {
            Path files = Path.of(demo.awaitOut("files +(\\S+): ").group(1));
            demo.awaitOut("Ctrl-C stops it");
            assertThat(files).isDirectory();
            demo.signal("INT");
            assertThat(demo.awaitEnd().status()).isZero();
            assertThat(files).doesNotExist();
        }
    }
}
