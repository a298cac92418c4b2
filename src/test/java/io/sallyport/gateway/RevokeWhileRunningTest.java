package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.TestPki;
import io.sallyport.peer.TestTls;
import io.sallyport.pki.CrlSpec;
import io.sallyport.pki.PemWriter;
import io.sallyport.tls.TicketKeyDirectory;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
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
        configure("verify: required");
        rig.start();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    /** @param whom one more key of the profile */
    private void configure(String whom) {
        rig.configure(rig.tlsToPlain(
                "crl: " + rig.directory.resolve("ca.crl"),
                "session: { ticket-keys: " + rig.directory.resolve("tickets") + " }",
                whom));
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
        assertThat(rig.resumes(client, version)).isFalse();
        assertThat(rig.resumes(client, version)).isTrue();
        rig.write(
                "ca.crl",
                crl(CrlSpec.validUntil(tomorrow())
                        .withNumber(2)
                        .revoke(
                                TestPki.CLIENT_TRUSTED.leaf().getSerialNumber(),
                                Instant.now(),
                                CrlSpec.Reason.KEY_COMPROMISE)));

        assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);

        assertThatThrownBy(() -> rig.resumes(client, version)).hasMessageContaining("certificate_revoked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aClientThatNoListNamesFromNowOnIsRefusedAndItsSessionIsOfNoUse(String version) throws Exception {
        assertThat(rig.resumes(client, version)).isFalse();
        assertThat(rig.resumes(client, version)).isTrue();
        configure("allow: { uri: [\"spiffe://test/billing/*\"] }");

        assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);

        assertThatThrownBy(() -> rig.resumes(client, version)).hasMessageContaining("handshake_failure");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aNewCrlThatChangesNothingForAClientGivesItAFullHandshake(String version) throws Exception {
        assertThat(rig.resumes(client, version)).isFalse();
        rig.write("ca.crl", crl(CrlSpec.validUntil(tomorrow()).withNumber(3)));

        assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);

        assertThat(rig.resumes(client, version)).isFalse();
        assertThat(rig.resumes(client, version)).isTrue();
    }
}
