package io.sallyport.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.fault.Refusal;
import io.sallyport.profile.Address;
import io.sallyport.relay.CloseReason;
import io.sallyport.relay.ConnectionView;
import io.sallyport.tls.PassedOver;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsSession;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RefusalLogTest {

    private final WrittenLines written = new WrittenLines();
    private final LogLines lines = new LogLines(written, 10_000);
    private final List<Runnable> later = new ArrayList<>();
    private final RefusalLog log = new RefusalLog(lines, (delay, task) -> later.add(task));

    @AfterEach
    void close() {
        lines.close();
    }

    private void refuse(int times, Refusal refusal) {
        for (int i = 0; i < times; i++) {
            log.refused(
                    FakeConnection.numbered(i, "orders"),
                    "edge",
                    Side.SERVER,
                    new TlsFailure(Side.SERVER, refusal, "CN=client.test ended on 2026-01-01"));
        }
    }

    @Test
    void aRefusalSaysWhoWhyAndWhatToDo() {
        refuse(1, Refusal.CERTIFICATE_EXPIRED);
        WrittenLines.Line line = written.await(1).get(0);
        assertThat(line.level()).isEqualTo(Logger.Level.INFO);
        assertThat(line.text())
                .isEqualTo("handshake refused id=0 relay=orders route=- profile=edge side=server peer=192.0.2.7:40000"
                        + " refusal=certificate_expired refusal_side=server refusal_phase=handshake"
                        + " openssl=10 openssl_name=X509_V_ERR_CERT_HAS_EXPIRED"
                        + " detail=\"CN=client.test ended on 2026-01-01\""
                        + " hint=\"renew the certificate, and check this machine's clock\"");
    }

    @Test
    void whoIsLetInThoughNothingIsKnownOfThemIsSaid() {
        PassedOver unknown = new PassedOver(Refusal.OCSP_UNAVAILABLE, "CN=client.test has no OCSP answer");
        TlsSession session = new TlsSession("TLSv1.3", "c", false, null, null, null, unknown);
        for (int i = 0; i < 100; i++) {
            log.handshaken(FakeConnection.numbered(i, "orders"), "edge", Side.SERVER, session, 1);
        }

        List<WrittenLines.Line> said = written.await(10);
        assertThat(said).hasSize(10);
        assertThat(said.get(0).level()).isEqualTo(Logger.Level.WARN);
        assertThat(said.get(0).text())
                .startsWith("let in, though OCSP doesn't say whether it is revoked id=0 relay=orders profile=edge")
                .contains("refusal=ocsp_unavailable", "detail=\"CN=client.test has no OCSP answer\"");
    }

    @Test
    void aStormWritesAFewLinesAndThenItsSize() {
        refuse(1000, Refusal.UNKNOWN_CA);
        refuse(1, Refusal.CERTIFICATE_EXPIRED);
        assertThat(written.await(11)).hasSize(11);

        later.forEach(Runnable::run);

        assertThat(written.await(12).get(11).text())
                .isEqualTo("more handshakes refused, lines left out relay=orders profile=edge side=server"
                        + " refusal=unknown_ca count=990 seconds=10");
    }

    @Test
    void aNewWindowHasLinesAgain() {
        refuse(10, Refusal.UNKNOWN_CA);
        later.forEach(Runnable::run);
        refuse(3, Refusal.UNKNOWN_CA);
        lines.close();
        assertThat(written.now()).hasSize(13);
    }

    @Test
    void aPeerThatJustLeavesIsNoNews() {
        refuse(1, Refusal.PEER_CLOSED);
        assertThat(written.await(1).get(0).level()).isEqualTo(Logger.Level.DEBUG);
    }

    /** Lines are written later, on a thread of their own: the next upstream may be dialled by then. */
    @Test
    void aRefusalNamesTheUpstreamThatItIsAbout() {
        Thread loop = Thread.currentThread();
        FakeConnection connection = FakeConnection.numbered(1, "orders");
        ConnectionView moving = (ConnectionView) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ConnectionView.class},
                (proxy, method, arguments) -> method.getName().equals("upstream")
                        ? new Address(Thread.currentThread() == loop ? "a.test" : "b.test", 1)
                        : method.invoke(connection, arguments));

        log.refused(moving, "", Side.CLIENT, new TlsFailure(Side.CLIENT, Refusal.NOT_TLS, "that is no TLS"));

        assertThat(written.await(1).get(0).text()).contains(" profile=- side=client peer=a.test:1 ");
    }

    @Test
    void anUpstreamThatCannotBeReachedIsNamed() {
        log.dialFailed(
                FakeConnection.numbered(4, "orders"),
                new Address("broker.test", 5671),
                CloseReason.CONNECT_REFUSED,
                "Connection refused");
        WrittenLines.Line line = written.await(1).get(0);
        assertThat(line.level()).isEqualTo(Logger.Level.WARN);
        assertThat(line.text())
                .isEqualTo("upstream not reached id=4 relay=orders upstream=broker.test:5671"
                        + " reason=connect_refused detail=\"Connection refused\"");
    }
}
