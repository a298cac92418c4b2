package io.sallyport.profile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names of profiles and relays that are known, so that an override can be for them.
 *
 * @param profiles those of the file, and those that a relay uses
 * @param relays those of the file, and those that come whole from outside of it
 */
record Names(Set<String> profiles, Set<String> relays) {

    /** The names in {@link Schema#PROFILES} or {@link Schema#RELAYS}. */
    Set<String> in(String section) {
        return section.equals(Schema.PROFILES) ? profiles : relays;
    }

    /** The names of a section by how they are spelt; more than one where they are spelt the same. */
    Map<String, List<String>> bySpelling(String section, Spelling spelling) {
        Map<String, List<String>> bySpelling = new HashMap<>();
        in(section)
                .forEach(name -> bySpelling
                        .computeIfAbsent(spelling.of(name), spelt -> new ArrayList<>())
                        .add(name));
        return bySpelling;
    }

    /** Everything that can be set, spelt out. */
    Set<String> allKeys(Spelling spelling) {
        Set<String> all = new LinkedHashSet<>();
        for (Key<?> key : Schema.KEYS) {
            if (key.isInList()) {
                continue;
            }
            if (key.isNamed()) {
                in(key.section()).forEach(name -> all.add(spelling.of(key.path(name))));
            } else {
                all.add(spelling.of(key.pattern()));
            }
        }
        return all;
    }
}
