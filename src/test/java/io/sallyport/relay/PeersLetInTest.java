package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import io.sallyport.peer.Peer;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.pki.CertificateAuthority;
import io.sallyport.pki.CrlSpec;
import io.sallyport.pki.PemWriter;
import io.sallyport.profile.AllowList;
import io.sallyport.profile.CrlPolicy;
import io.sallyport.profile.Profile;
import io.sallyport.profile.VerifyMode;
import io.sallyport.tls.TlsFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a good chain isn't enough for: the revoked, and those that no list names. */
class PeersLetInTest {

    @TempDir
    Path directory;

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private final Upstream echo = rig.closing(Upstream.echo());

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aRevokedClientIsRefusedAndReadsTheAlert(String version) throws Exception {
        int port = start(withCrl(CrlPolicy.HARD, crl(TestPki.trustedRoot(), TestPki.CLIENT_TRUSTED)));

        assertRefused(port, version, TestPki.CLIENT_TRUSTED, Refusal.REVOKED, "certificate_revoked");
        assertEchoed(port, version, TestPki.CLIENT_WITHOUT_SUBJECT);
    }

    @ParameterizedTest
    @CsvSource({"HARD, false", "SOFT, true"})
    void aMissingCrlIsAnsweredByThePolicy(CrlPolicy policy, boolean letIn) throws Exception {
        int port = start(withCrl(policy, crl(TestPki.otherRoot())));

        if (letIn) {
            assertEchoed(port, "TLSv1.3", TestPki.CLIENT_TRUSTED);
        } else {
            assertRefused(port, "TLSv1.3", TestPki.CLIENT_TRUSTED, Refusal.CRL_MISSING, "certificate_unknown");
        }
    }

