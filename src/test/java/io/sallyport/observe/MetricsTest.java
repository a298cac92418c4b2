package io.sallyport.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import io.sallyport.pki.OcspAnswer;
import io.sallyport.pki.OcspCertId;
import io.sallyport.profile.Address;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Relay;
import io.sallyport.relay.CloseReason;
import io.sallyport.relay.RelayPlan;
import io.sallyport.tls.PassedOver;
import io.sallyport.tls.PeerAnswers;
import io.sallyport.tls.Side;
import io.sallyport.tls.StapleStatus;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private static final Address BROKER = new Address("broker.test", 5671);
    private static final Relay ORDERS = new Relay(
            "orders",
            new Relay.Listen(new Address("0.0.0.0", 8443), "edge", false),
            new Relay.Connect(List.of(BROKER), "broker", PeerName.OF_ADDRESS),
            Relay.Timeouts.DEFAULT);
    private static final FakeConnection CONNECTION = FakeConnection.numbered(1, "orders");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Metrics metrics = new Metrics(registry);

    @BeforeEach
    void watch() {
        new ReloadMeters(registry, List.of("applied"), () -> true).count("applied");
        metrics.watch(new RelayPlan(ORDERS, null, null));
        metrics.watch(Map.of(
                "edge",
                List.of(TestPki.SERVER_TRUSTED.leaf(), TestPki.trustedRoot().certificate())));
    }

    private void lifeOfSomeConnections() {
        metrics.watchCrls(Map.of("edge", Instant.EPOCH));
        metrics.watchStaples(Map.of("edge", new StapleStatus(false, STAPLED, null)), Instant.ofEpochSecond(1_000_060));
        metrics.stapleAsked("edge", true);
        metrics.watchPeerAnswers(
                List.of("edge"), () -> Map.of("edge", new PeerAnswers(2, Instant.EPOCH, Instant.now())));
        metrics.watchPossible(900);
        metrics.accepted(CONNECTION);
        metrics.accepted(CONNECTION);
        metrics.handshaken(CONNECTION, "edge", Side.SERVER, session(false), 3_000_000);
        metrics.handshaken(CONNECTION, "edge", Side.SERVER, session(true), 400_000);
        metrics.handshaken(CONNECTION, "edge", Side.SERVER, session(true), 400_000);
        metrics.refused(CONNECTION, "edge", Side.SERVER, new TlsFailure(Side.SERVER, Refusal.UNKNOWN_CA, "who?"));
        metrics.upstreamChanged("orders", BROKER, false, "3 checks failed in a row");
        metrics.dialFailed(CONNECTION, BROKER, CloseReason.CONNECT_REFUSED, "Connection refused");
        metrics.relayed(CONNECTION, true, 100);
        metrics.relayed(CONNECTION, true, 100);
        metrics.relayed(CONNECTION, false, 5_000_000_000L);
        metrics.throttled(CONNECTION, true, 1_500_000_000);
        metrics.closed(CONNECTION, CloseReason.DONE);
    }

    private static final OcspAnswer STAPLED = new OcspAnswer(
            OcspCertId.of(TestPki.SERVER_TRUSTED.leaf(), TestPki.trustedRoot().certificate()),
            OcspAnswer.Status.GOOD,
            Instant.ofEpochSecond(1_000_000),
            Instant.ofEpochSecond(1_003_600),
            null,
            null);

    @Test
    void saysWhatIsStapled() {
        lifeOfSomeConnections();
        assertThat(sample("sallyport_ocsp_staple_age_seconds{profile=\"edge\",}"))
                .isEqualTo(60);
        assertThat(sample("sallyport_ocsp_staple_next_update_seconds{profile=\"edge\",}"))
                .isEqualTo(1_003_600);

        assertThat(sample("sallyport_ocsp_staple_shown{profile=\"edge\",}")).isEqualTo(1);
        assertThat(sample("sallyport_ocsp_staple_requests_total{profile=\"edge\",result=\"renewed\",}"))
                .isEqualTo(1);
        assertThat(sample("sallyport_ocsp_staple_requests_total{profile=\"edge\",result=\"failed\",}"))
                .isZero();

        metrics.watchStaples(Map.of("edge", new StapleStatus(false, null, "no answer")), Instant.now());
        assertThat(registry.scrape()).doesNotContain("sallyport_ocsp_staple_age_seconds{");
        assertThat(sample("sallyport_ocsp_staple_shown{profile=\"edge\",}")).isZero();

        metrics.watchStaples(Map.of(), Instant.now());
        assertThat(registry.scrape()).doesNotContain("sallyport_ocsp_staple_shown{");
    }

    @Test
    void saysWhatIsKnownOfPeersByOcspAndHowOldItIs() {
        metrics.watchPeerAnswers(
                List.of("edge", "quiet"),
                () -> Map.of("edge", new PeerAnswers(2, Instant.now().minusSeconds(3600), Instant.now())));
        assertThat(sample("sallyport_ocsp_peer_answers{profile=\"edge\",}")).isEqualTo(2);
        assertThat(sample("sallyport_ocsp_peer_answer_age_seconds{profile=\"edge\",}"))
                .isBetween(3600.0, 3660.0);
        assertThat(sample("sallyport_ocsp_peer_answer_age_seconds{profile=\"quiet\",}"))
                .isZero();
    }

    /** A look walks over every answer that is held. */
    @Test
    void eachScrapeLooksOnceAtWhatIsKnownOfPeers() {
        AtomicInteger looks = new AtomicInteger();
        metrics.watchPeerAnswers(List.of("edge", "quiet"), () -> {
            int count = looks.incrementAndGet();
            PeerAnswers answers = new PeerAnswers(count, Instant.now(), Instant.now());
            return Map.of("edge", answers, "quiet", answers);
        });
        for (int i = 1; i <= 3; i++) {
            String scraped = registry.scrape();
            assertThat(scraped)
                    .contains(
                            "sallyport_ocsp_peer_answers{profile=\"edge\",} " + i,
                            "sallyport_ocsp_peer_answers{profile=\"quiet\",} " + i,
                            "sallyport_ocsp_peer_answer_age_seconds{profile=\"edge\",}");
            assertThat(looks).hasValue(i);
        }
    }

    @Test
    void whomSoftLetInIsCounted() {
        TlsSession unknown = new TlsSession(
                "TLSv1.3",
                "TLS_AES_128_GCM_SHA256",
                false,
                null,
                null,
                null,
                new PassedOver(Refusal.OCSP_UNAVAILABLE, "no answer"));
        metrics.handshaken(CONNECTION, "edge", Side.SERVER, unknown, 1);
        assertThat(sample("sallyport_ocsp_soft_failures_total"
                        + "{profile=\"edge\",refusal=\"ocsp_unavailable\",side=\"server\",}"))
                .isEqualTo(1);
    }

    private static TlsSession session(boolean resumed) {
        return new TlsSession("TLSv1.3", "TLS_AES_128_GCM_SHA256", resumed, null, null, null);
    }

    private double sample(String line) {
        return registry.scrape()
                .lines()
                .filter(l -> l.startsWith(line + " "))
                .mapToDouble(l -> Double.parseDouble(l.substring(line.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no sample " + line + " in\n" + registry.scrape()));
    }

    @Test
    void countsConnectionsAndBytes() {
        lifeOfSomeConnections();
        assertThat(sample("sallyport_connections_active{relay=\"orders\",}")).isEqualTo(1);
        assertThat(sample("sallyport_connections_limit{relay=\"orders\",}"))
                .isEqualTo(ORDERS.limits().connections());
        assertThat(sample("sallyport_connections_possible")).isEqualTo(900);
        assertThat(sample("sallyport_connections_total{reason=\"done\",relay=\"orders\",}"))
                .isEqualTo(1);
        assertThat(sample("sallyport_connections_total{reason=\"client_reset\",relay=\"orders\",}"))
                .isZero();
        assertThat(sample("sallyport_bytes_total{direction=\"in\",relay=\"orders\",}"))
                .isEqualTo(200);
        assertThat(sample("sallyport_bytes_total{direction=\"out\",relay=\"orders\",}"))
                .isEqualTo(5e9);
        assertThat(sample("sallyport_upstream_connect_failures_total"
                        + "{reason=\"connect_refused\",relay=\"orders\",upstream=\"broker.test:5671\",}"))
                .isEqualTo(1);
        assertThat(sample("sallyport_upstream_up{relay=\"orders\",upstream=\"broker.test:5671\",}"))
                .isZero();
    }

    @Test
    void anUpstreamThatAReloadTookAwayIsNotShown() {
        metrics.upstreamChanged("orders", BROKER, false, "test");
        Relay moved = new Relay(
                "orders",
                ORDERS.listen(),
                new Relay.Connect(List.of(new Address("other.test", 1)), "broker", PeerName.OF_ADDRESS),
                ORDERS.timeouts());

        metrics.watch(new RelayPlan(moved, null, null));

        assertThat(registry.scrape())
                .contains("sallyport_upstream_up{relay=\"orders\",upstream=\"other.test:1\",} 1.0")
                .doesNotContain("sallyport_upstream_up{relay=\"orders\",upstream=\"broker.test:5671\"");
    }

    @Test
    void countsHandshakes() {
        lifeOfSomeConnections();
        String labels = "{cipher=\"TLS_AES_128_GCM_SHA256\",profile=\"edge\",resumed=\"%s\",side=\"server\","
                + "version=\"TLSv1.3\",}";
        assertThat(sample("sallyport_handshakes_total" + labels.formatted(false)))
                .isEqualTo(1);
        assertThat(sample("sallyport_handshakes_total" + labels.formatted(true)))
                .isEqualTo(2);
        assertThat(sample("sallyport_handshake_failures_total"
                        + "{profile=\"edge\",refusal=\"unknown_ca\",side=\"server\",}"))
                .isEqualTo(1);
        assertThat(sample("sallyport_handshake_seconds_bucket{profile=\"edge\",side=\"server\",le=\"0.001\",}"))
                .isEqualTo(2);
        assertThat(sample("sallyport_handshake_seconds_count{profile=\"edge\",side=\"server\",}"))
                .isEqualTo(3);
    }

    @Test
    void saysWhenCertificatesEnd() {
        assertThat(sample("sallyport_certificate_not_after_seconds{certificate=\"CN=server.test\",profile=\"edge\",}"))
                .isEqualTo(TestPki.SERVER_TRUSTED.leaf().getNotAfter().getTime() / 1000.0);
        String root =
                TestPki.trustedRoot().certificate().getSubjectX500Principal().getName();
        assertThat(sample("sallyport_certificate_not_after_seconds{certificate=\"" + root + "\",profile=\"edge\",}"))
                .isPositive();
    }

    @Test
    void whatAPeerSendsIsNoLabel() {
        TlsSession named = new TlsSession("TLSv1.3", "TLS_AES_128_GCM_SHA256", false, "peers-choice.test", "odd", null);
        metrics.handshaken(CONNECTION, "edge", Side.SERVER, named, 1);
        assertThat(registry.scrape()).doesNotContain("peers-choice", "odd", "192.0.2.7");
    }

    @Test
    void promtoolHasNoFinding() throws IOException, InterruptedException {
        Promtool.assumeInstalled();
        lifeOfSomeConnections();
        assertThat(Promtool.findings(registry.scrape())).isEmpty();
    }

    @Test
    void theDocumentationNamesThemAll() throws IOException {
        lifeOfSomeConnections();
        Set<String> exported = names(Pattern.compile("(?m)^# TYPE (sallyport_\\w+) "), registry.scrape());
        Set<String> documented =
                names(Pattern.compile("(?m)^\\| `(sallyport_\\w+)`"), Files.readString(Path.of("docs/metrics.md")));
        assertThat(documented).isEqualTo(exported);
    }

    /** A row of the documentation, or what is exported: type, and labels in the order of the alphabet. */
    private record Described(String type, Set<String> labels) {}

    @Test
    void theDocumentationHasTheirTypesAndLabels() throws IOException {
        lifeOfSomeConnections();
        Map<String, Described> documented = new TreeMap<>();
        Pattern.compile("(?m)^\\| `(sallyport_\\w+)` \\| (\\w+) \\|([^|]*)\\|")
                .matcher(Files.readString(Path.of("docs/metrics.md")))
                .results()
                .forEach(row -> documented.put(
                        row.group(1), new Described(row.group(2), names(Pattern.compile("`(\\w+)`"), row.group(3)))));
        assertThat(documented).isEqualTo(exported(registry.scrape()));
    }

    private static Map<String, Described> exported(String scrape) {
        Map<String, Described> exported = new TreeMap<>();
        Pattern.compile("(?m)^# TYPE (sallyport_\\w+) (\\w+)")
                .matcher(scrape)
                .results()
                .forEach(type -> {
                    Set<String> labels = new TreeSet<>();
                    Pattern.compile("(?m)^" + type.group(1) + "(?:_bucket)?\\{(.*)\\} ")
                            .matcher(scrape)
                            .results()
                            .forEach(sample -> labels.addAll(names(Pattern.compile("(\\w+)=\""), sample.group(1))));
                    labels.remove("le");
                    exported.put(type.group(1), new Described(type.group(2), labels));
                });
        return exported;
    }

    @Test
    void theDocumentationNamesEachLabelValue() throws IOException {
        String text = Files.readString(Path.of("docs/metrics.md"));
        for (CloseReason reason : CloseReason.values()) {
            assertThat(text).contains("`" + reason.code() + "`");
        }
        assertThat(text).contains("(refusals.md)");
    }

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
