package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Transcripts of {@code sallyport check}, and of {@code run} where the two must agree. */
class CheckIT {

    private static final String SIX_MISTAKES = """
            sallyport:
              profiles:
                edge:
                  cert: nowhere.crt
                  key: nowhere.key
                  verify: sometimes
                  depht: 1
                open: {}
              relays:
                orders:
                  listen: { address: "0.0.0.0:99999", profile: edge }
                  connect: { addresses: ["broker.test"], profile: missing }
            """;

    @Test
    void aGoodConfigurationIsGood() throws Exception {
        Program.Ended check = Program.run(TestConfiguration.tlsToPlain(5671), "check");
        assertThat(check).isEqualTo(new Program.Ended(0, "config/sallyport.yaml: good\n", ""));
    }

    @Test
    void everyMistakeOfAFileIsToldInOneRun() throws Exception {
        Path directory = TestConfiguration.directoryWith(SIX_MISTAKES);

        Program.Ended check = Program.run(directory, "check");

        assertThat(check.status()).isEqualTo(1);
        assertThat(check.err()).isEmpty();
        assertThat(check.out().lines().filter(line -> line.startsWith("error: ")))
                .anySatisfy(line -> assertThat(line).startsWith("error: sallyport.profiles.edge.verify: "))
                .anySatisfy(line -> assertThat(line).startsWith("error: sallyport.profiles.edge.depht: "))
                .anySatisfy(line -> assertThat(line).startsWith("error: sallyport.relays.orders.listen.address: "))
                .anySatisfy(line -> assertThat(line).startsWith("error: sallyport.relays.orders.connect.addresses"))
                .anySatisfy(line -> assertThat(line).startsWith("error: sallyport.relays.orders.connect.profile: "))
                .anySatisfy(line -> assertThat(line).startsWith("error: sallyport.profiles.open"));
        assertThat(check.out()).contains("hint: did you mean depth?").contains("config/sallyport.yaml:7");
        assertThat(check.out()).endsWith("config/sallyport.yaml: 6 errors\n");

        Program.Ended run = Program.run(directory, "run");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(check.out()).startsWith(run.err());
    }

    @Test
    void mistakesInFilesAreToldToo() throws Exception {
        Path directory = TestConfiguration.directoryWith(
                """
                sallyport:
                  profiles:
                    edge:
                      cert: %s
                      key: %s
                      ca: %s
                    unused:
                      ca: nowhere.crt
                  relays:
                    orders:
                      listen: { address: "127.0.0.1:0", profile: edge }
                      connect: { addresses: ["127.0.0.1:5671"] }
                """.formatted(TestPki.SERVER_TRUSTED.cert(), TestPki.CLIENT_TRUSTED.key(), TestPki.trustedCa()));

        Program.Ended check = Program.run(directory, "check");

        assertThat(check.status()).isEqualTo(1);
        assertThat(check.out())
                .containsPattern("error: sallyport\\.profiles\\.edge\\.key: .*\n  at config/sallyport\\.yaml:5\n")
                .containsPattern("error: sallyport\\.profiles\\.unused\\.ca: .*\n  at config/sallyport\\.yaml:8\n")
                .endsWith("config/sallyport.yaml: 2 errors, 1 warning\n");
    }

    @Test
    void programsGetJson() throws Exception {
        Program.Ended check = Program.run(TestConfiguration.directoryWith(SIX_MISTAKES), "check", "--format", "json");
        assertThat(check.status()).isEqualTo(1);
        JsonObject answer = new JsonObject(check.out());
        assertThat(answer.getInteger("errors")).isEqualTo(6);
        assertThat(answer.getInteger("warnings")).isZero();
        assertThat(answer.getJsonArray("mistakes")).hasSize(6);
    }

    @Test
    void theConfigurationInForceIsShownWithItsSources() throws Exception {
        Path directory = TestConfiguration.tlsToPlain(5671);
        Program.Ended check;
        try (Program program = Program.start(
                directory,
                java.util.Map.of("SALLYPORT_RELAYS_ORDERS_TIMEOUTS_IDLE", "5m"),
                "check",
                "--show-effective")) {
            check = program.awaitEnd();
        }
        assertThat(check.status()).isZero();
        assertThat(check.out())
                .contains("sallyport.profiles.edge.depth = 1  # config/sallyport.yaml:8\n")
                .contains("sallyport.profiles.edge.protocols = TLSv1.2,TLSv1.3  # default\n")
                .containsPattern("sallyport\\.relays\\.orders\\.timeouts\\.idle = 5m  # env SALLYPORT_RELAYS_ORDERS");

        Program.Ended json = Program.run(directory, "check", "--show-effective", "--format", "json");
        assertThat(new JsonObject(json.out()).getJsonArray("effective"))
                .contains(new JsonObject()
                        .put("key", "sallyport.profiles.edge.depth")
                        .put("value", "1")
                        .put("source", "config/sallyport.yaml:8"));
    }

    @Test
    void aFileThatIsNotThereIsWrongUse() throws Exception {
        Program.Ended check = Program.run(TestPki.temporaryDirectory("empty"), "check");
        assertThat(check)
                .isEqualTo(new Program.Ended(
                        2,
                        "",
                        "error: there is no configuration config/sallyport.yaml\n"
                                + "hint: name it with --config, or write it first: see docs/configuration.md\n"));
    }
}
