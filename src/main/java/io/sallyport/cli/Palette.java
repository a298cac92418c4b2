package io.sallyport.cli;

import java.util.regex.Pattern;

/** Colours words on a terminal: what is good, doubtful or bad. The words stay the same, so nothing is lost without colours. */
enum Palette {
    PLAIN,
    COLOURED;

    private static final Pattern SEVERITY = Pattern.compile("^(error|warning):", Pattern.MULTILINE);

    String good(String text) {
        return painted(32, text);
    }

    String doubtful(String text) {
        return painted(33, text);
    }

    String bad(String text) {
        return painted(31, text);
    }

    /** A verdict. */
    String verdict(boolean good, String text) {
        return good ? good(text) : bad(text);
    }

    /** Lines that begin with {@code error:} or {@code warning:}. */
    String severities(String text) {
        return this == PLAIN
                ? text
                : SEVERITY.matcher(text)
                        .replaceAll(word -> word.group(1).equals("error") ? bad(word.group()) : doubtful(word.group()));
    }

    /** By SGR codes (ECMA-48, section 8.3.117). */
    private String painted(int colour, String text) {
        return this == PLAIN || text.isEmpty() ? text : "\u001b[" + colour + "m" + text + "\u001b[0m";
    }
}
