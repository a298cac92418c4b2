package io.sallyport.profile;

import io.sallyport.fault.Mistake;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The configuration in force: what each key is set to, and where that was written.
 *
 * @param entries in the order of the file, defaults included; keys without a value aren't there
 */
public record EffectiveConfiguration(List<Entry> entries) {

    /**
     * One key.
     *
     * @param key full path
     * @param value as it could be written, expressions filled in, secrets masked; a list is separated by commas
     * @param source {@code default}, {@code config/sallyport.yaml:12}, {@code env SALLYPORT_…} or {@code property sallyport.…}
     */
    public record Entry(String key, String value, String source) {}

    /** Of a configuration that was not read, but made. */
    public static final EffectiveConfiguration UNKNOWN = new EffectiveConfiguration(List.of());

    /**
     * A key that has another value than before. What is masked in both can't be told apart, and isn't one.
     *
     * @param before null where it had none
     * @param after null where it has none
     */
    public record Change(
            String key, @Nullable String before, @Nullable String after) {}

    public EffectiveConfiguration {
        entries = List.copyOf(entries);
    }

    /** The keys with another value: those that are there now in their order, then those that are gone. */
    public List<Change> changesSince(EffectiveConfiguration earlier) {
        Map<String, String> before = earlier.values();
        Map<String, String> after = values();
        return Stream.concat(after.keySet().stream(), before.keySet().stream().filter(key -> !after.containsKey(key)))
                .filter(key -> !Objects.equals(before.get(key), after.get(key)))
                .map(key -> new Change(key, before.get(key), after.get(key)))
                .toList();
    }

    private Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        entries.forEach(entry -> values.put(entry.key(), entry.value()));
        return values;
    }

    static EffectiveConfiguration of(Settings settings) {
        return new EffectiveConfiguration(settings.all().stream()
                .filter(setting -> setting.value() != null)
                .map(setting -> new Entry(
                        setting.path(),
                        escaped(setting.text()),
                        setting.origin().label()))
                .toList());
    }

    private static String escaped(String text) {
        return text.replace("${", "\\${");
    }

    /** The same mistakes with the place where each key was written: who reads files, or connects, doesn't know it. */
    public List<Mistake> placed(List<Mistake> mistakes) {
        Map<String, String> sources =
                entries.stream().collect(Collectors.toMap(Entry::key, Entry::source, (first, second) -> first));
        return mistakes.stream()
                .map(m -> m.origin() != null
                        ? m
                        : new Mistake(m.severity(), m.key(), sources.get(m.key()), m.message(), m.hint()))
                .toList();
    }

    /** One line for each key: {@code key = value  # source}. */
    public String text() {
        return entries.stream()
                .map(entry -> entry.key() + " = " + entry.value() + "  # " + entry.source() + "\n")
                .collect(Collectors.joining());
    }
}
