package io.sallyport.profile;

import java.util.List;

/**
 * A value as the operator wrote it, before expressions are filled in.
 *
 * @param text the value; the elements of a list are joined by commas, a backslash before their own commas and backslashes
 * @param origin where it is
 * @param elements where each element of a YAML list is; empty for a value that is not a YAML list
 */
record Written(String text, Origin origin, List<Origin> elements) {

    static Written single(String text, Origin origin) {
        return new Written(text, origin, List.of());
    }

    static Written list(List<String> texts, Origin origin, List<Origin> elements) {
        List<String> escaped = texts.stream()
                .map(text -> text.replace("\\", "\\\\").replace(",", "\\,"))
                .toList();
        return new Written(String.join(",", escaped), origin, elements);
    }

    /** Where the {@code index}-th of {@code count} elements is; a comma inside an expression leaves only the list's place. */
    Origin element(int index, int count) {
        return elements.size() == count && index < count ? elements.get(index) : origin;
    }
}
