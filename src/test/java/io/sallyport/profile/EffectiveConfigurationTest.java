package io.sallyport.profile;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EffectiveConfigurationTest {

    @TempDir
    Path directory;

    private Path bare;

    @BeforeEach
    void writeBareFile() throws Exception {
        bare = Files.writeString(directory.resolve("bare.yaml"), "sallyport: {}\n");
    }

    static IntStream seeds() {
        return IntStream.range(0, 50);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyValidFileComesBackFromItsEffectiveConfiguration(int seed) throws Exception {
        Path file = Files.writeString(directory.resolve("random.yaml"), new RandomYaml(seed).text());
        ConfigurationLoader.Loaded loaded = new ConfigurationLoader(file, Map.of(), Map.of()).load();

        Map<String, String> properties = written(loaded.effective(), UnaryOperator.identity());
        Configuration again =
                new ConfigurationLoader(bare, Map.of(), properties).load().configuration();

        assertThat(again).isEqualTo(loaded.configuration());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyValidFileComesBackFromItsVariables(int seed) throws Exception {
        Path file = Files.writeString(directory.resolve("random.yaml"), new RandomYaml(seed).text());
        ConfigurationLoader.Loaded loaded = new ConfigurationLoader(file, Map.of(), Map.of()).load();

        Map<String, String> variables = written(loaded.effective(), Spelling.VARIABLE::of);
        Configuration again =
                new ConfigurationLoader(bare, variables, Map.of()).load().configuration();

        assertThat(again).isEqualTo(loaded.configuration());
    }

    private static Map<String, String> written(EffectiveConfiguration effective, UnaryOperator<String> spelling) {
        Map<String, String> written = new LinkedHashMap<>();
        effective.entries().forEach(entry -> written.put(spelling.apply(entry.key()), entry.value()));
        return written;
    }

    @Test
    void aDollarThatIsNoExpressionComesBackToo() throws Exception {
        Path file = Files.writeString(directory.resolve("dollar.yaml"), """
                sallyport:
                  profiles:
                    a: { ca: '\\${HOME}/$ca.crt' }
                  relays:
                    r: { listen: { address: "127.0.0.1:1" }, connect: { addresses: "x:1", profile: a } }
                """);
        ConfigurationLoader.Loaded loaded = new ConfigurationLoader(file, Map.of(), Map.of()).load();
        assertThat(loaded.configuration().profile("a").trust().ca()).isEqualTo("${HOME}/$ca.crt");

        Map<String, String> properties = written(loaded.effective(), UnaryOperator.identity());

        assertThat(new ConfigurationLoader(bare, Map.of(), properties).load().configuration())
                .isEqualTo(loaded.configuration());
    }

    @Test
    void theTextHasALineForEachKeyWithItsSource() throws Exception {
        Path file = Files.writeString(directory.resolve("small.yaml"), """
                sallyport:
                  relays:
                    plain:
                      listen:
                        address: 127.0.0.1:7001
                      connect:
                        addresses: [a:1, b:2]
                """);

        String text = new ConfigurationLoader(file, Map.of("SALLYPORT_RELAYS_PLAIN_TIMEOUTS_IDLE", "5m"), Map.of())
                .load()
                .effective()
                .text()
                .replace(file.toString(), "sallyport.yaml");

        assertThat(text).isEqualTo("""
                        sallyport.relays.plain.listen.address = 127.0.0.1:7001  # sallyport.yaml:5
                        sallyport.relays.plain.listen.unsafe-open = false  # default
                        sallyport.relays.plain.listen.reuse-port = false  # default
                        sallyport.relays.plain.listen.mode = 0600  # default
                        sallyport.relays.plain.listen.proxy-protocol.deadline = 3s  # default
                        sallyport.relays.plain.unmatched = connect  # default
                        sallyport.relays.plain.connect.addresses = a:1,b:2  # sallyport.yaml:7
                        sallyport.relays.plain.connect.balance = in-order  # default
                        sallyport.relays.plain.connect.health.rise = 2  # default
                        sallyport.relays.plain.connect.health.fall = 3  # default
                        sallyport.relays.plain.connect.eject.after = 3  # default
                        sallyport.relays.plain.connect.eject.for = 10s  # default
                        sallyport.relays.plain.connect.proxy-protocol.tls = false  # default
                        sallyport.relays.plain.connect.proxy-protocol.certificate = false  # default
                        sallyport.relays.plain.timeouts.connect = 10s  # default
                        sallyport.relays.plain.timeouts.handshake = 10s  # default
                        sallyport.relays.plain.timeouts.idle = 5m  # env SALLYPORT_RELAYS_PLAIN_TIMEOUTS_IDLE
                        sallyport.relays.plain.timeouts.keep-alive = 1m  # default
                        sallyport.relays.plain.limits.connections = 10000  # default
                        sallyport.limits.connections = 20000  # default
                        sallyport.drain.deadline = 25s  # default
                        sallyport.reload.watch = true  # default
                        sallyport.reload.interval = 2s  # default
                        sallyport.reload.lenient = false  # default
                        sallyport.admin.address = 127.0.0.1:9000  # default
                        """);
    }

    /** A valid configuration for each seed, each key there or not. Names are such that a variable can spell them. */
    private static final class RandomYaml {

        private final Random random;

        RandomYaml(int seed) {
            random = new Random(seed);
        }

        String text() {
            int profiles = random.nextInt(4);
            int relays = 1 + random.nextInt(4);
            String text = "sallyport:\n  profiles:\n"
                    + IntStream.range(0, profiles).mapToObj(this::profile).collect(joining())
                    + "  relays:\n"
                    + IntStream.range(0, relays)
                            .mapToObj(i -> relay(i, profiles))
                            .collect(joining())
                    // A profile that nothing uses would have to be in the file.
                    + IntStream.range(0, profiles).mapToObj(this::use).collect(joining());
            return text + maybe("  admin: { address: \"" + any("127.0.0.1", "[::1]", "localhost") + ":9001\" }\n");
        }

        private String profile(int i) {
            return "    p" + i + ":\n"
                    + "      cert: certs/a b.crt\n      key: certs/k,1.key\n"
                    + maybe("      key-password-file: certs/pass\n")
                    + any(
                            "      ca: certs/ca.crt\n",
                            "      ca: certs/ca.crt\n      crl: crls\n      crl-policy: soft\n"
                                    + "      allow: { dns: [\"*.a.test\"], issuer: ['CN=A,O=B'] }\n"
                                    + "      ocsp: { check: soft, responder: \"http://a.test/?a=b,c\", staple: true, staple-cache: a b }\n",
                            "      verify: none\n",
                            "      ca: system\n      verify: optional\n")
                    + maybe("      depth: " + random.nextInt(101) + "\n")
                    + maybe("      ciphers: " + any("ECDHE+AESGCM", "'ALL:!aNULL'", "\"A B,C\"") + "\n")
                    + maybe("      protocols: " + any("[TLSv1.3, TLSv1.2]", "TLSv1.2", "[TLSv1.3]") + "\n")
                    + maybe("      groups: " + any("[X25519]", "[MLKEM1024, P-521]", "P-256") + "\n")
                    + maybe("      alpn: " + any("[]", "[h2, http/1.1]", "['a,b', \"c\\\\d\"]", "mqtt") + "\n")
                    + maybe("      max-cert-list: 65536\n")
                    + maybe("      server-name: a.test\n")
                    + maybe("      verify-name: " + any("10.0.0.7", "b.test") + "\n")
                    + maybe("      unsafe-key-log: edge.keys\n")
                    + maybe("      session: { enabled: " + any("true", "false") + ", cache-size: 7, timeout: 1h"
                            + maybe(", ticket-keys: certs/tickets") + " }\n");
        }

        private String relay(int i, int profiles) {
            String listen = maybe(", profile: p" + random.nextInt(Math.max(profiles, 1)));
            String connect = maybe(", profile: p" + random.nextInt(Math.max(profiles, 1)));
            return "    r" + i + ":\n"
                    + "      listen: { address: \"" + any("127.0.0.1", "[::1]", "localhost") + ":" + (7000 + i) + "\""
                    + (profiles > 0 && !listen.isEmpty() ? listen + maybe(", starttls: smtp") : "")
                    + maybe(", proxy-protocol: { accept: " + any("v1", "any")
                            + ", from: " + any("[10.0.0.0/8, \"::1\"]", "192.0.2.1")
                            + maybe(", deadline: 1s") + " }")
                    + " }\n"
                    + "      connect: { addresses: " + any("[a:1, \"[::1]:2 weight=3\", b:1 backup]", "10.0.0.7:65535")
                    + (profiles > 0 && !connect.isEmpty()
                            ? connect + maybe(", server-name: c.test") + maybe(", starttls: smtp")
                            : "")
                    + any("", ", balance: hash-identity", ", balance: round-robin" + maybe(", slow-start: 30s"))
                    + maybe(", health: { every: 5s" + maybe(", rise: 1") + maybe(", fall: 9") + " }")
                    + maybe(", eject: { after: 1, for: 1m }")
                    + maybe(", proxy-protocol: { send: " + any("v1", "v2, tls: true", "v2, certificate: true") + " }")
                    + " }\n"
                    + maybe("      timeouts: { idle: " + any("1ms", "365d", "5m") + maybe(", connect: 3s") + " }\n");
        }

        private String use(int i) {
            return "    u" + i + ": { listen: { address: \"127.0.0.1:" + (8000 + i)
                    + "\" }, connect: { addresses: \"a:1\", profile: p" + i + " } }\n";
        }

        private String maybe(String text) {
            return random.nextBoolean() ? text : "";
        }

        private String any(String... texts) {
            return List.of(texts).get(random.nextInt(texts.length));
        }
    }
}
