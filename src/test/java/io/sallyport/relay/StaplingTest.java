package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.OcspResponder;
import io.sallyport.OcspSpec;
import io.sallyport.TestPki;
import io.sallyport.peer.OpenSsl;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.Credential;
import io.sallyport.pki.OcspAnswer;
import io.sallyport.pki.PemWriter;
import io.sallyport.pki.Sha256;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Relay;
import io.sallyport.profile.Stapling;
import io.sallyport.profile.VerifyMode;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsContext;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code openssl s_client -status} reads. Each test has a certificate of its own, for which nothing is kept yet. */
class StaplingTest {

    private static final String NONE = "OCSP response: no response sent";
    private static final String GOOD = "Cert Status: good";

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private final Upstream echo = rig.closing(Upstream.echo());
    private OcspResponder responder;
    private Credential server;

    @TempDir
    Path directory;

    @BeforeEach
    void open() throws Exception {
        responder = new OcspResponder();
        server = issue();
    }

    @AfterEach
    void close() throws Exception {
        responder.close();
    }

    private static Credential issue() {
        return TestPki.trustedRoot().issue(CertificateSpec.server("CN=server.test", "DNS:localhost"));
    }

    private TlsContext context(@Nullable Path cache) throws Exception {
        Path files = Files.createTempDirectory(directory, "server");
        Path cert = files.resolve("server.crt");
        Path key = files.resolve("server.key");
        PemWriter.writeChain(cert, List.of(server.leaf(), TestPki.trustedRoot().certificate()));
        PemWriter.writeKey(key, server.key());
        Profile profile = RelayRig.profile("edge", TestPki.SERVER_TRUSTED, VerifyMode.NONE, 100);
        Profile.OwnCertificate own =
                new Profile.OwnCertificate(cert, key, null, new Stapling(URI.create(responder.url()), cache));
        TlsContext context = rig.context(
                new Profile("edge", own, profile.trust(), profile.negotiation(), profile.peerName(), profile.session()),
                Side.SERVER);
        return Objects.requireNonNull(context);
    }

    private int start(TlsContext context) throws Exception {
        Relay relay = RelayRig.relay(context.profile(), null, RelayRig.TIMEOUTS, echo.port());
        return rig.start(new RelayPlan(relay, context, null));
    }

    private static void refresh(TlsContext context, Instant now) throws Exception {
        assertThat(context.refreshStaple(now).get(10, TimeUnit.SECONDS)).isTrue();
    }

