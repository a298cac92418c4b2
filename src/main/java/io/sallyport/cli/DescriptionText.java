package io.sallyport.cli;

import io.sallyport.pki.Description;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints descriptions: as aligned lines for people, as JSON for programs. */
final class DescriptionText {

    private static final int WIDEST_LABEL = 22;

    private DescriptionText() {}

    static String text(Description description) {
        StringBuilder text = new StringBuilder();
        append(text, description, "");
        return text.toString();
    }

    private static void append(StringBuilder text, Description description, String indent) {
        int width = description.facts().keySet().stream()
                        .mapToInt(name -> label(name).length())
                        .filter(length -> length <= WIDEST_LABEL)
                        .max()
                        .orElse(0)
                + 2;
        for (Map.Entry<String, Object> fact : description.facts().entrySet()) {
            String label = indent + label(fact.getKey()) + ":";
            if (fact.getValue() instanceof Description inner) {
                text.append(label).append('\n');
                append(text, inner, indent + "  ");
            } else if (fact.getValue() instanceof List<?> list) {
                append(text, list, label, indent, width + indent.length());
            } else {
                line(text, label, width + indent.length(), word(fact.getValue()));
            }
        }
    }

    private static void append(StringBuilder text, List<?> list, String label, String indent, int column) {
        if (list.get(0) instanceof Description) {
            text.append(label).append('\n');
            for (Object one : list) {
                StringBuilder inner = new StringBuilder();
                append(inner, (Description) one, indent + "    ");
                // The first line carries the mark of the entry.
                text.append(indent).append("  - ").append(inner.substring(indent.length() + 4));
            }
            return;
        }
        String first = label;
        for (Object one : list) {
            line(text, first, column, word(one));
            first = "";
        }
    }

    private static void line(StringBuilder text, String label, int column, String value) {
        text.append(label)
                .append(" ".repeat(Math.max(1, column - label.length())))
                .append(value)
                .append('\n');
    }

    private static String word(Object value) {
        if (value instanceof Boolean truth) {
            return truth ? "yes" : "no";
        }
        return String.valueOf(value);
    }

    /** {@code notAfter} reads as "not after". */
    private static String label(String name) {
        return name.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
    }

    static String json(Description description) {
        return object(description).encodePrettily() + "\n";
    }

    private static JsonObject object(Description description) {
        JsonObject object = new JsonObject();
        description.facts().forEach((name, value) -> object.put(name, value(value)));
        return object;
    }

    private static Object value(Object value) {
        if (value instanceof Description inner) {
            return object(inner);
        }
        if (value instanceof List<?> list) {
            JsonArray array = new JsonArray();
            list.forEach(one -> array.add(value(one)));
            return array;
        }
        return value;
    }
}
