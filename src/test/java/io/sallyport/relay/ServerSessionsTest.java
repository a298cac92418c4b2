package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import io.sallyport.peer.OpenSsl;
import io.sallyport.profile.Profile;
import io.sallyport.profile.VerifyMode;
import io.sallyport.tls.SessionCount;
import io.sallyport.tls.SessionCounts;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code openssl s_client} comes back with the session of an earlier connection. */
class ServerSessionsTest {

    private static final AtomicInteger PROFILES = new AtomicInteger();

    private final String name = "edge" + PROFILES.incrementAndGet(); // Its counts begin at 0.
    private final Map<SessionCount, Long> expected = new EnumMap<>(SessionCount.class);

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private final Upstream echo = rig.closing(Upstream.echo());
    private SessionClient client;

    @TempDir
    Path directory;

    @BeforeEach
    void open() throws Exception {
        client = new SessionClient(rig, directory, TestPki.CLIENT_TRUSTED.credential());
    }

    private Profile edge(Profile.Session session) {
        return RelayRig.profile(name, TestPki.SERVER_TRUSTED, VerifyMode.REQUIRED, Profile.DEFAULT_DEPTH)
                .withSession(session);
    }

    private static Profile.Session session(int cacheSize, Duration timeout, boolean tickets) {
        return new Profile.Session(true, cacheSize, timeout, tickets, null, Duration.ofHours(1));
    }

    private TlsSession connect(int port, String version, @Nullable String in, @Nullable String out) throws Exception {
        return client.connect(port, version, in, out);
    }

    private void assertCounts() {
        SessionCounts counts = SessionCounts.of(name);
        for (Map.Entry<SessionCount, Long> entry : expected.entrySet()) {
            assertThat(counts.get(entry.getKey())).as(entry.getKey().label()).isEqualTo(entry.getValue());
        }
    }

