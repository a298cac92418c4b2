package io.sallyport;

/** What editors and mail programs do to a PEM file, and what every program forgives. */
public enum EditedText {
    CRLF,
    CR,
    BOM,
    NO_LINE_END,
    TRAILING_BLANKS,
    INDENTED,
    ONE_LINE;

    public String of(String text) {
        return switch (this) {
            case CRLF -> text.replace("\n", "\r\n");
            case CR -> text.replace("\n", "\r");
            case BOM -> "\uFEFF" + text;
            case NO_LINE_END -> text.strip();
            case TRAILING_BLANKS -> text.replace("\n", " \t\n");
            case INDENTED -> "    " + text.replace("\n", "\n    ");
            case ONE_LINE -> text.replaceAll("(?<!-)\n(?!-)", "");
        };
    }
}
