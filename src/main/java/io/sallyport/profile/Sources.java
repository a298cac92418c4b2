package io.sallyport.profile;

import io.smallrye.config.ConfigValue;
import io.smallrye.config.ExpressionConfigSourceInterceptor;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All the places where something may be written, put in order: which profiles and relays there are, and who wins. */
final class Sources {

    private final Map<String, Origin> sections;
    private final Map<String, Integer> lengths;
    private final Secrets secrets;
    private final List<Layer> layers;
    private final SmallRyeConfig config;
    private final Set<String> profiles;
    private final Set<String> relays;

    Sources(FileLayer file, Map<String, String> environment, Map<String, String> properties, Findings findings) {
        sections = file.sections();
        lengths = file.lengths();
        String directory = properties.getOrDefault(Secrets.PROPERTY, environment.get(Secrets.VARIABLE));
        secrets = Secrets.in(directory, findings);
        List<Overrides> overrides = List.of(
                Overrides.properties(properties, findings),
                Overrides.environment(environment, findings),
                Overrides.secretFiles(secrets.values(), findings));

        relays = new LinkedHashSet<>(file.names(Schema.RELAYS));
        overrides.forEach(override -> relays.addAll(override.wholeRelays(file.names(Schema.RELAYS))));
        Set<String> known = new LinkedHashSet<>(file.names(Schema.PROFILES));
        known.addAll(file.layer().references());
        overrides.forEach(override -> known.addAll(override.references()));

        Names names = new Names(known, relays);
        List<Layer> outside = new ArrayList<>();
        overrides.forEach(override -> outside.add(override.read(names)));
        profiles = new LinkedHashSet<>(file.names(Schema.PROFILES));
        known.stream()
                .filter(name -> outside.stream().anyMatch(layer -> layer.hasProfile(name)))
                .forEach(profiles::add);

        outside.add(file.layer());
        layers = List.copyOf(outside);
        config = config(environment, properties);
    }

    /** SmallRye fills in {@code ${…}}: from keys, system properties, the environment and secret files. */
    private SmallRyeConfig config(Map<String, String> environment, Map<String, String> properties) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .withInterceptors(new ExpressionConfigSourceInterceptor())
                .withSources(new PropertiesConfigSource(secrets.values(), "all secret files", 10))
                .withSources(new PropertiesConfigSource(environment, "all variables", 20))
                .withSources(new PropertiesConfigSource(properties, "all properties", 30));
        layers.forEach(layer -> builder.withSources(layer.asConfigSource()));
        return builder.build();
    }

    Set<String> profiles() {
        return profiles;
    }

    Set<String> relays() {
        return relays;
    }

    /** How many routes a relay has. */
    int routes(String relay) {
        return lengths.getOrDefault(Schema.RELAYS + "." + Key.quoted(relay) + ".routes", 0);
    }

    /** Where the section {@code path} begins in the file; null for one that isn't there. */
    @Nullable
    Origin section(String path) {
        return sections.get(path);
    }

    /** What is written for the key {@code path} where it counts most; null when it's written nowhere. */
    @Nullable
    Written written(String path) {
        for (Layer layer : layers) {
            Written written = layer.get(path);
            if (written != null) {
                return written;
            }
        }
        return null;
    }

    /** The value of a key that is written somewhere, its expressions filled in; null where one can't be. */
    @Nullable
    String filledIn(String path) {
        try {
            ConfigValue value = config.getConfigValue(path);
            return value.getValue();
        } catch (NoSuchElementException | IllegalArgumentException e) {
            // SmallRye throws for an endless expression and answers null for an unknown name: the same to the operator.
            return null;
        }
    }

    /** What may be shown of {@code text}. */
    String mask(String text, Origin origin) {
        return secrets.mask(text, origin);
    }
}
