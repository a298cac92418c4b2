package io.sallyport.profile;

import io.smallrye.config.PropertiesConfigSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/** What was written in one way: in the file, in the environment, or as system properties. By full path, in order. */
final class Layer {

    private static final Pattern REFERENCE =
            Pattern.compile("sallyport\\.relays\\..*\\.(listen|(unverified\\.)?connect|routes\\[\\d+])\\.profile");

    private final Origin.Kind kind;
    private final Map<String, Written> values = new LinkedHashMap<>();

    Layer(Origin.Kind kind) {
        this.kind = kind;
    }

    void put(String path, Written written) {
        values.put(path, written);
    }

    @Nullable
    Written get(String path) {
        return values.get(path);
    }

    /** Whether any key of the profile {@code name} is set here. */
    boolean hasProfile(String name) {
        return Schema.keysUnder(Schema.PROFILES).stream().anyMatch(key -> values.containsKey(key.path(name)));
    }

    /** The profiles that relays refer to here. */
    Set<String> references() {
        return values.entrySet().stream()
                .filter(entry -> REFERENCE.matcher(entry.getKey()).matches())
                .map(entry -> entry.getValue().text())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    ConfigSource asConfigSource() {
        Map<String, String> texts = new HashMap<>();
        values.forEach((path, written) -> texts.put(path, written.text()));
        return new PropertiesConfigSource(texts, kind.name(), 100 * kind.ordinal());
    }
}
