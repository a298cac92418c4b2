package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sallyport.OcspResponder;
import io.sallyport.OcspSpec;
import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import io.sallyport.peer.Peer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.Credential;
import io.sallyport.pki.OcspResponse;
import io.sallyport.profile.OcspCheck;
import io.sallyport.profile.Profile;
import io.sallyport.tls.PassedOver;
import io.sallyport.tls.PeerAnswers;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsContext;
import io.sallyport.tls.TlsFailure;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code ocsp.check} means, against a responder that behaves in every way. */
class OcspCheckTest {

    /** More than Vert.x has workers: were one held by each, the others would wait. */
    private static final int MORE_THAN_WORKERS = 30;

    private static RelayRig rig;
    private static Upstream echo;

    private OcspResponder responder;

    @TempDir
    Path directory;

    /** How a responder may behave. */
    enum Behaviour {
        GOOD(null, r -> r.answers(good -> good)),
        REVOKED(Refusal.REVOKED, r -> r.answers(good -> good.revoked(Instant.now(), 1))),
        UNKNOWN(Refusal.OCSP_UNKNOWN, r -> r.answers(OcspSpec::unknown)),
        SLOW(Refusal.OCSP_UNAVAILABLE, r -> r.answersAfter(new CountDownLatch(1), good -> good)),
        ENDLESS(
                Refusal.OCSP_UNAVAILABLE,
                r -> r.answers((exchange, request) -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write(48);
                    exchange.getResponseBody().flush();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        // The responder is closed.
                    }
                })),
        WRONG_SIGNER(
                Refusal.OCSP_REJECTED,
                r -> r.answers(good -> good.signedBy(TestPki.otherRoot().credential()))),
        STALE(
                Refusal.OCSP_REJECTED,
                r -> r.answers(good -> good.dated(
                        Instant.now().minus(Duration.ofDays(2)), Instant.now().minus(Duration.ofDays(1))))),
        OF_ANOTHER_NONCE(Refusal.OCSP_REJECTED, r -> r.answers(good -> good.withNonce(new byte[] {4, 1, 7}))),
        HUGE(Refusal.OCSP_UNAVAILABLE, r -> r.answers(new byte[OcspResponse.MAX_BYTES + 1])),
        JUNK(Refusal.OCSP_UNAVAILABLE, r -> r.answers(new byte[] {1, 2, 3})),
        TRY_LATER(Refusal.OCSP_UNAVAILABLE, r -> r.answers(OcspSpec.without(3))),
        HTTP_ERROR(
                Refusal.OCSP_UNAVAILABLE, r -> r.answers((exchange, request) -> exchange.sendResponseHeaders(503, -1))),
        RESET(Refusal.OCSP_UNAVAILABLE, r -> r.answers((exchange, request) -> exchange.close()));

        private final @Nullable Refusal refusal;
        private final Consumer<OcspResponder> set;

        Behaviour(@Nullable Refusal refusal, Consumer<OcspResponder> set) {
            this.refusal = refusal;
            this.set = set;
        }
    }

    @BeforeAll
    static void open() throws Exception {
        rig = new RelayRig();
        echo = Upstream.echo();
    }

    @AfterAll
    static void close() throws Exception {
        echo.close();
        rig.close();
    }

    @BeforeEach
    void openResponder() {
        responder = new OcspResponder();
    }

    @AfterEach
    void closeResponder() {
        responder.close();
    }

    private OcspCheck check(OcspCheck.Mode mode, Duration timeout) {
        return new OcspCheck(mode, URI.create(responder.url()), timeout);
    }

    private static Profile edge(OcspCheck check) {
        Profile edge = RelayRig.edge();
        return edge.withTrust(edge.trust().withOcsp(check));
    }

    private int start(OcspCheck check) throws Exception {
        return rig.start(edge(check), null, echo.port());
    }

    private int start(OcspCheck.Mode mode) throws Exception {
        return start(check(mode, Duration.ofSeconds(10)));
    }

    private static void echoed(int port, SSLContext client) throws Exception {
        try (Peer peer = TlsPeer.connect(port, client, "TLSv1.3", null)) {
            peer.write(new byte[] {7});
            assertThat(peer.readExactly(1)).containsExactly(7);
        }
    }

    private static TlsFailure refused(int port, SSLContext client, String alert) {
        int before = rig.events.refusals.size();
        assertThatThrownBy(() -> echoed(port, client)).hasMessageContaining(alert);
        return rig.events.awaitRefusal(before + 1);
    }

    private static SSLContext client() {
        return TestTls.context(TestPki.CLIENT_TRUSTED);
    }

    @ParameterizedTest
    @EnumSource
    void softRefusesTheRevokedAndLetsInWhomNothingIsKnownOf(Behaviour behaviour) throws Exception {
        behaviour.set.accept(responder);
        boolean patient = behaviour.refusal != Refusal.OCSP_UNAVAILABLE;
        int port = start(check(OcspCheck.Mode.SOFT, patient ? Duration.ofSeconds(10) : Duration.ofMillis(300)));

        if (behaviour == Behaviour.REVOKED) {
            assertThat(refused(port, client(), "certificate_revoked").refusal()).isEqualTo(Refusal.REVOKED);
            return;
        }
        int before = rig.events.serverSessions.size();
        echoed(port, client());
        PassedOver passedOver = rig.events.serverSessions.get(before).passedOver();
        if (behaviour.refusal == null) {
            assertThat(passedOver).isNull();
        } else {
            assertThat(passedOver).isNotNull();
            assertThat(passedOver.refusal()).as(passedOver.detail()).isEqualTo(behaviour.refusal);
        }
    }

    @ParameterizedTest
    @EnumSource
    void hardLetsInWhomAnAnswerCallsGoodAndNobodyElse(Behaviour behaviour) throws Exception {
        behaviour.set.accept(responder);
        boolean patient = behaviour.refusal != Refusal.OCSP_UNAVAILABLE;
        int port = start(check(OcspCheck.Mode.HARD, patient ? Duration.ofSeconds(10) : Duration.ofMillis(300)));

        if (behaviour.refusal == null) {
            echoed(port, client());
        } else {
            String alert = behaviour == Behaviour.REVOKED ? "certificate_revoked" : "certificate_unknown";
            TlsFailure failure = refused(port, client(), alert);
            assertThat(failure.refusal()).as(failure.detail()).isEqualTo(behaviour.refusal);
            assertThat(failure.number()).isEqualTo(behaviour.refusal.number());
        }
    }

    @Test
    void whatIsHeldOfPeersHasAnAge() throws Exception {
        Instant issued = Instant.now().minus(Duration.ofHours(2)).truncatedTo(ChronoUnit.SECONDS);
        responder.answers(good -> good.dated(issued, Instant.now().plus(Duration.ofHours(1))));
        TlsContext context = Objects.requireNonNull(
                rig.context(edge(check(OcspCheck.Mode.HARD, Duration.ofSeconds(10))), Side.SERVER));
        int port = rig.start(
                new RelayPlan(RelayRig.relay(context.profile(), null, RelayRig.TIMEOUTS, echo.port()), context, null));
        assertThat(context.peerAnswers(Instant.now())).isEqualTo(PeerAnswers.NONE);

        echoed(port, client());
        assertThat(context.peerAnswers(Instant.now())).isEqualTo(new PeerAnswers(1, issued, issued));
        assertThat(context.peerAnswers(Instant.now().plus(Duration.ofHours(2)))).isEqualTo(PeerAnswers.NONE);
    }

    @Test
    void aResponderThatIsDownIsNoAnswer() throws Exception {
        OcspCheck soft = check(OcspCheck.Mode.SOFT, Duration.ofSeconds(10));
        OcspCheck hard = check(OcspCheck.Mode.HARD, Duration.ofSeconds(10));
        responder.close();

        echoed(start(soft), client());
        assertThat(refused(start(hard), client(), "certificate_unknown").refusal())
                .isEqualTo(Refusal.OCSP_UNAVAILABLE);
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        try (OcspResponder elsewhere = new OcspResponder()) {
            elsewhere.answers(good -> good);
            responder.answers((exchange, request) -> {
                exchange.getResponseHeaders().add("Location", elsewhere.url());
                exchange.sendResponseHeaders(307, -1);
            });

            TlsFailure failure = refused(start(OcspCheck.Mode.HARD), client(), "certificate_unknown");

            assertThat(failure.detail()).contains("HTTP 307");
            assertThat(elsewhere.asked()).isZero();
        }
    }

    @Test
    void anAnswerIsAskedForOnceAndKept() throws Exception {
        responder.answers(good -> good);
        int port = start(OcspCheck.Mode.HARD);

        echoed(port, client());
        echoed(port, client());

        assertThat(responder.asked()).isEqualTo(1);
    }

    @Test
    void anAnswerIsNotKeptBeyondItsNextUpdate() throws Exception {
        // It may be believed for the clocks' sake, and is asked for again.
        responder.answers(
                good -> good.dated(Instant.now().minusSeconds(60), Instant.now().minusSeconds(1)));
        int port = start(OcspCheck.Mode.HARD);
        echoed(port, client());
        echoed(port, client());
        assertThat(responder.asked()).isEqualTo(2);

        responder.answers(good -> good.revoked(Instant.now(), 4));
        assertThat(refused(port, client(), "certificate_revoked").refusal()).isEqualTo(Refusal.REVOKED);

        // And once it is revoked no older answer makes it good again.
        responder.answers(good -> good);
        refused(port, client(), "certificate_revoked");
        assertThat(responder.asked()).isEqualTo(3);
    }

    @Test
    void theResponderThatTheCertificateNamesIsAsked() throws Exception {
        responder.answers(good -> good);
        Credential named = TestPki.trustedRoot()
                .issue(CertificateSpec.client("CN=named.test")
                        .withExtension(
                                "1.3.6.1.5.5.7.1.1",
                                false,
                                OcspSpec.authorityInfo("ldap://nowhere.test", responder.url())));
        int port = start(new OcspCheck(OcspCheck.Mode.HARD, null, Duration.ofSeconds(10)));

        echoed(port, TestTls.context(named, TestPki.trustedRoot().certificate()));

        assertThat(responder.asked()).isEqualTo(1);
        TlsFailure none = refused(port, client(), "certificate_unknown");
        assertThat(none.refusal()).isEqualTo(Refusal.OCSP_UNAVAILABLE);
        assertThat(none.detail()).contains("names no OCSP responder");
    }

    @Test
    void whoIsNotTrustedMakesNobodyAsk() throws Exception {
        responder.answers(good -> good);
        Credential stranger = TestPki.otherRoot()
                .issue(CertificateSpec.client("CN=stranger.test")
                        .withExtension("1.3.6.1.5.5.7.1.1", false, OcspSpec.authorityInfo(responder.url())));

        TlsFailure failure = refused(
                start(OcspCheck.Mode.SOFT),
                TestTls.context(stranger, TestPki.trustedRoot().certificate()),
                "unknown_ca");

        assertThat(failure.refusal()).isEqualTo(Refusal.UNKNOWN_CA);
        assertThat(responder.asked()).isZero();
    }

    /** The handshakes that wait hold neither the event loops nor the workers, which others need. */
    @Test
    void othersAreServedWhileAResponderIsSilent() throws Exception {
        CountDownLatch silence = new CountDownLatch(1);
        responder.answersAfter(silence, good -> good);
        int waiting = start(check(OcspCheck.Mode.HARD, Duration.ofSeconds(9)));
        int other = rig.start(RelayRig.edge(), null, echo.port());
        List<CompletableFuture<Void>> held = new ArrayList<>();
        for (int i = 0; i < MORE_THAN_WORKERS; i++) {
            held.add(echo.async(() -> {
                echoed(waiting, client());
                return null;
            }));
        }
        await().until(() -> responder.asked() == 1);

        // As many on each loop; each verifies a chain, for which it needs a worker.
        for (int i = 0; i < 4; i++) {
            echoed(other, client());
        }
        assertThat(held).noneMatch(CompletableFuture::isDone);

        silence.countDown();
        for (CompletableFuture<Void> one : held) {
            one.get(10, TimeUnit.SECONDS);
        }
        assertThat(responder.asked()).isEqualTo(1);
    }

    /** F9: a session keeps no verdict that is out of date. */
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void whoIsRevokedAfterTheFullHandshakeIsNotLetInByResumption(String version) throws Exception {
        SessionClient client = new SessionClient(rig, directory, TestPki.CLIENT_TRUSTED.credential());
        responder.answers(good -> good.dated(Instant.now(), null));
        int port = start(OcspCheck.Mode.SOFT);
        client.connect(port, version, null, "session");
        assertThat(client.connect(port, version, "session", null).resumed()).isTrue();
        assertThat(responder.asked()).isEqualTo(2);

        responder.answers(good -> good.revoked(Instant.now(), 4));
        client.refused(port, version, "session");

        TlsFailure failure = rig.events.refusals.get(rig.events.refusals.size() - 1);
        assertThat(failure.refusal()).isEqualTo(Refusal.REVOKED);
        assertThat(failure.phase()).isEqualTo(TlsFailure.Phase.RESUMPTION);
    }

    @ParameterizedTest
    @CsvSource({"SOFT", "HARD"})
    void aResumedSessionCostsNoQuestionWhileTheAnswerHolds(OcspCheck.Mode mode) throws Exception {
        SessionClient client = new SessionClient(rig, directory, TestPki.CLIENT_TRUSTED.credential());
        responder.answers(good -> good);
        int port = start(mode);

        client.connect(port, "-tls1_3", null, "session");
        assertThat(client.connect(port, "-tls1_3", "session", null).resumed()).isTrue();
        assertThat(responder.asked()).isEqualTo(1);
    }
}
