package io.sallyport.profile;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who of those that a CA vouches for is let in: peers whose certificate has one of the entries. An empty list lets everyone in.
 *
 * @param entries in their normal form, see {@link AllowEntries}; no kind without an entry
 */
public record AllowList(Map<Kind, Set<String>> entries) {

    public static final AllowList EVERYONE = new AllowList(Map.of());

    /** What of a certificate an entry speaks of. */
    public enum Kind {
        CN,
        DNS,
        IP,
        EMAIL,
        URI,
        OU,
        SERIAL,
        ISSUER,
        FINGERPRINT,
        SPKI;

        /** The key under {@code allow}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public AllowList {
        Map<Kind, Set<String>> kept = new EnumMap<>(Kind.class);
        entries.forEach((kind, values) -> {
            if (!values.isEmpty()) {
                kept.put(kind, new LinkedHashSet<>(values));
            }
        });
        entries = Map.copyOf(kept);
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    public Set<String> of(Kind kind) {
        return entries.getOrDefault(kind, Set.of());
    }

    /** Each entry as {@code dns:*.orders.test}, sorted: the same for the same list, however it was written. */
    public List<String> sorted() {
        return entries.entrySet().stream()
                .flatMap(kind ->
                        kind.getValue().stream().map(value -> kind.getKey().label() + ":" + value))
                .sorted()
                .toList();
    }

    @Override
    public String toString() {
        return sorted().stream().collect(Collectors.joining(", "));
    }
}
