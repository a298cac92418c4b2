package io.sallyport.profile;

import java.util.List;
import java.util.stream.Collectors;

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

    public EffectiveConfiguration {
        entries = List.copyOf(entries);
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

    /** One line for each key: {@code key = value  # source}. */
    public String text() {
        return entries.stream()
                .map(entry -> entry.key() + " = " + entry.value() + "  # " + entry.source() + "\n")
                .collect(Collectors.joining());
    }
}
