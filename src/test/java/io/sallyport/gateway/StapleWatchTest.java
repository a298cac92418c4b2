package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Meter;
import io.sallyport.OcspResponder;
import io.sallyport.OcspSpec;
import io.sallyport.TestPki;
import io.sallyport.peer.OpenSsl;
import io.sallyport.pki.PemWriter;
import io.sallyport.pki.Sha256;
import io.sallyport.tls.StapleStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gateway that staples starts, reloads and serves whatever comes of the response. */
class StapleWatchTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String NONE = "OCSP response: no response sent";
    private static final String SERVED = "server.test";
    private static final String GOOD = "Cert Status: good";

    private final Log log = new Log();
    private final CountDownLatch silence = new CountDownLatch(1);
    private ReloadRig rig;
    private OcspResponder responder;

    private static final class Log extends Handler {

        final List<String> messages = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord entry) {
            messages.add(entry.getLevel() + " " + entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @BeforeEach
    void open() throws Exception {
        rig = new ReloadRig();
        responder = new OcspResponder();
        Logger.getLogger(StapleWatch.class.getName()).addHandler(log);
    }

    @AfterEach
    void close() throws Exception {
        Logger.getLogger(StapleWatch.class.getName()).removeHandler(log);
        silence.countDown();
        responder.close();
        rig.close();
    }

    private Path cache() {
        return rig.directory.resolve("ocsp");
    }

    private void configure() {
        rig.configure(rig.tlsToPlain(
                "verify: optional",
                "ocsp: { staple: true, staple-responder: \"%s\", staple-cache: %s }"
                        .formatted(responder.url(), cache())));
    }

    private void start() throws Exception {
        configure();
        rig.start();
        assertThat(rig.gateway.phase()).isEqualTo(Gateway.Phase.RUNNING);
    }

    /** What a client reads that asks for the response. */
    private String read() throws Exception {
        try (OpenSsl client =
                OpenSsl.start("s_client", "-connect", "127.0.0.1:" + rig.port("orders"), "-status", "-tls1_3")) {
            client.endInput();
            return client.awaitEnd();
        }
    }

    /** Of the response that is shown. */
    private List<Meter> gauges() {
        return rig.registry.getMeters().stream()
                .filter(meter -> List.of("sallyport.ocsp.staple.age", "sallyport.ocsp.staple.next.update")
                        .contains(meter.getId().getName()))
                .toList();
    }

    private double shown() {
        return rig.registry.get("sallyport.ocsp.staple.shown").gauge().value();
    }

    private double requests(String result) {
        return rig.registry
                .get("sallyport.ocsp.staple.requests")
                .tag("result", result)
                .counter()
                .count();
    }

    private StapleStatus status() {
        return Objects.requireNonNull(
                OcspStatus.staples(rig.blueprint().contexts().values(), Instant.now())
                        .get("edge"));
    }

    @Test
    void neitherStartNorReloadWaitsForAResponder() throws Exception {
        responder.answersAfter(silence, good -> good);
        rig.renew("edge");
        start();
        assertThat(log.messages).as("who waits hears that there is no answer").isEmpty();
        await().atMost(LIMIT).until(() -> responder.asked() == 1);
        assertThat(read()).contains(NONE, SERVED);

        X509Certificate renewed = rig.renew("edge");
        List<String> before = List.copyOf(log.messages);
        assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);
        assertThat(log.messages).isEqualTo(before);
        await().atMost(LIMIT).until(() -> responder.asked() == 2);
        assertThat(read()).contains(NONE, SERVED);
        assertThat(gauges()).isEmpty();
        assertThat(shown()).isZero();
        assertThat(status()).isEqualTo(new StapleStatus(false, null, null));

        String serial = renewed.getSerialNumber().toString(16);
        silence.countDown();
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(read()).contains(GOOD).containsPattern("(?i)Serial Number: 0?" + serial + "\\R"));
        await().atMost(LIMIT).untilAsserted(() -> assertThat(gauges()).hasSize(2));
        assertThat(shown()).isEqualTo(1);
        assertThat(requests("renewed")).isPositive();
        assertThat(status().shown()).isNotNull();
        assertThat(log.messages).anyMatch(line -> line.startsWith("INFO OCSP response stapled profile=edge "));
    }

    /** Behaviour G2. */
    @Test
    void aMissingIssuerStopsNothing() throws Exception {
        rig.write(
                "edge.crt",
                PemWriter.text(
                        List.of(TestPki.SERVER_VIA_ONE_INTERMEDIATE.credential().leaf())));
        rig.write(
                "edge.key",
                PemWriter.text(TestPki.SERVER_VIA_ONE_INTERMEDIATE.credential().key()));
        start();
        assertThat(rig.blueprint().warnings())
                .anyMatch(warning -> warning.key().equals("sallyport.profiles.edge.ocsp.staple")
                        && warning.message().contains("the issuer of "));

        assertThat(read()).contains(NONE, SERVED);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(log.messages)
                        .containsExactly("WARN no new OCSP response to staple profile=edge detail=\"the OCSP response"
                                + " can't be asked for: its issuer is neither in cert's file nor in ca\" shown=none"));
        assertThat(responder.asked()).isZero();
        assertThat(gauges()).isEmpty();
        assertThat(shown()).isZero();
        assertThat(requests("failed")).isEqualTo(1);
        assertThat(status().failure())
                .isEqualTo("the OCSP response can't be asked for: its issuer is neither in cert's file nor in ca");
    }

    /** Behaviour G2. */
    @Test
    void aStoredResponseThatIsOutOfDateStopsNothing() throws Exception {
        X509Certificate leaf = rig.renew("edge");
        Instant dayAgo = Instant.now().minus(Duration.ofDays(1));
        Files.createDirectories(cache());
        Files.write(
                cache().resolve(Sha256.hex(leaf.getEncoded()) + ".ocsp"),
                OcspSpec.good(leaf, rig.ca)
                        .dated(dayAgo, dayAgo.plusSeconds(60))
                        .sign());
        start();

        assertThat(read()).contains(NONE, SERVED);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(log.messages)
                        .anyMatch(line -> line.startsWith("WARN no new OCSP response to staple profile=edge ")
                                && line.endsWith(" shown=none")));
        assertThat(gauges()).isEmpty();
    }
}
