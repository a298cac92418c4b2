package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import io.sallyport.peer.OpenSsl;
import io.sallyport.profile.Profile;
import io.sallyport.profile.VerifyMode;
import io.sallyport.relay.RelayRig;
import io.sallyport.relay.Upstream;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code sallyport connect --resume}: whether, how, and what was saved. */
class ConnectResumeTest {

    private static final RelayRig RIG = new RelayRig();
    private static Upstream upstream;
    private static Profile edge;

    @BeforeAll
    static void openUpstream() throws Exception {
        upstream = Upstream.echo();
        edge = RelayRig.profile("edge", TestPki.SERVER_TRUSTED, VerifyMode.NONE, Profile.DEFAULT_DEPTH);
    }

    @AfterAll
    static void close() throws Exception {
        RIG.close();
        upstream.close();
    }

    private static Typed resume(int port, Object... more) {
        Object[] words = new Object[more.length + 4];
        words[0] = "localhost:" + port;
        words[1] = "--resume";
        words[2] = "--ca";
        words[3] = TestPki.trustedCa();
        System.arraycopy(more, 0, words, 4, more.length);
        return ConnectTest.connect("abc\n", words);
    }

    @ParameterizedTest
    @CsvSource({"-tls1_2, -no_ticket, session id", "-tls1_2, -serverpref, ticket", "-tls1_3, -serverpref, PSK"})
    void aServerThatResumesIsShown(String version, String more, String how) throws Exception {
        try (OpenSsl server = ConnectTest.server(TestPki.SERVER_TRUSTED, version, more)) {
            Typed talk = resume(server.awaitPort());
            assertThat(talk.status()).as(talk.err()).isZero();
            assertThat(talk.err())
                    .contains(", resumed\n", "trusted, by CN=Trusted Root")
                    .containsPattern("resumed by " + how
                            + ": handshake \\S+ ms in place of \\S+ ms, \\S+ bytes in place of \\S+\n");
            assertThat(talk.out()).as("the second connection passes bytes").isEqualTo("cba\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"-tls1_2, -no_cache, -no_ticket", "-tls1_3, -num_tickets, 0"})
    void aServerThatGivesNoSessionIsTold(String version, String more, String most) throws Exception {
        try (OpenSsl server = ConnectTest.server(TestPki.SERVER_TRUSTED, version, more, most)) {
            Typed talk = resume(server.awaitPort());
            assertThat(talk.status()).as(talk.err()).isEqualTo(1);
            assertThat(talk.err())
                    .contains(", full handshake\n", "trusted, by ", "not resumed: the server gave no session\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"true, PSK", "false, ticket"})
    void theGatewayResumesAndProgramsAreTold(boolean newest, String how) throws Exception {
        int port = RIG.start(edge, null, upstream.port());
        Typed talk = newest ? resume(port, "--format", "json") : resume(port, "--format", "json", "--tls1.2");
        assertThat(talk.status()).as(talk.err()).isZero();
        JsonObject resumption = new JsonObject(talk.out()).getJsonObject("resumption");
        assertThat(resumption.getBoolean("resumed")).isTrue();
        assertThat(resumption.getString("how")).isEqualTo(how);
        assertThat(resumption.getString("reason")).isNull();
        assertThat(resumption.getJsonObject("second").getLong("bytes"))
                .as("%s", resumption)
                .isPositive()
                .isLessThan(resumption.getJsonObject("first").getLong("bytes"));
        assertThat(resumption.getJsonObject("second").getDouble("milliseconds")).isNotNegative();
    }

    @Test
    void aGatewayWithoutSessionsIsTold() throws Exception {
        Profile.Session off = new Profile.Session(
                false, 1, Profile.Session.DEFAULT.timeout(), true, null, Profile.Session.DEFAULT.ticketRotate());
        int port = RIG.start(edge.withSession(off), null, upstream.port());
        assertThat(resume(port, "--format", "json").out()).contains("the server gave no session");
        assertThat(resume(port, "--format", "json", "--tls1.2").out()).contains("the server gave no session");
    }

    @Test
    void aProfileWithoutSessionsIsTold() throws Exception {
        Path directory = TestConfiguration.directoryWith("""
                sallyport:
                  profiles:
                    broker: { ca: %s, server-name: broker.test, session: { enabled: false } }
                  relays:
                    out: { listen: { address: "127.0.0.1:0" }, connect: { addresses: ["127.0.0.1:9"], profile: broker } }
                """.formatted(TestPki.trustedCa()));
        int port = RIG.start(edge, null, upstream.port());
        Typed talk = ConnectTest.connect(
                "",
                "127.0.0.1:" + port,
                "--resume",
                "--format",
                "json",
                "--profile",
                "broker",
                "--config",
                directory.resolve("config/sallyport.yaml"));
        assertThat(talk.status()).as(talk.err()).isEqualTo(1);
        assertThat(talk.out()).contains("the profile says session: { enabled: false }");
    }

    @Test
    void withoutTlsThereIsNothingToResume() {
        assertThat(ConnectTest.connect("", "localhost:1", "--plain", "--resume"))
                .isEqualTo(new Typed(
                        2, "", "error: --resume with --plain\nhint: sessions are TLS's: leave one of them out\n"));
    }
}
