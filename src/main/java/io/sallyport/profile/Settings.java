package io.sallyport.profile;

import io.smallrye.config.common.utils.StringUtil;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every key of the schema for every profile and relay that there is, resolved and parsed. What can't be parsed is a
 * finding and has no value.
 */
final class Settings {

    private final Map<String, Setting<?>> settings = new LinkedHashMap<>();
    private final Sources sources;
    private final Findings findings;

    Settings(Sources sources, Findings findings) {
        this.sources = sources;
        this.findings = findings;
        profiles().forEach(name -> Schema.keysUnder(Schema.PROFILES).forEach(key -> read(key, name)));
        List<Key<?>> ofRelays = Schema.keysUnder(Schema.RELAYS);
        List<Key<?>> ofRoutes = Schema.keysUnder(RouteKeys.ROUTES);
        List<Key<?>> ofConnect = Schema.keysUnder(Schema.CONNECT);
        for (String relay : relays()) {
            ofRelays.stream().filter(key -> !key.isInList()).forEach(key -> read(key, relay));
            routes(relay).forEach(route -> ofRoutes.forEach(key -> read(key, route)));
            parts(relay).forEach(part -> ofConnect.forEach(key -> read(key, part)));
        }
        Schema.KEYS.stream().filter(key -> !key.isNamed()).forEach(key -> read(key, ""));
    }

    Set<String> profiles() {
        return sources.profiles();
    }

    Set<String> relays() {
        return sources.relays();
    }

    /** The routes of a relay, in their order, each as the {@linkplain Part part} that owns its settings. */
    List<String> routes(String relay) {
        return IntStream.range(0, sources.routes(relay))
                .mapToObj(index -> Part.route(relay, index))
                .toList();
    }

    /** Whether a part of a relay says itself where its connections go. */
    boolean hasConnect(String part) {
        return sources.section(Part.path(part) + ".connect") != null;
    }

    /** Who says where the connections of a route go: itself, or its relay. */
    String destination(String relay, String route) {
        return hasConnect(route) ? route : relay;
    }

    /** The parts of a relay that say themselves where connections go. */
    private Stream<String> parts(String relay) {
        return Stream.concat(routes(relay).stream(), Stream.of(Part.unverified(relay)))
                .filter(this::hasConnect);
    }

    /** All in this relay who say where connections go: itself, and parts of it. */
    List<String> destinations(String relay) {
        return Stream.concat(Stream.of(relay), parts(relay)).toList();
    }

    /** The profile that clients of a route meet; null where none is named, or where TLS is passed through. */
    @Nullable
    String met(String relay, String route) {
        if (Boolean.TRUE.equals(value(RouteKeys.PASSTHROUGH, route))) {
            return null;
        }
        Setting<String> profile = get(RouteKeys.PROFILE, route);
        return profile.isWritten() ? profile.value() : value(Schema.LISTEN_PROFILE, relay);
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
        Origin origin = sources.section(path);
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
        Written written = sources.written(path);
        settings.put(path, written == null ? standard(key, path) : parse(key, path, written));
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
        Origin origin = written.origin();
        String text = sources.filledIn(path);
        if (text == null) {
            findings.error(
                    path,
                    origin,
                    Quote.of(sources.mask(written.text(), origin)) + " can't be filled in: a name in it is not set",
                    "set it, give a default as in ${NAME:default}, or write \\$ for a plain $");
            return new Setting<>(path, null, "", origin);
        }
        List<String> parts = parts(key, text);
        String shown = sources.mask(text, origin);
        if (text.isEmpty() && !key.kind().isList()) {
            findings.error(path, origin, "has no value; expected " + key.kind().label(), null);
            return new Setting<>(path, null, shown, origin);
        }
        if (parts.isEmpty() && !findings.isClean(path)) {
            // The list had elements, all of them wrong: that it's empty now is no news.
            return new Setting<>(path, null, shown, origin);
        }
        T value = key.kind().reader().read(parts, (part, message, hint) -> {
            Origin place = written.element(part, parts.size());
            if (!shown.equals(text)) {
                findings.error(path, place, "is not " + key.kind().label(), null);
            } else {
                findings.error(path, place, quoted(parts, part, written) + message, hint);
            }
        });
        return new Setting<>(path, value, shown, origin);
    }

    /** The part in quotes, and where it came from if it isn't what is written there. */
    private static String quoted(List<String> parts, int part, Written written) {
        if (parts.isEmpty()) {
            return "";
        }
        String found = Quote.of(parts.get(part));
        boolean isFilledIn = parts.size() == 1 && written.text().contains("${");
        return isFilledIn ? found + " (from " + Quote.of(written.text()) + ") " : found + " ";
    }

    private static List<String> parts(Key<?> key, String text) {
        if (!key.kind().isList()) {
            return List.of(text);
        }
        return Arrays.stream(StringUtil.split(text)).map(String::strip).toList();
    }
}
