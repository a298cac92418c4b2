package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.TestPki;
import io.sallyport.peer.TestTls;
import io.sallyport.pki.CrlSpec;
import io.sallyport.pki.PemWriter;
import io.sallyport.tls.TicketKeyDirectory;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A policy that changes while the gateway runs holds at the next handshake, for those who offer an old session too. */
class RevokeWhileRunningTest {

    private ReloadRig rig;
    private final SSLContext client = TestTls.context(TestPki.CLIENT_TRUSTED);

    @BeforeEach
    void start() throws Exception {
        rig = new ReloadRig();
        rig.renew("edge");
        rig.write("ca.crl", crl(CrlSpec.validUntil(tomorrow())));
        // The keys of the tickets stay, so that only the policy can keep a session from being resumed.
        new TicketKeyDirectory(rig.directory.resolve("tickets")).create(Instant.now());
        configure("");
        rig.start();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private void configure(String allow) {
        rig.configure("""
                sallyport:
                  profiles:
                    edge:
                      cert: %1$s/edge.crt
                      key: %1$s/edge.key
                      ca: %1$s/ca.crt
                      crl: %1$s/ca.crl
                      session: { ticket-keys: %1$s/tickets }
                %3$s
                  relays:
                    orders:
                      listen: { address: "127.0.0.1:0", profile: edge }
                      connect: { addresses: ["127.0.0.1:%2$d"] }
                """.formatted(rig.directory, rig.upstream.port(), allow.isEmpty() ? "" : "      " + allow));
    }

    private String crl(CrlSpec spec) {
        return PemWriter.text(rig.ca.crl(spec));
    }

    private static Instant tomorrow() {
        return Instant.now().plus(Duration.ofDays(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aClientThatACrlListsFromNowOnIsRefusedAndItsSessionIsOfNoUse(String version) throws Exception {
        assertThat(resumed(version)).isFalse();
        assertThat(resumed(version)).isTrue();
        rig.write(
                "ca.crl",
                crl(CrlSpec.validUntil(tomorrow())
                        .withNumber(2)
                        .revoke(
                                TestPki.CLIENT_TRUSTED.leaf().getSerialNumber(),
                                Instant.now(),
                                CrlSpec.Reason.KEY_COMPROMISE)));

        assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);

        assertThatThrownBy(() -> resumed(version)).hasMessageContaining("certificate_revoked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aClientThatNoListNamesFromNowOnIsRefusedAndItsSessionIsOfNoUse(String version) throws Exception {
        assertThat(resumed(version)).isFalse();
        assertThat(resumed(version)).isTrue();
        configure("allow: { uri: [\"spiffe://test/billing/*\"] }");

        assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);

        assertThatThrownBy(() -> resumed(version)).hasMessageContaining("handshake_failure");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aNewCrlThatChangesNothingForAClientGivesItAFullHandshake(String version) throws Exception {
        assertThat(resumed(version)).isFalse();
        rig.write("ca.crl", crl(CrlSpec.validUntil(tomorrow()).withNumber(3)));

        assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);

        assertThat(resumed(version)).isFalse();
        assertThat(resumed(version)).isTrue();
    }

    /** Whether the gateway resumed a session of the client's that was offered to it. */
    private boolean resumed(String version) throws IOException {
        try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", rig.port("orders"))) {
            socket.setEnabledProtocols(new String[] {version});
            socket.getOutputStream().write(7);
            // With the answer come the tickets.
            assertThat(socket.getInputStream().read()).isEqualTo(7);
            return rig.gateway.connections().page("orders", 0, 10).connections().stream()
                    .anyMatch(connection -> connection.clientSession() != null
                            && connection.clientSession().resumed());
        }
    }
}
