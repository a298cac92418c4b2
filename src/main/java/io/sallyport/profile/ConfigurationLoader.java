package io.sallyport.profile;

import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import io.sallyport.profile.Profile.Negotiation;
import io.sallyport.profile.Profile.OwnCertificate;
import io.sallyport.profile.Profile.Trust;
import io.smallrye.config.ExpressionConfigSourceInterceptor;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Makes the configuration of the file, the environment and the system properties, each winning over the one before.
 * {@code run}, {@code check} and reload all load it here.
 */
public final class ConfigurationLoader {

    /** The file that is read where the operator names none. */
    public static final Path DEFAULT_FILE = Path.of("config", "sallyport.yaml");

    private final Path file;
    private final Map<String, String> environment;
    private final Map<String, String> properties;

    /**
     * @param environment all variables of the process; those that begin with {@code SALLYPORT_} are values, expressions may
     *     name any
     * @param properties all system properties; likewise with {@code sallyport.}
     */
    public ConfigurationLoader(Path file, Map<String, String> environment, Map<String, String> properties) {
        this.file = file;
        this.environment = Map.copyOf(environment);
        this.properties = Map.copyOf(properties);
    }

    /** Loads with this process's environment and system properties. */
    public static ConfigurationLoader ofProcess(Path file) {
        Properties all = System.getProperties();
        Map<String, String> properties =
                all.stringPropertyNames().stream().collect(Collectors.toMap(name -> name, all::getProperty));
        return new ConfigurationLoader(file, System.getenv(), properties);
    }

    /**
     * A configuration that can be used.
     *
     * @param warnings what the operator should know of
     * @param effective each key with its value and where it was written
     */
    public record Loaded(Configuration configuration, List<Mistake> warnings, EffectiveConfiguration effective) {}

    /**
     * Reads everything anew.
     *
     * @throws MistakesException with every mistake that there is, errors and warnings
     */
    public Loaded load() throws MistakesException {
        Findings findings = new Findings();
        Optional<Node> root = new SourceFile(file, findings).read();
        findings.throwIfErrors();
        FileLayer fromFile = new FileLayer(file.toString(), findings);
        root.ifPresent(fromFile::read);

        Settings settings = settings(fromFile, findings);
        new ProfileChecks(settings, findings).run();
        new RelayChecks(settings, findings).run();
        findings.throwIfErrors();
        return new Loaded(configuration(settings), findings.all(), EffectiveConfiguration.of(settings));
    }

    private Settings settings(FileLayer fromFile, Findings findings) {
        Overrides variables = Overrides.environment(environment, findings);
        Overrides systemProperties = Overrides.properties(properties, findings);

        Set<String> profiles = new LinkedHashSet<>(fromFile.names(Schema.PROFILES));
        Set<String> relays = new LinkedHashSet<>(fromFile.names(Schema.RELAYS));
        relays.addAll(variables.wholeRelays());
        relays.addAll(systemProperties.wholeRelays());

        Set<String> references = new LinkedHashSet<>(profiles);
        references.addAll(fromFile.layer().references());
        references.addAll(new TreeSet<>(variables.references()));
        references.addAll(new TreeSet<>(systemProperties.references()));
        Map<String, Set<String>> known = Map.of(Schema.PROFILES, references, Schema.RELAYS, relays);

        List<Layer> layers = List.of(systemProperties.read(known), variables.read(known), fromFile.layer());
        references.stream()
                .filter(name -> layers.stream().anyMatch(layer -> layer.hasProfile(name)))
                .forEach(profiles::add);
        return new Settings(config(layers), layers, fromFile.sections(), profiles, relays, findings);
    }

    /** SmallRye fills in {@code ${…}}, from other keys, from system properties and from the environment. */
    private SmallRyeConfig config(List<Layer> layers) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .withInterceptors(new ExpressionConfigSourceInterceptor())
                .withSources(new PropertiesConfigSource(environment, "all variables", 20))
                .withSources(new PropertiesConfigSource(properties, "all properties", 30));
        layers.forEach(layer -> builder.withSources(layer.asConfigSource()));
        return builder.build();
    }

    private static Configuration configuration(Settings settings) {
        Map<String, Profile> profiles = new LinkedHashMap<>();
        settings.profiles().forEach(name -> profiles.put(name, profile(settings, name)));
        Map<String, Relay> relays = new LinkedHashMap<>();
        settings.relays().forEach(name -> relays.put(name, relay(settings, name)));
        Address admin = settings.present(Schema.ADMIN_ADDRESS, "");
        return new Configuration(profiles, relays, new Configuration.Admin(admin));
    }

    private static Profile profile(Settings settings, String name) {
        Path cert = settings.value(Schema.CERT, name);
        Path key = settings.value(Schema.KEY, name);
        OwnCertificate own = cert == null || key == null
                ? null
                : new OwnCertificate(cert, key, settings.value(Schema.KEY_PASSWORD_FILE, name));
        return new Profile(
                name,
                own,
                new Trust(
                        settings.value(Schema.CA, name),
                        settings.present(Schema.VERIFY, name),
                        settings.present(Schema.DEPTH, name)),
                new Negotiation(
                        settings.present(Schema.CIPHERS, name),
                        settings.present(Schema.PROTOCOLS, name),
                        settings.present(Schema.GROUPS, name),
                        settings.present(Schema.ALPN, name)),
                new PeerName(settings.value(Schema.SERVER_NAME, name), settings.value(Schema.VERIFY_NAME, name)));
    }

    private static Relay relay(Settings settings, String name) {
        return new Relay(
                name,
                new Relay.Listen(
                        settings.present(Schema.LISTEN_ADDRESS, name),
                        settings.value(Schema.LISTEN_PROFILE, name),
                        settings.present(Schema.UNSAFE_OPEN, name)),
                new Relay.Connect(
                        settings.present(Schema.CONNECT_ADDRESSES, name),
                        settings.value(Schema.CONNECT_PROFILE, name),
                        new PeerName(
                                settings.value(Schema.CONNECT_SERVER_NAME, name),
                                settings.value(Schema.CONNECT_VERIFY_NAME, name))),
                new Relay.Timeouts(
                        settings.present(Schema.TIMEOUT_CONNECT, name),
                        settings.present(Schema.TIMEOUT_HANDSHAKE, name),
                        settings.present(Schema.TIMEOUT_IDLE, name)));
    }
}
