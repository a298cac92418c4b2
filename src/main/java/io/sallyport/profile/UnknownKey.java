package io.sallyport.profile;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What to tell an operator whose key isn't in the schema. */
final class UnknownKey {

    private UnknownKey() {}

    /** The nearest word of the section; else where such a key does belong; else the words of the section. */
    static String hint(String section, String word) {
        if (word.equals("<<")) {
            return "merge keys are not supported; write the keys out";
        }
        Set<String> words = Schema.wordsIn(section);
        Optional<String> near = Nearest.of(word, words);
        if (near.isPresent()) {
            return "did you mean " + near.get() + "?";
        }
        Optional<String> elsewhere = elsewhere(word);
        if (elsewhere.isPresent()) {
            return word + " belongs to " + elsewhere.get();
        }
        return (words.size() == 1 ? "the only key here is " : "the keys here are ") + String.join(", ", words);
    }

    private static Optional<String> elsewhere(String word) {
        List<String> owners = Schema.KEYS.stream()
                .map(Key::pattern)
                .filter(pattern -> pattern.contains("." + word + ".") || pattern.endsWith("." + word))
                .map(pattern -> pattern.substring(0, ("." + pattern + ".").indexOf("." + word + ".") - 1))
                .map(pattern -> pattern.replace("*", "NAME"))
                .distinct()
                .toList();
        return owners.isEmpty() ? Optional.empty() : Optional.of(String.join(" or ", owners));
    }
}