    /** Behaviour H4: the anchor's own issuer is nobody's business, and depth counts from the leaf up to the anchor. */
    @ParameterizedTest
    @CsvSource({
        "CLIENT_VIA_ONE_INTERMEDIATE, 0, ",
        "CLIENT_VIA_TWO_INTERMEDIATES, 1, ",
        "CLIENT_VIA_TWO_INTERMEDIATES, 0, CHAIN_TOO_LONG",
        "CLIENT_TRUSTED, 0, UNKNOWN_CA",
        "CLIENT_WITHOUT_ITS_INTERMEDIATE, 0, REVOKED"
    })
    void anIntermediateCanBeTheAnchor(TestPki role, int depth, @Nullable Refusal refusal) throws Exception {
        Path anchor = directory.resolve("anchor.crt");
        PemWriter.writeChain(anchor, List.of(TestPki.intermediate().certificate()));
        Path crls = Files.writeString(
                directory.resolve("crls.pem"),
                crl(TestPki.intermediate(), TestPki.CLIENT_WITHOUT_ITS_INTERMEDIATE)
                        + PemWriter.text(TestPki.secondIntermediate().crl(spec())));
        Profile edge = RelayRig.edge();
        int port = start(edge.withTrust(new Profile.Trust(anchor.toString(), VerifyMode.REQUIRED, depth)
                .withCrls(new Profile.Crls(crls, CrlPolicy.HARD))));

        if (refusal == null) {
            assertEchoed(port, "TLSv1.3", role);
        } else {
            assertRefused(
                    port,
                    "TLSv1.3",
                    role,
                    refusal,
                    String.valueOf(refusal.alert()).toLowerCase(Locale.ROOT));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whomACrlListsIsRefusedThoughItIsOutOfDate(CrlPolicy policy) throws Exception {
        CrlSpec spec = spec(TestPki.CLIENT_TRUSTED)
                .withUpdates(
                        Instant.now().minus(Duration.ofDays(2)), Instant.now().minus(Duration.ofDays(1)));
        int port = start(withCrl(policy, PemWriter.text(TestPki.trustedRoot().crl(spec))));

        assertThatThrownBy(() -> echoed(port, "TLSv1.3", TestPki.CLIENT_TRUSTED))
                .isInstanceOf(Exception.class);
        assertThat(rig.events.awaitRefusal(1).refusal())
                .isIn(Refusal.REVOKED, policy == CrlPolicy.HARD ? Refusal.CRL_EXPIRED : Refusal.REVOKED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void whomNoListNamesIsRefusedAndReadsTheAlert(String version) throws Exception {
        int port = start(RelayRig.edge().narrowedBy(list(AllowList.Kind.URI, "spiffe://test/billing/*")));

        TlsFailure failure =
                assertRefused(port, version, TestPki.CLIENT_TRUSTED, Refusal.NOT_ALLOWED, "handshake_failure");
        assertThat(failure.number()).isEqualTo(50);
        assertThat(failure.detail()).contains("CN=client.test", "spiffe://test/orders/client", "billing");
    }

    @Test
    void aClientWithoutASubjectIsLetInByItsUri() throws Exception {
        int port = start(RelayRig.edge().narrowedBy(list(AllowList.Kind.URI, "spiffe://test/orders/*")));

        assertEchoed(port, "TLSv1.3", TestPki.CLIENT_WITHOUT_SUBJECT);
        assertEchoed(port, "TLSv1.3", TestPki.CLIENT_TRUSTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aChainThatWasVerifiedBeforeGivesTheSameIdentity(String version) throws Exception {
        int port = start(RelayRig.edge());
        for (int i = 0; i < 3; i++) {
            // A context of its own each time, so that nothing is resumed.
            assertEchoed(port, version, TestPki.CLIENT_VIA_TWO_INTERMEDIATES);
        }

        assertThat(rig.events.serverSessions).hasSize(3).allSatisfy(session -> {
            assertThat(session.resumed()).isFalse();
            assertThat(session.identity()).hasFieldOrPropertyWithValue("subject", "CN=client.test,O=Orders");
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServersCommonNameCountsOnlyWhereThatIsSwitchedOn(boolean commonNames) throws Exception {
        Profile broker = RelayRig.broker();
        if (commonNames) {
            broker = broker.withTrust(broker.trust().withCommonNames());
        }
        try (Upstream upstream = Upstream.tls(TestTls.context(TestPki.SERVER_WITHOUT_NAMES), "TLSv1.3", peer -> {
            byte[] asked = peer.readExactly(1);
            peer.write(asked);
        })) {
            Relay relay = new Relay(upstream.port());
            int port = relay.start(broker);
            try (Peer client = PlainPeer.connect(port)) {
                client.write(new byte[] {7});
                if (commonNames) {
                    assertThat(client.readExactly(1)).containsExactly(7);
                } else {
                    assertThat(client.readAll().bytes()).isZero();
                    TlsFailure failure = rig.events.awaitRefusal(1);
                    assertThat(failure.refusal()).isEqualTo(Refusal.NAME_MISMATCH);
                    assertThat(failure.detail()).contains("no subjectAltName");
                }
            }
        }
    }

    /** One that connects by the name localhost. */
    private final class Relay {
        private final int upstream;

        Relay(int upstream) {
            this.upstream = upstream;
        }

        int start(Profile broker) throws Exception {
            io.sallyport.profile.Relay byAddress = RelayRig.relay(null, broker, RelayRig.TIMEOUTS, upstream);
            io.sallyport.profile.Relay.Connect connect = byAddress.connect();
            io.sallyport.profile.Relay byName = new io.sallyport.profile.Relay(
                    byAddress.name(),
                    byAddress.listen(),
                    new io.sallyport.profile.Relay.Connect(
                            connect.addresses(),
                            connect.profile(),
                            new io.sallyport.profile.PeerName("localhost", null)),
                    byAddress.timeouts());
            return rig.start(byName, null, broker);
        }
    }

    private int start(Profile edge) throws Exception {
        return rig.start(edge, null, echo.port());
    }

    private Profile withCrl(CrlPolicy policy, String crls) throws Exception {
        Path file = Files.writeString(directory.resolve("crls.pem"), crls);
        Profile edge = RelayRig.edge();
        return edge.withTrust(edge.trust().withCrls(new Profile.Crls(file, policy)));
    }

    private static String crl(CertificateAuthority issuer, TestPki... revoked) {
        return PemWriter.text(issuer.crl(spec(revoked)));
    }

    private static CrlSpec spec(TestPki... revoked) {
        CrlSpec spec = CrlSpec.validUntil(Instant.now().plus(Duration.ofDays(1)));
        for (TestPki role : revoked) {
            spec = spec.revoke(role.leaf().getSerialNumber(), Instant.now(), CrlSpec.Reason.KEY_COMPROMISE);
        }
        return spec;
    }

    private static AllowList list(AllowList.Kind kind, String entry) {
        return new AllowList(Map.of(kind, Set.of(entry)));
    }

    private TlsFailure assertRefused(int port, String version, TestPki role, Refusal refusal, String alert)
            throws Exception {
        int before = rig.events.refusals.size();
        assertThatThrownBy(() -> echoed(port, version, role)).hasMessageContaining(alert);
        TlsFailure failure = rig.events.awaitRefusal(before + 1);
        assertThat(failure.refusal()).isEqualTo(refusal);
        return failure;
    }

    private static void assertEchoed(int port, String version, TestPki role) throws Exception {
        assertThat(echoed(port, version, role)).containsExactly(7);
    }

    private static byte[] echoed(int port, String version, TestPki role) throws Exception {
        try (TlsPeer client = TlsPeer.connect(port, TestTls.context(role), version, null)) {
            client.write(new byte[] {7});
            return client.readExactly(1);
        }
    }
}
