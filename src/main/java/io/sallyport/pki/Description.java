package io.sallyport.pki;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Facts about a thing by name, in an order that reads well: what the certificate commands print, as text or as JSON. A name is a word of
 * JSON such as {@code notAfter}. A value is a text, a number, a truth, a description, or a list of texts or of descriptions. Texts that
 * came from a certificate are printable.
 */
public final class Description {

    private final Map<String, Object> facts = new LinkedHashMap<>();

    /** Adds a fact; one that isn't there (null) is left out. */
    public Description add(String name, @Nullable Object value) {
        if (value != null) {
            facts.put(name, value);
        }
        return this;
    }

    /** Adds a list of facts, unless it is empty. */
    public Description addAll(String name, List<?> values) {
        return add(name, values.isEmpty() ? null : List.copyOf(values));
    }

    public Map<String, Object> facts() {
        return Collections.unmodifiableMap(facts);
    }

    @Override
    public String toString() {
        return facts.toString();
    }
}
