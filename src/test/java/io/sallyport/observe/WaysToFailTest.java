package io.sallyport.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import io.sallyport.observe.WaysToFail.Doing;
import io.sallyport.observe.WaysToFail.Way;
import io.sallyport.peer.Peer;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.pki.Credential;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Protocol;
import io.sallyport.profile.Relay;
import io.sallyport.profile.VerifyMode;
import io.sallyport.relay.RelayPlan;
import io.sallyport.relay.RelayRig;
import io.sallyport.relay.Upstream;
import io.sallyport.tls.Side;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each way to fail, on real sockets: the code, the alert that the peer reads, the facts in the log, the metric. Behaviour L2.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WaysToFailTest {

    private static final Relay.Timeouts TIMEOUTS =
            new Relay.Timeouts(Duration.ofSeconds(10), Duration.ofMillis(400), Duration.ofMinutes(1));
    private static final Relay.Timeouts PATIENT =
            new Relay.Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(1));
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final String SNI = "server.test";
    private static final int STORM = 1000;

    private final WrittenLines written = new WrittenLines();
    private final LogLines lines = new LogLines(written, 100_000);
    private final RefusalLog log = new RefusalLog(lines, (delay, task) -> {});
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Metrics metrics = new Metrics(registry);
    private final RelayRig rig = new RelayRig(recorded -> new FanOut(recorded, log, new AccessLog(lines), metrics));
    private final AtomicInteger profiles = new AtomicInteger();
    /** To make one takes longer than a handshake. */
    private final Map<Shown, SSLContext> contexts = new ConcurrentHashMap<>();

    private Upstream echo;

    private record Shown(@Nullable Credential credential, X509Certificate trusted) {}

    static List<Way> ways() {
        return WaysToFail.all();
    }

    @BeforeAll
    void open() throws Exception {
        echo = Upstream.echo();
    }

    @AfterAll
    void close() throws Exception {
        echo.close();
        rig.close();
        lines.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void isToldByBothSidesAndWithEachFact(Way way) throws Exception {
        String name = "p" + profiles.incrementAndGet();
        String heard = way.side() == Side.SERVER ? meetClient(name, way) : meetUpstream(name, way);

        if (way.alert() != null) {
            assertThat(heard)
                    .as("what the peer heard")
                    .contains("fatal alert: " + way.alert().label());
        }
        WrittenLines.Line line = lineOf("handshake refused", name);
        assertThat(line.text())
                .contains(" refusal=" + way.refusal().code() + " ")
                .contains(" side=" + way.side().label() + " ")
                .contains(" peer=127.0.0.1:")
                .contains(" refusal_phase=" + phase(way.refusal()) + " ")
                .contains(" hint=");
        if (way.peer() instanceof Doing.Handshake && way.side() == Side.SERVER) {
            assertThat(line.text()).contains(" refusal_sni=" + SNI + " ");
        }
        for (Refusal.Fact fact : way.refusal().facts()) {
            assertThat(way.facts()).as("facts of the row").containsKey(fact);
            assertThat(line.text()).as("%s", fact.text()).contains(way.facts().get(fact));
        }
        assertThat(lineOf("connection closed", "refusal=" + way.refusal().code(), number(line))
                        .text())
                .contains(" refusal_side=" + way.side().label() + " ");
        assertThat(counted(name, way.side(), way.refusal())).isEqualTo(1);
    }

    private static String phase(Refusal refusal) {
        return refusal.facts().contains(Refusal.Fact.SUBJECT) ? "verify" : "handshake";
    }

    /** The id of the connection that a line is about. */
    private static String number(WrittenLines.Line line) {
        return line.text().replaceFirst(".*?( id=\\d+ ).*", "$1");
    }

    private WrittenLines.Line lineOf(String kind, String... parts) {
        return await().atMost(SOON)
                .until(
                        () -> written.now().stream()
                                .filter(line -> line.text().startsWith(kind))
                                .filter(line -> List.of(parts).stream().allMatch(line.text()::contains))
                                .findFirst()
                                .orElse(null),
                        Objects::nonNull);
    }

    private double counted(String profile, Side side, Refusal refusal) {
        return registry.get("sallyport.handshake.failures")
                .tags("profile", profile, "side", side.label(), "refusal", refusal.code())
                .counter()
                .count();
    }

    private int start(Profile profile, Side side, Relay.Timeouts timeouts, int upstream) throws Exception {
        Profile listen = side == Side.SERVER ? profile : null;
        Profile connect = side == Side.CLIENT ? profile : null;
        Relay relay = RelayRig.relay(listen, connect, timeouts, upstream);
        RelayPlan plan = new RelayPlan(relay, rig.context(listen, Side.SERVER), rig.context(connect, Side.CLIENT));
        metrics.watch(plan);
        return rig.start(plan);
    }

    private static Relay.Timeouts timeouts(Way way) {
        return way.refusal() == Refusal.HANDSHAKE_TIMEOUT ? TIMEOUTS : PATIENT;
    }

    private static Profile named(String name, Profile profile) {
        return new Profile(
                name, profile.own(), profile.trust(), profile.negotiation(), profile.peerName(), profile.session());
    }

    private SSLContext tls(@Nullable Credential shown, X509Certificate trusted) {
        return contexts.computeIfAbsent(
                new Shown(shown, trusted), key -> TestTls.context(key.credential(), key.trusted()));
    }

    /** A bad client comes: what it hears of us. */
    private String meetClient(String name, Way way) throws Exception {
        Profile profile = way.profile().apply(named(name, RelayRig.edge()));
        return meet(start(profile, Side.SERVER, timeouts(way), echo.port()), way.peer());
    }

    private String meet(int port, Doing doing) throws IOException {
        X509Certificate root = TestPki.trustedRoot().certificate();
        if (doing instanceof Doing.Handshake handshake) {
            Credential shown =
                    handshake.shown() == null ? null : handshake.shown().get();
            return heardBy(() -> readFrom(TlsPeer.connect(port, tls(shown, root), handshake.version(), SNI)));
        } else if (doing instanceof Doing.Distrusts distrusts) {
            X509Certificate other = TestPki.otherRoot().certificate();
            return heardBy(() -> readFrom(
                    TlsPeer.connect(port, tls(TestPki.CLIENT_TRUSTED.credential(), other), distrusts.version(), SNI)));
        }
        try (PlainPeer client = PlainPeer.connect(port)) {
            if (doing instanceof Doing.Leaves) {
                client.write(new byte[] {22, 3, 1}); // Who leaves without a word is no refusal.
            }
            behave(client, doing);
        }
        return "";
    }

    private static void readFrom(TlsPeer client) throws IOException {
        try (client) {
            client.write(new byte[100]); // Sent before a TLS 1.3 client can know: it must not hide the alert.
            client.readAll();
        }
    }

    /** We come to a bad upstream: what it hears of us. */
    private String meetUpstream(String name, Way way) throws Exception {
        Profile profile = way.profile().apply(named(name, RelayRig.broker()));
        try (Upstream upstream = upstream(way.peer())) {
            int port = start(profile, Side.CLIENT, timeouts(way), upstream.port());
            try (Peer client = PlainPeer.connect(port)) {
                client.write(new byte[1000]);
                assertThat(client.readAll().bytes()).as("bytes to the client").isZero();
            }
            return way.peer() instanceof Doing.Handshake
                    ? String.valueOf(upstream.awaitFailure().getMessage())
                    : "";
        }
    }

    private Upstream upstream(Doing doing) throws IOException {
        if (doing instanceof Doing.Handshake handshake && handshake.shown() != null) {
            SSLContext context =
                    tls(handshake.shown().get(), TestPki.trustedRoot().certificate());
            return Upstream.tls(context, handshake.version(), peer -> {
                throw new AssertionError("let in, with " + peer.readAll());
            });
        }
        return Upstream.plain(peer -> {
            peer.readExactly(1); // The handshake has begun.
            behave((PlainPeer) peer, doing);
        });
    }

    private static void behave(PlainPeer peer, Doing doing) throws IOException {
        if (doing instanceof Doing.Says says) {
            peer.write(says.bytes());
            peer.readAll();
        } else if (doing instanceof Doing.Leaves leaves && leaves.reset()) {
            peer.reset();
        } else {
            peer.fin();
            peer.readAll();
        }
    }

    private interface Attempt {
        void run() throws IOException;
    }

    private static String heardBy(Attempt attempt) {
        try {
            attempt.run();
            throw new AssertionError("let in");
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** A thousand, of nine kinds: each is counted by its reason, and the log doesn't drown. */
    @Test
    void aStormIsCountedToTheLastOne() throws Exception {
        Map<Refusal, Integer> expected = new EnumMap<>(Refusal.class);
        List<Doing> kinds = List.of(
                handshake(TestPki.CLIENT_OTHER_CA),
                handshake(TestPki.CLIENT_EXPIRED),
                handshake(TestPki.CLIENT_WITH_SERVER_PURPOSE),
                handshake(TestPki.CLIENT_VIA_TWO_INTERMEDIATES),
                new Doing.Handshake(null, "TLSv1.3"),
                new Doing.Handshake(TestPki.CLIENT_TRUSTED::credential, "TLSv1.2"),
                new Doing.Distrusts("TLSv1.3"),
                new Doing.Says("SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII)),
                new Doing.Leaves(true));
        Profile edge = WaysToFail.withProtocols(
                RelayRig.profile("storm", TestPki.SERVER_TRUSTED, VerifyMode.REQUIRED, 1), Protocol.TLS_1_3);
        List<Refusal> refusals = List.of(
                Refusal.UNKNOWN_CA,
                Refusal.CERTIFICATE_EXPIRED,
                Refusal.WRONG_PURPOSE,
                Refusal.CHAIN_TOO_LONG,
                Refusal.NO_CERTIFICATE,
                Refusal.UNSUPPORTED_PROTOCOL,
                Refusal.PEER_ALERT,
                Refusal.NOT_TLS,
                Refusal.PEER_RESET);
        int port = start(edge, Side.SERVER, PATIENT, echo.port());
        for (int i = 0; i < STORM; i++) {
            int kind = i % kinds.size();
            expected.merge(refusals.get(kind), 1, Integer::sum);
            meet(port, kinds.get(kind));
        }

        expected.forEach((refusal, count) -> await().atMost(SOON)
                .untilAsserted(() -> assertThat(counted("storm", Side.SERVER, refusal))
                        .as(refusal.code())
                        .isEqualTo(count.doubleValue())));
        assertThat(written.now().stream().filter(line -> line.text().contains(" profile=storm side=")))
                .hasSize(refusals.size() * RefusalLog.LINES_OF_A_KIND);
    }

    private static Doing handshake(TestPki role) {
        return new Doing.Handshake(role::credential, "TLSv1.3");
    }
}
