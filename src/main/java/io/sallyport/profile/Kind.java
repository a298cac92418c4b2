package io.sallyport.profile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What sort of value a key takes, and how its text becomes that value.
 *
 * @param label for messages and docs: {@code a whole number from 0 to 100}
 * @param isList whether the value has any number of parts
 * @param reader makes the value of the parts; a kind that isn't a list gets exactly one
 */
record Kind<T>(String label, boolean isList, Reader<T> reader) {

    /** Makes a value of texts. */
    interface Reader<T> {
        /** The value, or null after at least one complaint. */
        @Nullable
        T read(List<String> parts, Complaints complaints);
    }

    /** Takes what is wrong with one part. */
    interface Complaints {
        void about(int part, String message, @Nullable String hint);
    }

    /**
     * One value.
     *
     * @param parse throws an {@link IllegalArgumentException} whose message goes on from the quoted text
     */
    static <T> Kind<T> one(String label, Function<String, T> parse) {
        return new Kind<>(label, false, (parts, complaints) -> parsed(parts.get(0), 0, parse, complaints));
    }

    /** Any number of values, each only once. */
    static <T> Kind<List<T>> list(String label, Function<String, T> parse) {
        return new Kind<>(label, true, (parts, complaints) -> parsedAll(parts, parse, complaints));
    }

    private static <T> @Nullable List<T> parsedAll(
            List<String> parts, Function<String, T> parse, Complaints complaints) {
        List<T> values = new ArrayList<>();
        Set<T> seen = new HashSet<>();
        for (int i = 0; i < parts.size(); i++) {
            T value = parsed(parts.get(i), i, parse, complaints);
            if (value == null) {
                continue;
            }
            if (seen.add(value)) {
                values.add(value);
            } else {
                complaints.about(i, "is there twice", "remove one of the two");
            }
        }
        return values.size() == parts.size() ? List.copyOf(values) : null;
    }

    private static <T> @Nullable T parsed(String text, int part, Function<String, T> parse, Complaints complaints) {
        try {
            return parse.apply(text);
        } catch (Unfit e) {
            complaints.about(part, String.valueOf(e.getMessage()), e.hint());
        } catch (IllegalArgumentException e) {
            complaints.about(part, String.valueOf(e.getMessage()), null);
        }
        return null;
    }
}
