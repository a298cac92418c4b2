package io.sallyport.profile;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a key is spelt outside of the file. */
enum Spelling {

    /** {@code sallyport.profiles.edge.server-name}, as a system property or the name of a secret file. */
    PATH {
        @Override
        String of(String path) {
            return path;
        }

        @Override
        Optional<String> name(String spelt) {
            return Optional.of(spelt);
        }
    },

    /** {@code SALLYPORT_PROFILES_EDGE_SERVER_NAME}. */
    VARIABLE {
        @Override
        String of(String path) {
            StringBuilder variable = new StringBuilder();
            for (char c : path.toUpperCase(Locale.ROOT).toCharArray()) {
                if (c != '"') {
                    variable.append((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_');
                }
            }
            return variable.toString();
        }

        @Override
        Optional<String> name(String spelt) {
            // An underscore may stand for '-', '_' or '.'.
            return spelt.indexOf('_') >= 0 ? Optional.empty() : Optional.of(spelt.toLowerCase(Locale.ROOT));
        }
    };

    /** A key that is spelt out, with the name in it as it is spelt; empty for a key that has none. */
    record Match(Key<?> key, String name) {}

    /** The key's full path, the beginning of one, or a name, spelt so. */
    abstract String of(String path);

    /** The profile's or relay's name that is spelt so, where it can be only one. */
    abstract Optional<String> name(String spelt);

    /** The key that {@code text} spells. No text spells two: none of their endings is the end of another one's. */
    Optional<Match> match(String text) {
        for (Key<?> key : Schema.KEYS) {
            String name = key.isInList() ? null : nameIn(text, key);
            if (name != null) {
                return Optional.of(new Match(key, name));
            }
        }
        return Optional.empty();
    }

    /** What stands in {@code text} where the key's pattern has its {@code *}; null when it's another key. */
    private @Nullable String nameIn(String text, Key<?> key) {
        if (!key.isNamed()) {
            return text.equals(of(key.pattern())) ? "" : null;
        }
        int star = key.pattern().indexOf('*');
        String before = of(key.pattern().substring(0, star));
        String after = of(key.pattern().substring(star + 1));
        if (text.length() <= before.length() + after.length() || !text.startsWith(before) || !text.endsWith(after)) {
            return null;
        }
        String name = text.substring(before.length(), text.length() - after.length());
        boolean isQuoted = name.length() > 2 && name.startsWith("\"") && name.endsWith("\"");
        return isQuoted ? name.substring(1, name.length() - 1) : name;
    }
}
