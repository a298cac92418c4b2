package io.sallyport.fault;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says mistakes: for people as text, for programs as JSON (docs/check-format.schema.json). */
public final class Mistakes {

    private Mistakes() {}

    /** A block for each mistake: what is wrong with which key, where, and what to do. Ends with a newline; empty for none. */
    public static String text(List<Mistake> mistakes) {
        return mistakes.stream().map(Mistakes::text).collect(Collectors.joining());
    }

    private static String text(Mistake mistake) {
        StringBuilder text = new StringBuilder()
                .append(severity(mistake))
                .append(": ")
                .append(mistake.key())
                .append(": ")
                .append(mistake.message())
                .append('\n');
        if (mistake.origin() != null) {
            text.append("  at ").append(mistake.origin()).append('\n');
        }
        if (mistake.hint() != null) {
            text.append("  hint: ").append(mistake.hint()).append('\n');
        }
        return text.toString();
    }

    /** One JSON object with the counts and all mistakes, ending with a newline. */
    public static String json(List<Mistake> mistakes) {
        String each = mistakes.stream().map(Mistakes::json).collect(Collectors.joining(",\n    "));
        return "{\n  \"errors\": " + count(mistakes, Mistake.Severity.ERROR)
                + ",\n  \"warnings\": " + count(mistakes, Mistake.Severity.WARNING)
                + ",\n  \"mistakes\": [" + (each.isEmpty() ? "" : "\n    " + each + "\n  ") + "]\n}\n";
    }

    private static String json(Mistake mistake) {
        return "{\"severity\": " + string(severity(mistake))
                + ", \"key\": " + string(mistake.key())
                + ", \"origin\": " + string(mistake.origin())
                + ", \"message\": " + string(mistake.message())
                + ", \"hint\": " + string(mistake.hint()) + "}";
    }

    private static long count(List<Mistake> mistakes, Mistake.Severity severity) {
        return mistakes.stream()
                .filter(mistake -> mistake.severity() == severity)
                .count();
    }

    private static String severity(Mistake mistake) {
        return switch (mistake.severity()) {
            case ERROR -> "error";
            case WARNING -> "warning";
        };
    }

    private static String string(@Nullable String text) {
        if (text == null) {
            return "null";
        }
        StringBuilder json = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