    /** What a client reads that asks for it. */
    private static String read(int port, String version) throws Exception {
        try (OpenSsl client = OpenSsl.start(
                "s_client",
                "-connect",
                "127.0.0.1:" + port,
                "-CAfile",
                TestPki.trustedCa().toString(),
                "-status",
                version)) {
            client.endInput();
            return client.awaitEnd();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void aClientReadsTheStapleAndAfterARenewalTheNewOne(String version) throws Exception {
        Instant first = Instant.now().minus(Duration.ofHours(2)).truncatedTo(ChronoUnit.SECONDS);
        Instant next = Instant.now().plus(Duration.ofHours(10)).truncatedTo(ChronoUnit.SECONDS);
        responder.answers(good -> good.dated(first, next));
        TlsContext context = context(null);
        int port = start(context);
        assertThat(read(port, version)).contains(NONE);

        refresh(context, Instant.now());
        assertThat(read(port, version)).contains(GOOD).doesNotContain(NONE);
        OcspAnswer shown = context.stapled(Instant.now());
        assertThat(shown).isNotNull();
        assertThat(shown.thisUpdate()).isEqualTo(first);

        // Halfway to its next update it is renewed, and not before.
        Instant halfway = first.plus(Duration.between(first, next).dividedBy(2));
        assertThat(context.refreshStaple(halfway.minusSeconds(1)).get(10, TimeUnit.SECONDS))
                .isFalse();
        Instant second = Instant.now().minusSeconds(1).truncatedTo(ChronoUnit.SECONDS);
        responder.answers(good -> good.dated(second, next.plusSeconds(3600)));
        refresh(context, halfway);

        assertThat(read(port, version)).contains(GOOD);
        assertThat(context.stapled(Instant.now()))
                .extracting(OcspAnswer::thisUpdate)
                .isEqualTo(second);
        assertThat(responder.asked()).isEqualTo(2);
    }

    static Stream<UnaryOperator<OcspSpec>> unfit() {
        Instant dayAgo = Instant.now().minus(Duration.ofDays(1));
        return Stream.of(
                good -> good.revoked(dayAgo, 1),
                OcspSpec::unknown,
                good -> good.signedBy(TestPki.otherRoot().credential()),
                good -> OcspSpec.good(BigInteger.TEN, TestPki.trustedRoot()),
                good -> good.dated(dayAgo, dayAgo.plusSeconds(3600)),
                // Believed for the clocks' sake, but a client may see it otherwise.
                good -> good.dated(dayAgo, Instant.now().minusSeconds(10)),
                good -> good.dated(Instant.now(), null));
    }

    @ParameterizedTest
    @MethodSource("unfit")
    void whatDoesNotFitOrIsOutOfDateIsNeverSent(UnaryOperator<OcspSpec> change) throws Exception {
        responder.answers(change);
        TlsContext context = context(null);

        assertThatThrownBy(() -> context.refreshStaple(Instant.now()).get(10, TimeUnit.SECONDS))
                .hasMessageContaining("OcspException");

        assertThat(context.stapled(Instant.now())).isNull();
        assertThat(read(start(context), "-tls1_3")).contains(NONE);
        // Nor is a responder that has nothing better asked again and again.
        assertThat(context.refreshStaple(Instant.now().plusSeconds(50)).get(10, TimeUnit.SECONDS))
                .isFalse();
        assertThat(responder.asked()).isEqualTo(1);
    }

    @Test
    void itOutlivesTheProcessInADirectory() throws Exception {
        Path cache = directory.resolve("cache");
        responder.answers(good -> good);
        refresh(context(cache), Instant.now());
        List<Path> files;
        try (Stream<Path> entries = Files.list(cache)) {
            files = entries.toList();
        }
        assertThat(files).hasSize(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.get(0))))
                .isEqualTo("rw-------");

        // In a new process nothing but the directory knows it.
        server = issue();
        OcspSpec good = OcspSpec.good(server.leaf(), TestPki.trustedRoot());
        Path kept = cache.resolve(Sha256.hex(server.leaf().getEncoded()) + ".ocsp");
        Files.write(kept, good.sign());
        assertThat(context(cache).stapled(Instant.now())).isNotNull();
        assertThat(responder.asked()).isEqualTo(1);

        // Whatever lies there by its name is judged before it is shown.
        server = issue();
        Files.write(cache.resolve(Sha256.hex(server.leaf().getEncoded()) + ".ocsp"), good.sign());
        assertThat(context(cache).stapled(Instant.now())).isNull();
    }

    @Test
    void aReloadTakesItOverAndANewCertificateDoesNot() throws Exception {
        responder.answers(good -> good);
        refresh(context(null), Instant.now());
        int before = responder.asked();

        assertThat(read(start(context(null)), "-tls1_3")).contains(GOOD);
        assertThat(responder.asked()).isEqualTo(before);

        server = issue();
        TlsContext renewed = context(null);
        int port = start(renewed);
        assertThat(read(port, "-tls1_3")).contains(NONE);
        refresh(renewed, Instant.now());
        assertThat(read(port, "-tls1_3")).contains(GOOD);
    }

    @Test
    void clientsAreServedWhileTheResponderIsSilent() throws Exception {
        CountDownLatch silence = new CountDownLatch(1);
        responder.answersAfter(silence, good -> good);
        TlsContext context = context(null);
        int port = start(context);
        CompletableFuture<Boolean> asked = context.refreshStaple(Instant.now());

        assertThat(read(port, "-tls1_3")).contains(NONE);
        assertThat(asked).isNotDone();

        silence.countDown();
        assertThat(asked.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(read(port, "-tls1_3")).contains(GOOD);
    }
}
