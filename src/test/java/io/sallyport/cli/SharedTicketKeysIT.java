package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.peer.OpenSsl;
import io.sallyport.relay.Upstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two gateway processes with one directory of ticket keys, as replicas have it; and a third with other rules. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SharedTicketKeysIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final Path PLACE = TestPki.temporaryDirectory("tickets");
    private static final Path KEYS = PLACE.resolve("keys");
    private static Upstream echo;
    private static Gateway first;
    private static Gateway second;
    private static Gateway stranger;

    private record Gateway(Program program, int port) {

        static Gateway start(Path ca) throws IOException {
            Program program = Program.start(
                    TestConfiguration.directoryWith("""
                            sallyport:
                              profiles:
                                edge:
                                  cert: %s
                                  key: %s
                                  ca: %s
                                  session: { ticket-keys: %s }
                              relays:
                                orders:
                                  listen: { address: "127.0.0.1:0", profile: edge }
                                  connect: { addresses: ["127.0.0.1:%d"] }
                              admin: { address: "127.0.0.1:0" }
                            """.formatted(
                            TestPki.SERVER_TRUSTED.cert(), TestPki.SERVER_TRUSTED.key(), ca, KEYS, echo.port())),
                    "run");
            int port = Integer.parseInt(program.awaitErr("relay listens relay=orders address=127\\.0\\.0\\.1:(\\d+)")
                    .group(1));
            return new Gateway(program, port);
        }

        /** How often it has taken other keys. */
        long changes() {
            return program.err().stream()
                    .filter(line -> line.contains("ticket keys changed profile=edge"))
                    .count();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        echo = Upstream.echo();
        assertThat(ticketKeys("create").status()).isZero();
        first = Gateway.start(TestPki.trustedCa());
        second = Gateway.start(TestPki.trustedCa());
        stranger = Gateway.start(TestPki.CLIENT_OTHER_CA.ca());
    }

    @AfterAll
    static void stop() throws Exception {
        for (Gateway gateway : List.of(first, second, stranger)) {
            gateway.program().close();
        }
        echo.close();
    }

    private static Program.Ended ticketKeys(String command, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("ticket-keys", command, KEYS.toString()));
        arguments.addAll(List.of(more));
        return Program.run(PLACE, arguments.toArray(String[]::new));
    }

    /** Rotates, and waits until both have the new keys. */
    private static Program.Ended rotate(String... more) throws Exception {
        long before = Math.max(first.changes(), second.changes());
        Program.Ended ended = ticketKeys("rotate", more);
        await().atMost(LIMIT).until(() -> first.changes() > before && second.changes() > before);
        return ended;
    }

    private static OpenSsl client(Gateway gateway, String version, String way, Path session) throws IOException {
        return OpenSsl.client(gateway.port(), TestPki.CLIENT_TRUSTED, version, way, session.toString());
    }

    /** Whether a connection that is echoed was resumed. */
    private static boolean resumed(Gateway gateway, String version, String way, Path session) throws Exception {
        try (OpenSsl client = client(gateway, version, way, session)) {
            client.type("tell me this again\n");
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(client.output()).contains("tell me this again"));
            client.endInput();
            return client.awaitEnd().contains("Reused, TLSv1");
        }
    }

    @Order(1)
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void aClientResumesAtEitherBeforeAndAfterARotation(String version) throws Exception {
        Path session = PLACE.resolve("session" + version);
        assertThat(resumed(first, version, "-sess_out", session)).isFalse();
        assertThat(resumed(second, version, "-sess_in", session)).isTrue();
        assertThat(resumed(first, version, "-sess_in", session)).isTrue();
        Program.Ended rotated = rotate();
        assertThat(rotated.status()).isZero();
        assertThat(rotated.out()).containsPattern("(?m)^\\S+\\.key opens\n\\S+\\.key seals and opens$");
        assertThat(resumed(second, version, "-sess_in", session)).isTrue();
    }

    @Order(2)
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void withOtherRulesTheTicketIsWorthNothing(String version) throws Exception {
        Path session = PLACE.resolve("rules" + version);
        assertThat(resumed(first, version, "-sess_out", session)).isFalse();
        try (OpenSsl client = client(stranger, version, "-sess_in", session)) {
            client.type("let me in\n");
            assertThat(client.awaitEnd()).contains("alert unknown ca");
        }
        assertThat(resumed(second, version, "-sess_in", session)).isTrue();
    }

    @Order(3)
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void withTheTicketsKeyGoneThereIsAFullHandshake(String version) throws Exception {
        Path session = PLACE.resolve("gone" + version);
        assertThat(resumed(first, version, "-sess_out", session)).isFalse();
        rotate("--keep", "0");
        rotate("--keep", "0");
        assertThat(resumed(second, version, "-sess_in", session)).isFalse();
        assertThat(resumed(first, version, "-sess_out", session)).isFalse();
        assertThat(resumed(second, version, "-sess_in", session)).isTrue();
    }

    @Order(4)
    @Test
    void aDirectoryInDisorderChangesNothingAndIsTold() throws Exception {
        Path session = PLACE.resolve("disorder");
        Path bad = Files.writeString(KEYS.resolve("00-notes.txt"), "not a key");
        assertThat(first.program()
                        .awaitErr("ticket keys not read, the old ones stay in force profile=edge detail=\"(.*)\"")
                        .group(1))
                .contains("00-notes.txt has 9 bytes; a ticket key has 48");
        assertThat(resumed(first, "-tls1_3", "-sess_out", session)).isFalse();
        assertThat(resumed(first, "-tls1_3", "-sess_in", session)).isTrue();
        assertThat(ticketKeys("rotate").err()).contains("00-notes.txt has 9 bytes; a ticket key has 48");
        Program.Ended again = ticketKeys("create");
        assertThat(again.status()).isEqualTo(2);
        assertThat(again.out()).isEmpty();
        assertThat(again.err()).startsWith("error: " + KEYS + " isn't empty: ");
        Files.delete(bad);
        try (Stream<Path> files = Files.list(KEYS)) {
            assertThat(files).hasSize(2);
        }
    }
}
