package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import io.sallyport.peer.OpenSsl;
import io.sallyport.peer.PlainPeer;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.Credential;
import io.sallyport.pki.CrlSpec;
import io.sallyport.pki.PemWriter;
import io.sallyport.profile.CrlPolicy;
import io.sallyport.profile.Profile;
import io.sallyport.profile.VerifyMode;
import io.sallyport.tls.TicketKeyDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A resumed handshake lets nobody in whom a full one would turn away. All relays here share one directory of ticket keys. */
class NeverWeakerTest {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private final Upstream echo = rig.closing(Upstream.echo());
    private SessionClient client;
    private Path tickets;

    @TempDir
    Path directory;

    @BeforeEach
    void open() throws Exception {
        client = new SessionClient(rig, directory, TestPki.CLIENT_VIA_ONE_INTERMEDIATE.credential());
        tickets = directory.resolve("tickets");
        new TicketKeyDirectory(tickets).create(Instant.now());
    }

    private Profile profile(String name, Profile.Trust trust) {
        Profile edge = RelayRig.profile(name, TestPki.SERVER_TRUSTED, VerifyMode.REQUIRED, 1);
        return new Profile(name, edge.own(), trust, edge.negotiation(), edge.peerName(), session());
    }

    private Profile.Session session() {
        return new Profile.Session(true, 100, Duration.ofMinutes(5), true, tickets, Duration.ofHours(1));
    }

    private int relay(String name, String ca, VerifyMode verify, int depth) throws Exception {
        return rig.start(profile(name, new Profile.Trust(ca, verify, depth)), null, echo.port());
    }

