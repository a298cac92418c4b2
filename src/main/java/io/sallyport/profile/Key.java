package io.sallyport.profile;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One key of the configuration: the single source for parsing, defaults, unknown-key detection and the docs.
 *
 * @param pattern the full path, {@code *} where the operator chooses a name
 * @param kind what it takes
 * @param standard the default as the operator would write it, or null where there is none
 * @param required whether its section must have it
 * @param meaning one or two sentences for the docs; says what happens without it where there is no default
 * @param example a value for the docs
 */
record Key<T>(
        String pattern, Kind<T> kind, @Nullable String standard, boolean required, String meaning, String example) {

    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_-]+");

    static <T> Key<T> of(String pattern, Kind<T> kind) {
        return new Key<>(pattern, kind, null, false, "", "");
    }

    Key<T> standard(String value) {
        return new Key<>(pattern, kind, value, required, meaning, example);
    }

    Key<T> mandatory() {
        return new Key<>(pattern, kind, standard, true, meaning, example);
    }

    Key<T> means(String sentence) {
        return new Key<>(pattern, kind, standard, required, sentence, example);
    }

    Key<T> such(String value) {
        return new Key<>(pattern, kind, standard, required, meaning, value);
    }

    /** Whether it stands under a name that the operator chooses. */
    boolean isNamed() {
        return pattern.indexOf('*') >= 0;
    }

    /** Whether it stands in a list, which has no name that could be written elsewhere than in the file. */
    boolean isInList() {
        return pattern.startsWith(RouteKeys.ROUTES + ".");
    }

    /** {@link Schema#PROFILES} or {@link Schema#RELAYS}, for a key that {@link #isNamed()}. */
    String section() {
        return pattern.substring(0, pattern.indexOf(".*"));
    }

    /**
     * The full path.
     *
     * @param owner a profile, a relay, or a {@linkplain Part part} of a relay
     */
    String path(String owner) {
        return Part.isPart(owner) ? Part.path(owner, pattern) : pattern.replace("*", quoted(owner));
    }

    /** A name as it stands in a path: in quotes where a dot in it would look like a step of the path. */
    static String quoted(String name) {
        return PLAIN_NAME.matcher(name).matches() ? name : '"' + name + '"';
    }
}
