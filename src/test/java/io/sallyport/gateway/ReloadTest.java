package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sallyport.TestPki;
import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.pki.CertificateAuthority;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.PemWriter;
import io.sallyport.profile.Configuration;
import io.sallyport.tls.TlsContext;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Profiles and their files change while the gateway runs: behaviours B1, B3, B4, B5, B8, B9 and D10. */
class ReloadTest {

    private final SSLContext client = TestTls.context(TestPki.CLIENT_TRUSTED);
    private ReloadRig rig;

    @BeforeEach
    void create() throws IOException {
        rig = new ReloadRig();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private void startTlsToPlain() throws MistakesException {
        rig.renew("edge");
        rig.configure(rig.tlsToPlain());
        rig.start();
    }

    private static void echo(TlsPeer peer) throws IOException {
        peer.write(new byte[] {1, 2, 3});
        assertThat(peer.readExactly(3)).isEqualTo(new byte[] {1, 2, 3});
    }

    private static TlsContext listening(ReloadRig rig) {
        TlsContext context = rig.blueprint().plans().get(0).listen();
        assertThat(context).isNotNull();
        return context;
    }

    @Test
    void everyNewHandshakeShowsTheRenewedCertificateAndOpenConnectionsGoOn() throws Exception {
        startTlsToPlain();
        try (TlsPeer before = rig.connect("orders", client, "TLSv1.3")) {
            echo(before);
            int port = rig.port("orders");
            X509Certificate renewed = rig.renew("edge");

            Reload reload = rig.reload();

            assertThat(reload.result()).isEqualTo(Reload.Result.APPLIED);
            assertThat(reload.changes().profiles().changed()).containsExactly("edge");
            assertThat(reload.changes().relays().unchanged()).containsExactly("orders");
            assertThat(reload.changes().files())
                    .containsExactly(rig.directory.resolve("edge.crt"), rig.directory.resolve("edge.key"));
            assertThat(reload.mistakes()).isEmpty();
            assertThat(rig.port("orders")).isEqualTo(port);
            // The listener deals connections to both event loops in turn.
            List<BigInteger> shown = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                shown.add(rig.serialShown("orders", client));
            }
            assertThat(shown).hasSize(40).containsOnly(renewed.getSerialNumber());
            echo(before);
            rig.awaitContexts(2);
        }
        // The old one goes with its last connection.
        rig.awaitContexts(1);
        assertThat(rig.count(Reload.Result.APPLIED)).isEqualTo(1);
    }

    @Test
    void whatHasNotChangedIsNotBuiltAgainAndItsSessionsLiveOn() throws Exception {
        startTlsToPlain();
        TlsContext before = listening(rig);
        Configuration configuration = rig.blueprint().configuration();
        assertThat(rig.resumes(client, "TLSv1.3")).isFalse();
        for (int i = 0; i < 20; i++) {
            // Written again, with the same content.
            rig.configure(rig.tlsToPlain() + "# " + i + "\n");
            assertThat(rig.reload().result()).isEqualTo(Reload.Result.UNCHANGED);
        }
        assertThat(listening(rig)).isSameAs(before);
        assertThat(rig.blueprint().configuration()).isEqualTo(configuration);
        assertThat(rig.resumes(client, "TLSv1.3")).isTrue();
        rig.awaitContexts(1);
    }