    private static String trusted() {
        return TestPki.trustedCa().toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void aSessionIsResumedWhereTheRulesAreTheSameWhateverTheFilesAreCalled(String version) throws Exception {
        int here = relay("here", trusted(), VerifyMode.REQUIRED, 1);
        Path copy = Files.copy(TestPki.trustedCa(), directory.resolve("another-name.pem"));
        int there = relay("there", copy.toString(), VerifyMode.REQUIRED, 1);
        client.connect(here, version, null, "session");
        assertThat(client.connect(there, version, "session", null).resumed()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "-tls1_2, other CA, UNKNOWN_CA, unknown ca",
        "-tls1_3, other CA, UNKNOWN_CA, unknown ca",
        "-tls1_2, less depth, CHAIN_TOO_LONG, unknown ca",
        "-tls1_3, less depth, CHAIN_TOO_LONG, unknown ca",
    })
    void otherRulesMeanAFullHandshakeAndATrueAlert(String version, String difference, Refusal refusal, String alert)
            throws Exception {
        int here = relay("here", trusted(), VerifyMode.REQUIRED, 1);
        int there = difference.equals("other CA")
                ? relay("there", TestPki.CLIENT_OTHER_CA.ca().toString(), VerifyMode.REQUIRED, 1)
                : relay("there", trusted(), VerifyMode.REQUIRED, 0);
        client.connect(here, version, null, "session");
        assertThat(client.refused(there, version, "session")).contains("alert " + alert);
        assertThat(rig.events.refusals.get(0).refusal()).isEqualTo(refusal);
        assertThat(client.connect(here, version, "session", null).resumed())
                .as("it is still good where it comes from")
                .isTrue();
    }

    /** Else anyone could get a session where nobody is asked, and come back with it where somebody is. */
    @ParameterizedTest
    @CsvSource({"-tls1_2, NONE", "-tls1_3, NONE", "-tls1_2, OPTIONAL", "-tls1_3, OPTIONAL"})
    void aSessionWithoutProofIsNoneWhereProofIsRequired(String version, VerifyMode lax) throws Exception {
        int anyone = rig.start(
                profile("anyone", new Profile.Trust(lax == VerifyMode.NONE ? null : trusted(), lax, 1)),
                null,
                echo.port());
        int proven = relay("proven", trusted(), VerifyMode.REQUIRED, 1);
        client.connect(anyone, version, null, "session");
        var second = client.connect(proven, version, "session", null);
        assertThat(second.resumed()).isFalse();
        assertThat(second.identity()).isNotNull();
    }

    /** Behaviour F9. */
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void aCertificateThatHasExpiredSinceIsRefusedOnResumption(String version) throws Exception {
        SessionClient brief = new SessionClient(
                rig,
                directory,
                TestPki.trustedRoot()
                        .issue(CertificateSpec.client("CN=brief.test")
                                .withValidity(
                                        Instant.now().minusSeconds(60),
                                        Instant.now().plusSeconds(4))));
        int port = relay("edge", trusted(), VerifyMode.REQUIRED, 1);
        assertResumesUntil(Refusal.CERTIFICATE_EXPIRED, brief, port, version);
    }

    /** Behaviour F9. */
    @Test
    void nobodyResumesWithoutAQuestionOnceACrlHasRunOut() throws Exception {
        CrlSpec spec = CrlSpec.validUntil(Instant.now().plusSeconds(4));
        Path crls = Files.writeString(
                directory.resolve("crls.pem"),
                PemWriter.text(TestPki.trustedRoot().crl(spec)));
        SessionClient direct = new SessionClient(rig, directory, TestPki.CLIENT_TRUSTED.credential());
        Profile.Trust trust =
                new Profile.Trust(trusted(), VerifyMode.REQUIRED, 1).withCrls(new Profile.Crls(crls, CrlPolicy.HARD));
        assertResumesUntil(
                Refusal.CRL_EXPIRED, direct, rig.start(profile("edge", trust), null, echo.port()), "-tls1_3");
    }

    private void assertResumesUntil(Refusal refusal, SessionClient client, int port, String version) throws Exception {
        client.connect(port, version, null, "session");
        assertThat(client.connect(port, version, "session", null).resumed()).isTrue();
        await().atMost(LIMIT).until(() -> {
            try (OpenSsl late = client.start(port, version, "session", null)) {
                late.type("let me in\n");
                int before = rig.events.closed.size();
                late.endInput();
                late.awaitEnd();
                rig.events.awaitClosed(before + 1);
            }
            return !rig.events.refusals.isEmpty();
        });
        assertThat(rig.events.refusals.get(0).refusal()).isEqualTo(refusal);
        assertThat(rig.events.refusals.get(0).detail()).contains("on resumption");
    }

    /** Behaviour F9. */
    @Test
    void anUpstreamWhoseCertificateHasExpiredSinceIsRefusedOnResumption() throws Exception {
        PemWriterFiles files = new PemWriterFiles(TestPki.trustedRoot()
                .issue(CertificateSpec.server("CN=brief.test", "IP:127.0.0.1")
                        .withValidity(
                                Instant.now().minusSeconds(60), Instant.now().plusSeconds(4))));
        try (OpenSsl server = OpenSsl.start(
                "s_server",
                "-accept",
                "127.0.0.1:0",
                "-cert",
                files.cert().toString(),
                "-key",
                files.key().toString(),
                "-rev")) {
            int port = rig.start(null, RelayRig.broker(), server.awaitPort());
            await().atMost(LIMIT).until(() -> {
                try (PlainPeer plain = PlainPeer.connect(port)) {
                    int before = rig.events.closed.size();
                    plain.write("abc\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    plain.read(new byte[4]);
                    plain.end();
                    plain.readAll();
                    rig.events.awaitClosed(before + 1);
                }
                return !rig.events.refusals.isEmpty();
            });
        }
        assertThat(rig.events.refusals.get(0).refusal()).isEqualTo(Refusal.CERTIFICATE_EXPIRED);
        assertThat(rig.events.clientSessions).anyMatch(session -> session.resumed());
    }

    private final class PemWriterFiles {
        private PemWriterFiles(Credential credential) throws Exception {
            PemWriter.writeChain(cert(), credential.chain());
            PemWriter.writeKey(key(), credential.key());
        }

        Path cert() {
            return directory.resolve("server.crt");
        }

        Path key() {
            return directory.resolve("server.key");
        }
    }

    /** A TLS 1.3 ticket has the chain in it: one that is too long would break the connection. */
    @ParameterizedTest
    @CsvSource({
        "-tls1_2, 10.0", "-tls1_2, 15.5", "-tls1_2, 16.2", "-tls1_2, 30", "-tls1_2, 60",
        "-tls1_3, 10.0", "-tls1_3, 15.5", "-tls1_3, 16.2", "-tls1_3, 30", "-tls1_3, 60"
    })
    void aLongClientChainWorksAndComesBack(String version, double kibibytes) throws Exception {
        SessionClient big = new SessionClient(
                rig, directory, TestPki.trustedRoot().issue(CertificateSpec.client("CN=big.test", names((int)
                        (kibibytes * 1024)))));
        int port = relay("edge", trusted(), VerifyMode.REQUIRED, 1);
        var first = big.connect(port, version, null, "session");
        boolean kept = Files.exists(directory.resolve("session"));
        var second = big.connect(port, version, kept ? "session" : null, null);
        assertThat(second.identity()).isNotNull().isEqualTo(first.identity());
        assertThat(second.resumed())
                .isEqualTo(kibibytes <= 12 || second.version().equals("TLSv1.2"));
    }

    @Test
    void aChainThatIsTooLongIsNamedAsSuch() throws Exception {
        SessionClient huge = new SessionClient(
                rig, directory, TestPki.trustedRoot().issue(CertificateSpec.client("CN=huge.test", names(120 * 1024))));
        int port = relay("edge", trusted(), VerifyMode.REQUIRED, 1);
        huge.refused(port, "-tls1_3", null);
        assertThat(rig.events.refusals.get(0).detail())
                .isEqualTo("the peer sent a message, most likely its chain, that is longer than the 102400 bytes of"
                        + " max-cert-list");
    }

    /** Subject alternative names that take about as many bytes, in names as long as they may be. */
    private static String[] names(int bytes) {
        String filler = "x".repeat(60);
        return IntStream.range(0, bytes / 130)
                .mapToObj(i -> "DNS:" + filler.substring(4) + String.format("%04d", i) + "." + filler + ".test")
                .toArray(String[]::new);
    }

    @Test
    void aKeyIsTakenAndLaidDownWhileRunning() throws Exception {
        Profile edge = profile("edge", new Profile.Trust(trusted(), VerifyMode.REQUIRED, 1));
        var context = rig.context(edge, io.sallyport.tls.Side.SERVER);
        assertThat(context).isNotNull();
        int port = rig.start(new RelayPlan(RelayRig.relay(edge, null, RelayRig.TIMEOUTS, echo.port()), context, null));
        TicketKeyDirectory keys = new TicketKeyDirectory(tickets);
        client.connect(port, "-tls1_3", null, "first");

        keys.rotate(Instant.now().plusSeconds(1), 1);
        assertThat(context.refreshTicketKeys(Instant.now())).isTrue();
        assertThat(context.refreshTicketKeys(Instant.now())).isFalse();
        assertThat(client.connect(port, "-tls1_3", "first", null).resumed()).isTrue();

        keys.rotate(Instant.now().plusSeconds(2), 0);
        context.refreshTicketKeys(Instant.now());
        assertThat(client.connect(port, "-tls1_3", "first", "second").resumed())
                .as("with a ticket of a key that is gone")
                .isFalse();
        assertThat(client.connect(port, "-tls1_3", "second", null).resumed()).isTrue();
        assertThat(Stream.of(tickets.toFile().list())).hasSize(2);
    }
}