    @ParameterizedTest
    @CsvSource({"-tls1_2, true", "-tls1_2, false", "-tls1_3, true"})
    void aClientWithACertificateResumesAndIsTheSameOne(String version, boolean tickets) throws Exception {
        int port = rig.start(edge(session(100, Duration.ofMinutes(5), tickets)), null, echo.port());
        TlsSession first = connect(port, version, null, "session");
        TlsSession second = connect(port, version, "session", null);
        assertThat(first.resumed()).isFalse();
        assertThat(second.resumed()).isTrue();
        assertThat(second.identity()).isNotNull().isEqualTo(first.identity());

        boolean tls13 = version.equals("-tls1_3");
        expected.put(SessionCount.ACCEPT, 2L);
        expected.put(SessionCount.ACCEPT_GOOD, 2L);
        expected.put(SessionCount.HITS, tickets ? 0L : 1L);
        expected.put(SessionCount.MISSES, 0L);
        expected.put(SessionCount.TICKETS_ISSUED, tls13 ? 4L : tickets ? 1L : 0L);
        expected.put(SessionCount.TICKETS_ACCEPTED, tickets ? 1L : 0L);
        expected.put(SessionCount.TICKETS_REFUSED, 0L);
        assertCounts();
        assertThat(SessionCounts.of(name).cached()).isEqualTo(tickets ? 0 : 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void withoutSessionsThereIsNoIdNoTicketAndNoPsk(String version) throws Exception {
        Profile.Session none = new Profile.Session(false, 1, Duration.ofMinutes(5), true, null, Duration.ofHours(1));
        int port = rig.start(edge(none), null, echo.port());
        try (OpenSsl client = OpenSsl.client(port, TestPki.CLIENT_TRUSTED, version, "-msg")) {
            client.type("tell me this again\n");
            await().atMost(Duration.ofSeconds(15)).until(() -> client.output().contains("tell me this again"));
            client.endInput();
            assertThat(client.awaitEnd())
                    .doesNotContain("NewSessionTicket", "TLS session ticket:")
                    .containsPattern(version.equals("-tls1_2") ? "Session-ID: \\R" : "New, TLSv1.3");
        }
        // What another profile gave doesn't help either.
        String giver = name + "-giver";
        int giving = rig.start(
                RelayRig.profile(giver, TestPki.SERVER_TRUSTED, VerifyMode.REQUIRED, Profile.DEFAULT_DEPTH),
                null,
                echo.port());
        connect(giving, version, null, "session");
        assertThat(connect(port, version, "session", null).resumed()).isFalse();
    }

    @Test
    void withoutTicketsTls13HasNone() throws Exception {
        int port = rig.start(edge(session(100, Duration.ofMinutes(5), false)), null, echo.port());
        connect(port, "-tls1_3", null, "session");
        assertThat(directory.resolve("session")).as("written with each ticket").doesNotExist();
        expected.put(SessionCount.TICKETS_ISSUED, 0L);
        assertCounts();
    }

    @Test
    void theStoreIsBoundedAndTheOldestGoesFirst() throws Exception {
        int port = rig.start(edge(session(2, Duration.ofMinutes(5), false)), null, echo.port());
        connect(port, "-tls1_2", null, "first");
        connect(port, "-tls1_2", null, "second");
        connect(port, "-tls1_2", null, "third");
        assertThat(connect(port, "-tls1_2", "first", null).resumed())
                .isFalse(); // And its own session evicts the second.
        assertThat(connect(port, "-tls1_2", "third", null).resumed()).isTrue();
        expected.put(SessionCount.EVICTED, 2L);
        expected.put(SessionCount.MISSES, 1L);
        expected.put(SessionCount.HITS, 1L);
        assertCounts();
        assertThat(SessionCounts.of(name).cached()).isEqualTo(2);
    }

    /** In TLS 1.3 too, where BoringSSL's own time is two days, and where each resumption gives new tickets. */
    @ParameterizedTest
    @CsvSource({"-tls1_2, true", "-tls1_2, false", "-tls1_3, true"})
    void aSessionEndsItsTimeAfterTheFullHandshakeHoweverOftenItIsResumed(String version, boolean tickets)
            throws Exception {
        int port = rig.start(edge(session(100, Duration.ofSeconds(4), tickets)), null, echo.port());
        long full = System.nanoTime();
        connect(port, version, null, "session");
        assertThat(connect(port, version, "session", "session").resumed()).isTrue();
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> !connect(port, version, "session", "session").resumed());
        // Counted in whole seconds, so it may be one less.
        assertThat(Duration.ofNanos(System.nanoTime() - full)).isGreaterThan(Duration.ofSeconds(3));
    }

    @Test
    void reconnectResumesFiveTimes() throws Exception {
        int port = rig.start(edge(Profile.Session.DEFAULT), null, echo.port());
        try (OpenSsl client = OpenSsl.client(port, TestPki.CLIENT_TRUSTED, "-tls1_2", "-reconnect")) {
            await().atMost(Duration.ofSeconds(15)).until(() -> rig.events.serverSessions.size() == 6);
            client.endInput();
            client.awaitEnd();
        }
        assertThat(rig.events.serverSessions.stream().filter(TlsSession::resumed))
                .hasSize(5);
    }

    @Test
    void renegotiationIsRefusedAndCounted() throws Exception {
        int port = rig.start(edge(Profile.Session.DEFAULT), null, echo.port());
        try (OpenSsl client = OpenSsl.client(port, TestPki.CLIENT_TRUSTED, "-tls1_2")) {
            await().atMost(Duration.ofSeconds(15)).until(() -> client.output().contains("Verify return code"));
            client.type("R\n");
            assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.CLIENT_TLS_ERROR);
        }
        assertThat(rig.events.broken)
                .extracting(TlsFailure::refusal, TlsFailure::phase)
                .containsExactly(tuple(Refusal.RENEGOTIATION, TlsFailure.Phase.STREAM));
        expected.put(SessionCount.RENEGOTIATE, 1L);
        assertCounts();
    }

    @Test
    void sessionFilesAreThereAtAll() throws Exception {
        int port = rig.start(edge(Profile.Session.DEFAULT), null, echo.port());
        connect(port, "-tls1_3", null, "session");
        assertThat(Files.readString(directory.resolve("session"))).contains("BEGIN SSL SESSION PARAMETERS");
    }
}
