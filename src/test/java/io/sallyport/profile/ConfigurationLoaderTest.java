package io.sallyport.profile;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import io.sallyport.profile.Profile.OwnCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationLoaderTest {

    private static final String TWO_SIDES = """
            sallyport:
              profiles:
                edge:
                  cert: certs/server.crt
                  key: certs/server.key
                  key-password-file: certs/server.pass
                  ca: certs/ca.crt
                  verify: optional
                  depth: 1
                  ciphers: ECDHE+AESGCM
                  protocols: [TLSv1.3, TLSv1.2]
                  groups: [X25519, P-256]
                  alpn: [mqtt, "a,b", 'c\\d\\']
                broker:
                  ca: system
                  server-name: broker.test
                  verify-name: broker.internal.test
              relays:
                orders:
                  listen: { address: "0.0.0.0:8443", profile: edge }
                  connect: { addresses: ["broker-1.test:5671", "[2001:db8::7]:5671"], profile: broker, server-name: b.test }
                  timeouts: { connect: 250ms, handshake: 5s, idle: 5m }
              admin: { address: "[::1]:9001" }
            """;

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void chooseFile() {
        file = directory.resolve("sallyport.yaml");
    }

    @Test
    void everyKeyOfTheFileArrives() throws Exception {
        ConfigurationLoader.Loaded loaded = load(TWO_SIDES);

        Profile edge = loaded.configuration().profile("edge");
        assertThat(edge.own())
                .isEqualTo(new OwnCertificate(
                        Path.of("certs/server.crt"), Path.of("certs/server.key"), Path.of("certs/server.pass")));
        assertThat(edge.trust()).isEqualTo(new Profile.Trust("certs/ca.crt", VerifyMode.OPTIONAL, 1));
        assertThat(edge.negotiation())
                .isEqualTo(new Profile.Negotiation(
                        "ECDHE+AESGCM",
                        List.of(Protocol.TLS_1_2, Protocol.TLS_1_3),
                        List.of("X25519", "P-256"),
                        List.of("mqtt", "a,b", "c\\d\\")));
        assertThat(loaded.configuration().profile("broker").peerName())
                .isEqualTo(new PeerName("broker.test", "broker.internal.test"));
        assertThat(loaded.configuration().relay("orders"))
                .isEqualTo(new Relay(
                        "orders",
                        new Relay.Listen(new Address("0.0.0.0", 8443), "edge", false),
                        new Relay.Connect(
                                List.of(new Address("broker-1.test", 5671), new Address("2001:db8::7", 5671)),
                                "broker",
                                new PeerName("b.test", null)),
                        new Relay.Timeouts(Duration.ofMillis(250), Duration.ofSeconds(5), Duration.ofMinutes(5))));
        assertThat(loaded.configuration().admin().address()).isEqualTo(new Address("::1", 9001));
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void whatIsNotWrittenHasTheDefaultOfItsRecord() throws Exception {
        Configuration configuration = load("""
                        sallyport:
                          profiles:
                            backend: { ca: certs/ca.crt }
                          relays:
                            out:
                              listen: { address: 127.0.0.1:1883 }
                              connect: { addresses: broker.test:8883, profile: backend }
                        """).configuration();

        Profile backend = configuration.profile("backend");
        assertThat(backend.own()).isNull();
        assertThat(backend.trust())
                .isEqualTo(new Profile.Trust("certs/ca.crt", VerifyMode.REQUIRED, Profile.DEFAULT_DEPTH));
        assertThat(backend.negotiation())
                .isEqualTo(new Profile.Negotiation(
                        Profile.DEFAULT_CIPHERS, List.of(Protocol.values()), Profile.DEFAULT_GROUPS, List.of()));
        assertThat(backend.peerName()).isEqualTo(PeerName.OF_ADDRESS);
        assertThat(configuration.relay("out").timeouts()).isEqualTo(Relay.Timeouts.DEFAULT);
        assertThat(configuration.admin()).isEqualTo(Configuration.Admin.DEFAULT);
    }

    @Test
    void whoUsesAProfileIsKnown() throws Exception {
        Configuration configuration = load("""
                sallyport:
                  profiles:
                    edge: { cert: a.crt, key: a.key, ca: ca.crt, verify: optional }
                    other: { cert: b.crt, key: b.key, ca: ca.crt }
                    broker: { ca: ca.crt }
                    unused: { ca: ca.crt }
                  relays:
                    orders:
                      listen: { address: "127.0.0.1:8443", profile: edge }
                      routes:
                        - { sni: [a.test], connect: { addresses: ["a:1"], profile: broker } }
                        - { sni: [b.test], profile: other }
                      unverified: { connect: { addresses: ["b:1"], profile: broker } }
                      connect: { addresses: ["c:1"], profile: broker }
                  admin: { profile: other }
                """).configuration();

        assertThat(configuration.profileUsers())
                .isEqualTo(Map.of(
                        "edge", List.of("orders.listen"),
                        "other", List.of("orders.routes[1]", "admin"),
                        "broker", List.of("orders.connect", "orders.routes[0].connect", "orders.unverified.connect")));
    }

    @Test
    void environmentWinsOverFileAndPropertyOverBoth() throws Exception {
        Files.writeString(file, TWO_SIDES);
        ConfigurationLoader.Loaded loaded = new ConfigurationLoader(
                        file,
                        Map.of(
                                "SALLYPORT_PROFILES_EDGE_DEPTH", "2",
                                "SALLYPORT_PROFILES_EDGE_ALPN", "h2, http/1.1",
                                "SALLYPORT_RELAYS_ORDERS_CONNECT_SERVER_NAME", "from-environment.test"),
                        Map.of("sallyport.profiles.edge.depth", "3"))
                .load();

        Profile edge = loaded.configuration().profile("edge");
        assertThat(edge.trust().depth()).isEqualTo(3);
        assertThat(edge.negotiation().alpn()).containsExactly("h2", "http/1.1");
        assertThat(loaded.configuration().relay("orders").connect().peerName().serverName())
                .isEqualTo("from-environment.test");
        assertThat(loaded.effective().entries())
                .contains(
                        new EffectiveConfiguration.Entry(
                                "sallyport.profiles.edge.depth", "3", "property sallyport.profiles.edge.depth"),
                        new EffectiveConfiguration.Entry(
                                "sallyport.profiles.edge.alpn", "h2, http/1.1", "env SALLYPORT_PROFILES_EDGE_ALPN"),
                        new EffectiveConfiguration.Entry("sallyport.profiles.edge.verify", "optional", file + ":8"),
                        new EffectiveConfiguration.Entry("sallyport.profiles.broker.depth", "100", "default"));
    }

    @Test
    @Timeout(60)
    void aThousandRelaysLoadAndComeBack() throws Exception {
        String profiles = IntStream.range(0, 500)
                .mapToObj(i -> "    p" + i + ": { ca: certs/ca.crt }\n")
                .collect(joining());
        String relays = IntStream.range(0, 1000)
                .mapToObj(i -> "    r" + i + ": { listen: { address: \"127.0.0.1:" + (10_000 + i)
                        + "\" }, connect: { addresses: \"a:1\", profile: p" + i / 2 + " } }\n")
                .collect(joining());

        ConfigurationLoader.Loaded loaded = load("sallyport:\n  profiles:\n" + profiles + "  relays:\n" + relays);

        assertThat(loaded.configuration().relays()).hasSize(1000);
        assertThat(loaded.configuration().profiles()).hasSize(500);
        Map<String, String> variables = new HashMap<>();
        loaded.effective().entries().forEach(e -> variables.put(Spelling.VARIABLE.of(e.key()), e.value()));
        Files.writeString(file, "sallyport: {}");
        assertThat(new ConfigurationLoader(file, variables, Map.of()).load().configuration())
                .isEqualTo(loaded.configuration());
    }

    @Test
    void sixMistakesAreAllReportedInOneRun() {
        assertThatThrownBy(() -> load("""
                        sallyport:
                          profiles:
                            edge:
                              cert: certs/server.crt
                              dpeth: 1
                              verify: requred
                              protocols: [TLSv1.1]
                          relays:
                            orders:
                              listen: { address: "8443", profile: egde }
                              connect: { addresses: [] }
                        """))
                .isInstanceOf(MistakesException.class)
                .extracting(e -> ((MistakesException) e).mistakes(), LIST)
                .extracting(m -> ((Mistake) m).key())
                .contains(
                        "sallyport.profiles.edge.key",
                        "sallyport.profiles.edge.dpeth",
                        "sallyport.profiles.edge.verify",
                        "sallyport.profiles.edge.protocols",
                        "sallyport.relays.orders.listen.address",
                        "sallyport.relays.orders.listen.profile",
                        "sallyport.relays.orders.connect.addresses");
    }

    private ConfigurationLoader.Loaded load(String yaml) throws IOException, MistakesException {
        Files.writeString(file, yaml, StandardCharsets.UTF_8);
        return new ConfigurationLoader(file, Map.of(), Map.of()).load();
    }
}
