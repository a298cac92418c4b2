package io.sallyport.profile;

import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.common.utils.StringUtil;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every key of the schema for every profile and relay that there is, resolved and parsed. What can't be parsed is a
 * finding and has no value.
 */
final class Settings {

    private final Map<String, Setting<?>> settings = new LinkedHashMap<>();
    private final Map<String, Origin> sections;
    private final Set<String> profiles;
    private final Set<String> relays;

    private final SmallRyeConfig config;
    private final List<Layer> layers;
    private final Findings findings;

    /**
     * @param config the layers with their precedence, and what expressions may refer to
     * @param layers the most important first
     * @param sections where each section of the file begins
     */
    Settings(
            SmallRyeConfig config,
            List<Layer> layers,
            Map<String, Origin> sections,
            Set<String> profiles,
            Set<String> relays,
            Findings findings) {
        this.config = config;
        this.layers = layers;
        this.sections = sections;
        this.profiles = profiles;
        this.relays = relays;
        this.findings = findings;
        profiles.forEach(name -> Schema.keysUnder(Schema.PROFILES).forEach(key -> read(key, name)));
        relays.forEach(name -> Schema.keysUnder(Schema.RELAYS).forEach(key -> read(key, name)));
        read(Schema.ADMIN_ADDRESS, "");
    }

    Set<String> profiles() {
        return profiles;
    }

    Set<String> relays() {
        return relays;
    }

    Collection<Setting<?>> all() {
        return settings.values();
    }

    /** What {@code key} of the profile or relay {@code name} is set to. */
    @SuppressWarnings("unchecked") // A setting is stored under the path of the key that parsed it.
    <T> Setting<T> get(Key<T> key, String name) {
        Setting<?> setting = settings.get(key.path(name));
        if (setting == null) {
            throw new NoSuchElementException(key.path(name));
        }
        return (Setting<T>) setting;
    }

    <T> @Nullable T value(Key<T> key, String name) {
        return get(key, name).value();
    }

    /** The value of a key that has a default or is required, once nothing is wrong any more. */
    <T> T present(Key<T> key, String name) {
        T value = value(key, name);
        if (value == null) {
            throw new IllegalStateException(key.path(name) + " has no value");
        }
        return value;
    }

    /** Where the section {@code path} begins; for one that isn't in the file, where one of its keys is. */
    @Nullable
    Origin section(String path) {
        Origin origin = sections.get(path);
        if (origin != null) {
            return origin;
        }
        return settings.values().stream()
                .filter(setting -> setting.isWritten() && setting.path().startsWith(path + "."))
                .map(Setting::origin)
                .findFirst()
                .orElse(null);
    }

    private <T> void read(Key<T> key, String name) {
        String path = key.path(name);
        Written written = written(path);
        settings.put(path, written == null ? standard(key, path) : parse(key, path, written));
    }

    private @Nullable Written written(String path) {
        for (Layer layer : layers) {
            Written written = layer.get(path);
            if (written != null) {
                return written;
            }
        }
        return null;
    }

    private static <T> Setting<T> standard(Key<T> key, String path) {
        String text = key.standard();
        if (text == null) {
            return new Setting<>(path, null, "", Origin.DEFAULT);
        }
        T value = key.kind().reader().read(parts(key, text), (part, message, hint) -> {
            throw new IllegalStateException("the default of " + path + " " + message);
        });
        return new Setting<>(path, value, text, Origin.DEFAULT);
    }

    private <T> Setting<T> parse(Key<T> key, String path, Written written) {
        String text = filledIn(path, written);
        if (text == null) {
            return new Setting<>(path, null, "", written.origin());
        }
        List<String> parts = parts(key, text);
        if (parts.isEmpty() && !findings.isClean(path)) {
            // The list had elements, all of them wrong: that it's empty now is no news.
            return new Setting<>(path, null, text, written.origin());
        }
        if (!key.kind().isList() && text.isEmpty()) {
            findings.error(
                    path,
                    written.origin(),
                    "has no value; expected " + key.kind().label(),
                    null);
            return new Setting<>(path, null, text, written.origin());
        }
        T value = key.kind().reader().read(parts, (part, message, hint) -> {
            String quoted = parts.isEmpty() ? "" : Quote.of(parts.get(part)) + " ";
            findings.error(path, written.element(part, parts.size()), quoted + message, hint);
        });
        return new Setting<>(path, value, text, written.origin());
    }

    /** The text with its expressions filled in; null after a finding. */
    private @Nullable String filledIn(String path, Written written) {
        try {
            ConfigValue value = config.getConfigValue(path);
            if (value.getValue() != null) {
                return value.getValue();
            }
        } catch (NoSuchElementException | IllegalArgumentException e) {
            // The same sentence fits: SmallRye throws for endless expressions, and answers null for names that aren't
            // set.
        }
        findings.error(
                path,
                written.origin(),
                Quote.of(written.text()) + " can't be filled in: a name in it is not set",
                "set it, give a default as in ${NAME:default}, or write \\$ for a plain $");
        return null;
    }

    private static List<String> parts(Key<?> key, String text) {
        if (!key.kind().isList()) {
            return List.of(text);
        }
        return Arrays.stream(StringUtil.split(text)).map(String::strip).toList();
    }
}
