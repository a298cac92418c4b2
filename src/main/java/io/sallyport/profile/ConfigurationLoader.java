package io.sallyport.profile;

import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.nodes.MappingNode;

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

    /** What it reads: the file, and the directory of secrets where one is named. */
    public List<Path> files() {
        String secrets = properties.getOrDefault(Secrets.PROPERTY, environment.get(Secrets.VARIABLE));
        return secrets == null ? List.of(file) : List.of(file, Path.of(secrets));
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
        Optional<MappingNode> root = new SourceFile(file, findings).read();
        findings.throwIfErrors();
        FileLayer fromFile = new FileLayer(file.toString(), findings);
        root.ifPresent(fromFile::read);

        Sources sources = new Sources(fromFile, environment, properties, findings);
        Settings settings = new Settings(sources, findings);
        new RelayChecks(settings, findings).run();
        new AddressChecks(settings, findings).run();
        new AdminChecks(settings, findings).run();
        new ProfileChecks(settings, findings).run();
        findings.throwIfErrors();
        return new Loaded(Assembly.of(settings), findings.all(), EffectiveConfiguration.of(settings));
    }
}