    @Test
    void everySettingOfAProfileIsInForceAsBefore() throws Exception {
        rig.renew("edge");
        rig.configure(rig.tlsToPlain(
                "depth: 0", "protocols: [TLSv1.2]", "ciphers: ECDHE+CHACHA20", "groups: [P-256]", "alpn: [mqtt]"));
        rig.start();
        Configuration before = rig.blueprint().configuration();
        assertSettingsInForce();
        for (int i = 0; i < 3; i++) {
            rig.renew("edge");
            assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);
            assertSettingsInForce();
        }
        assertThat(rig.blueprint().configuration()).isEqualTo(before);
    }

    private void assertSettingsInForce() throws IOException {
        try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", rig.port("orders"))) {
            var parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.2"});
            parameters.setApplicationProtocols(new String[] {"http/1.1", "mqtt"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertThat(socket.getSession().getCipherSuite()).contains("CHACHA20");
            assertThat(socket.getApplicationProtocol()).isEqualTo("mqtt");
        }
        assertRefused(TestTls.context((TestPki) null), "TLSv1.2");
        assertRefused(TestTls.context(TestPki.CLIENT_OTHER_CA), "TLSv1.2");
        assertRefused(TestTls.context(TestPki.CLIENT_VIA_ONE_INTERMEDIATE), "TLSv1.2");
        assertRefused(client, "TLSv1.3");
    }

    private void assertRefused(SSLContext tls, String version) {
        assertThatThrownBy(() -> {
                    try (TlsPeer peer = rig.connect("orders", tls, version)) {
                        peer.readExactly(1);
                    }
                })
                .hasMessageContaining("alert");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aChangedCaDecidesAboutEveryNewClientAlsoOneThatOffersAnOldSession(String version) throws Exception {
        startTlsToPlain();
        assertThat(rig.resumes(client, version)).isFalse();
        assertThat(rig.resumes(client, version)).isTrue();
        CertificateAuthority newCa = CertificateAuthority.root("CN=New Root");
        SSLContext newClient =
                TestTls.context(newCa.issue(CertificateSpec.client("CN=new.test")), rig.ca.certificate());
        assertRefused(newClient, version);

        rig.write("ca.crt", PemWriter.text(List.of(newCa.certificate())));
        assertThat(rig.reload().changes().files()).containsExactly(rig.directory.resolve("ca.crt"));

        try (TlsPeer peer = rig.connect("orders", newClient, version)) {
            echo(peer);
        }
        assertThatThrownBy(() -> rig.resumes(client, version)).isInstanceOf(IOException.class);
        assertRefused(client, version);
    }

    @Test
    void aChangedCaDecidesAboutUpstreamsToo() throws Exception {
        try (var broker = io.sallyport.relay.Upstream.tls(
                TestTls.context(TestPki.SERVER_TRUSTED), "TLSv1.3", peer -> peer.write(new byte[] {9}))) {
            rig.configure("""
                    sallyport:
                      profiles:
                        broker: { cert: %1$s, key: %2$s, ca: %3$s/ca.crt, server-name: server.test }
                      relays:
                        out:
                          listen: { address: "127.0.0.1:0" }
                          connect: { addresses: ["127.0.0.1:%4$d"], profile: broker }
                    """.formatted(
                            TestPki.CLIENT_TRUSTED.cert(), TestPki.CLIENT_TRUSTED.key(), rig.directory, broker.port()));
            rig.start();
            assertThat(firstByteOf("out")).isEqualTo(9);
            rig.write("ca.crt", PemWriter.text(List.of(TestPki.otherRoot().certificate())));
            assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);
            assertThat(firstByteOf("out")).isEqualTo(-1);
            rig.write("ca.crt", PemWriter.text(List.of(rig.ca.certificate())));
            assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);
            assertThat(firstByteOf("out")).isEqualTo(9);
        }
    }

    private int firstByteOf(String relay) throws IOException {
        try (var peer = io.sallyport.peer.PlainPeer.connect(rig.port(relay))) {
            byte[] one = new byte[1];
            return peer.read(one) < 0 ? -1 : one[0];
        }
    }

    private interface Damage {
        void to(ReloadRig rig) throws IOException;
    }

    private static Arguments broken(String what, Damage damage, String key, String file) {
        return Arguments.of(what, damage, key, file);
    }

    private static Path key(ReloadRig rig) {
        return rig.directory.resolve("edge.key");
    }

    static Stream<Arguments> damages() {
        String profile = "sallyport.profiles.edge.";
        return Stream.of(
                broken(
                        "a truncated key",
                        rig -> rig.write("edge.key", Files.readString(key(rig)).substring(0, 90)),
                        profile + "key",
                        "edge.key"),
                broken("no key", rig -> Files.delete(key(rig)), profile + "key", "edge.key"),
                broken(
                        "a directory in place of the key",
                        rig -> {
                            Files.delete(key(rig));
                            Files.createDirectory(key(rig));
                        },
                        profile + "key",
                        "edge.key"),
                broken(
                        "a certificate of another key",
                        rig -> rig.write("edge.crt", PemWriter.text(rig.server().chain())),
                        profile + "key",
                        "edge.crt"),
                broken("an empty CA bundle", rig -> rig.write("ca.crt", ""), profile + "ca", "ca.crt"),
                broken("broken YAML", rig -> rig.configure("sallyport: ["), "", "sallyport.yaml"),
                broken(
                        "an unknown key",
                        rig -> rig.configure(rig.tlsToPlain().replace("ca:", "caa:")),
                        profile + "caa",
                        "sallyport.yaml"),
                broken(
                        "an unknown cipher",
                        rig -> rig.configure(rig.tlsToPlain().replace(", ca:", ", ciphers: ROT13, ca:")),
                        profile + "ciphers",
                        "sallyport.yaml"),
                broken(
                        "no file at all",
                        rig -> Files.delete(rig.directory.resolve("sallyport.yaml")),
                        "",
                        "sallyport.yaml"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void whatIsBrokenKeepsEverythingAsItWas(String what, Damage damage, String key, String file) throws Exception {
        X509Certificate shown = rig.renew("edge");
        rig.configure(rig.tlsToPlain());
        rig.start();
        assertThat(rig.reloader.inForce().isStale()).isFalse();
        try (TlsPeer before = rig.connect("orders", client, "TLSv1.2")) {
            damage.to(rig);
            Mistake mistake = rig.refusal().stream()
                    .filter(m -> m.severity() == Mistake.Severity.ERROR)
                    .findFirst()
                    .orElseThrow();
            assertThat(mistake.key()).contains(key);
            assertThat(mistake.message() + " " + mistake.origin() + " " + mistake.key())
                    .contains(file);

            assertThat(rig.serialShown("orders", client)).isEqualTo(shown.getSerialNumber());
            echo(before);
            rig.awaitContexts(1);
            Reloader.InForce stale = rig.reloader.inForce();
            assertThat(stale.isStale()).isTrue();
            assertThat(rig.isCurrent()).isFalse();
            assertThat(rig.gateway.events().newest(0, 1).get(0).detail())
                    .startsWith("asked for by api; " + mistake.key() + ": " + mistake.message());
            assertThat(stale.why()).contains(mistake);
            assertThat(rig.refusal()).isNotEmpty();
            assertThat(rig.reloader.inForce().staleSince()).isEqualTo(stale.staleSince());
            assertThat(rig.count(Reload.Result.REFUSED)).isEqualTo(2);
        }
        if (Files.isDirectory(key(rig))) {
            Files.delete(key(rig));
        }
        rig.write("ca.crt", PemWriter.text(List.of(rig.ca.certificate())));
        X509Certificate renewed = rig.renew("edge");
        rig.configure(rig.tlsToPlain());
        assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);
        assertThat(rig.reloader.inForce().isStale()).isFalse();
        assertThat(rig.isCurrent()).isTrue();
        assertThat(rig.serialShown("orders", client)).isEqualTo(renewed.getSerialNumber());
    }

    /** Behaviour B9. */
    @Test
    void certificateAndKeyAreTakenUpWhenBothAreThere() throws Exception {
        startTlsToPlain();
        BigInteger old = rig.serialShown("orders", client);
        var renewed = rig.server();
        rig.write("edge.crt", PemWriter.text(renewed.chain()));
        assertThat(rig.refusal())
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.message()).contains("doesn't belong to the certificate"));
        assertThat(rig.serialShown("orders", client)).isEqualTo(old);
        rig.write("edge.key", PemWriter.text(renewed.key()));
        assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);
        assertThat(rig.serialShown("orders", client)).isEqualTo(renewed.leaf().getSerialNumber());
    }

    private String twentyProfiles() {
        StringBuilder yaml = new StringBuilder("sallyport:\n  profiles:\n");
        for (int i = 0; i < 20; i++) {
            yaml.append("    p%1$d: { cert: %2$s/p%1$d.crt, key: %2$s/p%1$d.key, ca: %2$s/ca.crt }\n"
                    .formatted(i, rig.directory));
        }
        yaml.append("  relays:\n");
        for (int i = 0; i < 20; i++) {
            yaml.append(
                    "    r%1$d: { listen: { address: \"127.0.0.1:0\", profile: p%1$d }, connect: { addresses: [\"127.0.0.1:%2$d\"] } }\n"
                            .formatted(i, rig.upstream.port()));
        }
        return yaml.toString();
    }

    @Test
    void oneBadCertificateAmongManyRefusesTheWhole() throws Exception {
        for (int i = 0; i < 20; i++) {
            rig.renew("p" + i);
        }
        rig.configure(twentyProfiles());
        String good = Files.readString(rig.directory.resolve("p13.key"));
        rig.write("p13.key", "nothing");

        MistakesException refused = catchThrowableOfType(MistakesException.class, rig::start);
        assertThat(refused.mistakes()).singleElement().satisfies(mistake -> {
            assertThat(mistake.key()).isEqualTo("sallyport.profiles.p13.key");
            assertThat(mistake.message()).contains("p13.key");
        });

        rig.write("p13.key", good);
        rig.start();
        BigInteger first = rig.serialShown("r0", client);
        rig.write("p13.key", "nothing");
        rig.renew("p0");
        assertThat(rig.refusal()).extracting(Mistake::key).containsExactly("sallyport.profiles.p13.key");
        assertThat(rig.serialShown("r0", client)).isEqualTo(first);
        rig.awaitContexts(20);

        // Of the good ones only those are built again that have changed.
        TlsContext kept = rig.blueprint().plans().get(5).listen();
        rig.write("p13.key", good);
        assertThat(rig.reload().changes().profiles().changed()).containsExactly("p0");
        assertThat(rig.blueprint().plans().get(5).listen()).isSameAs(kept);
        rig.awaitContexts(20);
    }

    /** Behaviour B8, the lenient way. */
    @Test
    void leniencyKeepsTheBrokenProfileAndTakesUpTheOthers() throws Exception {
        rig.renew("edge");
        rig.renew("other");
        String yaml = rig.tlsToPlain().replace("  relays:\n", """
                    other: { cert: %1$s/other.crt, key: %1$s/other.key, ca: %1$s/ca.crt }
                  relays:
                    second: { listen: { address: "127.0.0.1:0", profile: other }, connect: { addresses: ["127.0.0.1:%2$d"] } }
                """.formatted(rig.directory, rig.upstream.port()));
        String lenient = yaml + "  reload: { watch: false, lenient: true }\n";
        rig.configure(lenient);
        rig.start();
        BigInteger old = rig.serialShown("orders", client);
        rig.write("edge.key", "broken");
        BigInteger renewed = rig.renew("other").getSerialNumber();

        assertThat(rig.reloader.preview().result()).isEqualTo(Reload.Result.DEGRADED);
        assertThat(rig.serialShown("second", client)).isNotEqualTo(renewed);
        Reload reload = rig.reload();

        assertThat(reload.result()).isEqualTo(Reload.Result.DEGRADED);
        assertThat(reload.changes().profiles().changed()).containsExactly("other");
        assertThat(reload.changes().profiles().unchanged()).containsExactly("edge");
        assertThat(reload.mistakes()).singleElement().extracting(Mistake::key).isEqualTo("sallyport.profiles.edge.key");
        assertThat(rig.serialShown("second", client)).isEqualTo(renewed);
        assertThat(rig.serialShown("orders", client)).isEqualTo(old);
        assertThat(rig.reloader.inForce().kept()).containsExactly("edge");
        // Again, with nothing new: still degraded, and since then.
        var since = rig.reloader.inForce().staleSince();
        assertThat(rig.reload().result()).isEqualTo(Reload.Result.DEGRADED);
        assertThat(rig.reloader.inForce().staleSince()).isEqualTo(since);
        // What isn't a profile's file isn't forgiven, nor is a profile that was never there.
        rig.configure(lenient.replace("other }", "nobody }"));
        assertThat(rig.reload().result()).isEqualTo(Reload.Result.REFUSED);
        rig.configure(lenient.replace(
                "  relays:\n", "    third: { cert: none.crt, key: none.key, verify: none }\n  relays:\n"));
        assertThat(rig.refusal())
                .anySatisfy(mistake -> assertThat(mistake.key()).isEqualTo("sallyport.profiles.third.cert"));
        assertThat(rig.reloader.inForce().isDegraded()).isFalse();

        rig.configure(lenient);
        BigInteger repaired = rig.renew("edge").getSerialNumber();
        assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);
        assertThat(rig.serialShown("orders", client)).isEqualTo(repaired);
        assertThat(rig.reloader.inForce().isStale()).isFalse();
        rig.awaitContexts(2);
    }
}
