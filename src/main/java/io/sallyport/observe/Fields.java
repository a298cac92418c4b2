package io.sallyport.observe;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Builds a log line: a constant message, then {@code key=value} pairs.
 *
 * <p>Values come from peers (a certificate's subject, a server name), so what could end a line, forge a key or steer a
 * terminal is escaped: one event is one line, whatever a peer sends.
 */
public final class Fields {

    /** A longer value is cut: a peer's certificate may hold a name of kilobytes. */
    private static final int MAX_VALUE = 512;

    private final StringBuilder line = new StringBuilder(320);

    public Fields(String message) {
        line.append(message);
    }

    /** An absent value is written as {@code -}, so that each line has the same keys. */
    public Fields add(String key, @Nullable Object value) {
        line.append(' ').append(key).append('=');
        if (value == null) {
            line.append('-');
        } else {
            appendValue(value.toString());
        }
        return this;
    }

    public Fields add(String key, long value) {
        line.append(' ').append(key).append('=').append(value);
        return this;
    }

    private void appendValue(String value) {
        int end = Math.min(value.length(), MAX_VALUE);
        if (end == value.length() && isBare(value)) {
            line.append(value);
            return;
        }
        line.append('"');
        for (int i = 0; i < end; ) {
            int codePoint = value.codePointAt(i);
            appendEscaped(codePoint);
            i += Character.charCount(codePoint);
        }
        if (end < value.length()) {
            line.append('…');
        }
        line.append('"');
    }

    private void appendEscaped(int codePoint) {
        switch (codePoint) {
            case '"' -> line.append("\\\"");
            case '\\' -> line.append("\\\\");
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            default -> {
                if (isPrintable(codePoint)) {
                    line.appendCodePoint(codePoint);
                } else {
                    line.append(String.format(Locale.ROOT, "\\u{%x}", codePoint));
                }
            }
        }
    }

    /** Neither a control nor one of the invisible ones that end lines or turn the direction of writing. */
    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static boolean isBare(String value) {
        if (value.isEmpty() || value.equals("-")) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '=') {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return line.toString();
    }
}
