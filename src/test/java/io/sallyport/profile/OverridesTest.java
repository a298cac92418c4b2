package io.sallyport.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OverridesTest {

    private static final String YAML = """
            sallyport:
              profiles:
                my-edge.v2: { cert: a.crt, key: a.key, ca: ca.crt }
              relays:
                In: { listen: { address: "127.0.0.1:1", profile: my-edge.v2 }, connect: { addresses: ["a:1", "b:1"] } }
                out: { listen: { address: "127.0.0.1:2" }, connect: { addresses: "c:1", profile: from_outside } }
            """;

    /** What {@link #YAML} lacks. */
    private static final Map<String, String> FROM_OUTSIDE = Map.of("SALLYPORT_PROFILES_FROM_OUTSIDE_CA", "ca.crt");

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void writeFile() throws IOException {
        file = Files.writeString(directory.resolve("sallyport.yaml"), YAML);
    }

    @Test
    void aProfileThatARelayUsesMayComeFromTheEnvironmentAlone() throws Exception {
        Configuration configuration = load(Map.of(), Map.of());

        assertThat(configuration.profiles()).containsOnlyKeys("my-edge.v2", "from_outside");
        assertThat(configuration.profile("from_outside").trust().ca()).isEqualTo("ca.crt");
    }

    @Test
    void aProfileThatNoRelayUsesIsTakenForASlip() {
        assertThat(mistakes(Map.of("SALLYPORT_PROFILES_OTHER_VERIFY", "none"), Map.of()))
                .extracting(Mistake::key, Mistake::message)
                .containsExactly(tuple("SALLYPORT_PROFILES_OTHER_VERIFY", "there is no profile OTHER"));
    }

    @Test
    void aRelayMayNameItsProfileFromOutsideToo() throws Exception {
        Configuration configuration = load(
                Map.of("SALLYPORT_RELAYS_OUT_CONNECT_PROFILE", "third", "SALLYPORT_PROFILES_THIRD_VERIFY", "none"),
                Map.of());

        assertThat(configuration.relay("out").connect().profile()).isEqualTo("third");
        assertThat(configuration.profile("third").trust().verify()).isEqualTo(VerifyMode.NONE);
    }

    @Test
    void dashDotAndCaseOfANameAreFoundInItsVariable() throws Exception {
        Configuration configuration = load(
                Map.of(
                        "SALLYPORT_PROFILES_MY_EDGE_V2_DEPTH", "3",
                        "SALLYPORT_RELAYS_IN_TIMEOUTS_IDLE", "7m",
                        "SALLYPORT_RELAYS_IN_LISTEN_ADDRESS", "127.0.0.1:11",
                        "SALLYPORT_RELAYS_IN_CONNECT_ADDRESSES", "d:1,e:1"),
                Map.of());

        assertThat(configuration.profile("my-edge.v2").trust().depth()).isEqualTo(3);
        assertThat(configuration.relays()).containsOnlyKeys("In", "out");
        assertThat(configuration.relay("In").timeouts().idle()).hasMinutes(7);
        assertThat(configuration.relay("In").connect().addresses())
                .containsExactly(new Address("d", 1), new Address("e", 1));
    }

    @Test
    void aWholeRelayMayComeFromTheEnvironmentAlone() throws Exception {
        Relay relay = load(
                        Map.of(
                                "SALLYPORT_RELAYS_AUDIT_LISTEN_ADDRESS", "127.0.0.1:3",
                                "SALLYPORT_RELAYS_AUDIT_CONNECT_ADDRESSES", "audit:1"),
                        Map.of())
                .relay("audit");

        assertThat(relay.listen().address().port()).isEqualTo(3);
        assertThat(relay.timeouts()).isEqualTo(Relay.Timeouts.DEFAULT);
    }

    @Test
    void halfARelayIsTakenForASlip() {
        assertThat(mistakes(Map.of("SALLYPORT_RELAYS_AUDIT_LISTEN_ADDRESS", "127.0.0.1:3"), Map.of()))
                .extracting(Mistake::message)
                .containsExactly("there is no relay AUDIT");
    }

    @Test
    void aWholeRelayMayComeFromPropertiesAlone() throws Exception {
        Configuration configuration = load(
                Map.of(),
                Map.of(
                        "sallyport.relays.\"a.b\".listen.address", "127.0.0.1:3",
                        "sallyport.relays.\"a.b\".connect.addresses", "audit:1",
                        "sallyport.profiles.my-edge.v2.depth", "4"));

        assertThat(configuration.relays()).containsOnlyKeys("In", "out", "a.b");
        assertThat(configuration.profile("my-edge.v2").trust().depth()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SALLYPORT_SERVICE_HOST",
                "SALLYPORT_SERVICE_PORT",
                "SALLYPORT_SERVICE_PORT_METRICS",
                "SALLYPORT_PORT",
                "SALLYPORT_PORT_9000_TCP",
                "SALLYPORT_PORT_9000_TCP_ADDR",
                "SALLYPORT_PORT_9000_TCP_PORT",
                "SALLYPORT_PORT_9000_TCP_PROTO",
                "SALLYPORT_PORT_53_UDP_ADDR",
                "SALLYPORT_ADMIN_SERVICE_HOST",
                "SALLYPORT_ADMIN_PORT",
                "SALLYPORT_ADMIN_PORT_9000_TCP",
                "SALLYPORT_RELAYS_ORDERS_SERVICE_PORT_MQTTS",
                "SALLYPORT_PROFILES_SERVICE_HOST",
                "SALLYPORT_OPTS",
                "SALLYPORT_HOME"
            })
    void variablesOfKubernetesAndTheLauncherAreNoMistakes(String variable) throws Exception {
        assertThat(loaded(Map.of(variable, "tcp://10.96.0.1:9000"), Map.of()).warnings())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "SALLYPORT_ADMIN_ADRESS, SALLYPORT_ADMIN_ADDRESS",
        "SALLYPORT_RELAYS_OUT_CONNECT_ADRESSES, SALLYPORT_RELAYS_OUT_CONNECT_ADDRESSES",
        "SALLYPORT_RELAY_OUT_CONNECT_PROFILE, SALLYPORT_RELAYS_OUT_CONNECT_PROFILE",
        "SALLYPORT_PROFILES_MY_EDGE_V3_DEPTH, SALLYPORT_PROFILES_MY_EDGE_V2_DEPTH",
        "SALLYPORT_PROFILES_MY_EDGE_V2_CERTIFICATE, SALLYPORT_PROFILES_MY_EDGE_V2_CERT",
    })
    void aMisspeltVariableIsToldItsNearestName(String variable, String near) {
        assertThat(mistakes(Map.of(variable, "1"), Map.of()))
                .extracting(Mistake::origin, Mistake::hint)
                .containsExactly(tuple("environment variable " + variable, "did you mean " + near + "?"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SALLYPORT_PROFILES_", "SALLYPORT_PROFILES__CERT", "SALLYPORT_RELAYS_X", "SALLYPORT_ADMIN_USER"})
    void whatIsInASectionButNoKeyIsAMistake(String variable) {
        assertThat(mistakes(Map.of(variable, "1"), Map.of()))
                .extracting(Mistake::key)
                .containsExactly(variable);
    }

    @Test
    void expressionsReadVariablesPropertiesAndOtherKeys() throws Exception {
        Files.writeString(
                file,
                YAML.replace(
                        "ca.crt }",
                        "\"${CERTS}/${site:main}.crt\", verify-name: \"${sallyport.admin.address:x}\", depth: \"${d}\" }"));

        Configuration configuration = load(Map.of("CERTS", "/etc/certs"), Map.of("d", "9"));

        Profile edge = configuration.profile("my-edge.v2");
        assertThat(edge.trust().ca()).isEqualTo("/etc/certs/main.crt");
        assertThat(edge.trust().depth()).isEqualTo(9);
        assertThat(edge.peerName().verifyName()).isEqualTo("x");
    }

    @Test
    void anEndlessExpressionIsAMistakeAndNoCrash() throws Exception {
        Files.writeString(file, YAML.replace("ca.crt }", "\"${sallyport.profiles.\\\"my-edge.v2\\\".ca}\" }"));

        assertThat(mistakes(Map.of(), Map.of()))
                .extracting(Mistake::key)
                .containsExactly("sallyport.profiles.\"my-edge.v2\".ca");
    }

    @Test
    void secretFilesAreReadAndNeverShown() throws Exception {
        Path secrets = Files.createDirectory(directory.resolve("secrets"));
        Files.writeString(secrets.resolve("sallyport.profiles.from_outside.ca"), "/run/hidden/ca.crt\n");
        Files.writeString(secrets.resolve("site"), "s3cr3t-site");
        Files.writeString(file, YAML.replace("cert: a.crt", "cert: \"certs/${site}.crt\""));

        ConfigurationLoader.Loaded loaded =
                new ConfigurationLoader(file, Map.of(Secrets.VARIABLE, secrets.toString()), Map.of()).load();

        assertThat(loaded.configuration().profile("from_outside").trust().ca()).isEqualTo("/run/hidden/ca.crt");
        assertThat(loaded.configuration().profile("my-edge.v2").own())
                .hasToString(
                        "OwnCertificate[cert=certs/s3cr3t-site.crt, key=a.key, keyPasswordFile=null, stapling=null]");
        assertThat(loaded.effective().text())
                .doesNotContain("hidden", "s3cr3t")
                .contains("from_outside.ca = ********  # secret file sallyport.profiles.from_outside.ca")
                .contains("cert = certs/********.crt  # ");
    }

    @Test
    void aWrongValueOfASecretFileIsNotShownEither() throws Exception {
        Path secrets = Files.createDirectory(directory.resolve("secrets"));
        Files.writeString(secrets.resolve("sallyport.relays.out.connect.addresses"), "hidden:hunter2");
        Files.writeString(secrets.resolve("sallyport.profiles.from_outside.ca"), "ca.crt");

        List<Mistake> mistakes = mistakes(Map.of(), Map.of(Secrets.PROPERTY, secrets.toString()));

        assertThat(mistakes).extracting(Mistake::message).containsExactly("is not a list of addresses, host:port");
    }

    @Test
    void aSecretsDirectoryThatIsNotThereIsNamed() {
        assertThat(mistakes(Map.of(Secrets.VARIABLE, "/no/such/place"), Map.of()))
                .extracting(Mistake::key)
                .containsExactly("/no/such/place");
    }

    private Configuration load(Map<String, String> environment, Map<String, String> properties)
            throws MistakesException {
        return loaded(environment, properties).configuration();
    }

    private ConfigurationLoader.Loaded loaded(Map<String, String> environment, Map<String, String> properties)
            throws MistakesException {
        Map<String, String> all = new HashMap<>(FROM_OUTSIDE);
        if (environment.containsKey("SALLYPORT_RELAYS_OUT_CONNECT_PROFILE")) {
            all.clear();
        }
        all.putAll(environment);
        return new ConfigurationLoader(file, all, properties).load();
    }

    private List<Mistake> mistakes(Map<String, String> environment, Map<String, String> properties) {
        return catchThrowableOfType(MistakesException.class, () -> load(environment, properties))
                .mistakes();
    }
}
