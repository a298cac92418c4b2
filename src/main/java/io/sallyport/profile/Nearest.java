package io.sallyport.profile;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that was probably meant. */
final class Nearest {

    private Nearest() {}

    /** The candidate closest to {@code word}, if one is close enough to be a slip of the fingers or a longer form. */
    static Optional<String> of(String word, Collection<String> candidates) {
        String best = null;
        int least = Integer.MAX_VALUE;
        for (String candidate : candidates) {
            int distance = distance(plain(word), plain(candidate));
            if (distance < least && isClose(word, candidate, distance)) {
                best = candidate;
                least = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    private static boolean isClose(String word, String candidate, int distance) {
        int allowed = Math.max(word.length(), candidate.length()) / 3;
        return distance <= Math.min(allowed, 4) || isLongerForm(word, candidate) || isLongerForm(candidate, word);
    }

    /** {@code certificate} of {@code cert}, {@code ca-file} of {@code ca}; not {@code crl} of {@code c}. */
    private static boolean isLongerForm(String longer, String shorter) {
        String start = plain(shorter);
        return plain(longer).startsWith(start.length() >= 3 ? start : start + "-");
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Edits that turn one into the other: insert, delete, replace, or swap two neighbours. */
    static int distance(String from, String to) {
        int[][] edits = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                edits[i][j] = i == 0 || j == 0 ? i + j : step(edits, from, to, i, j);
            }
        }
        return edits[from.length()][to.length()];
    }

    private static int step(int[][] edits, String from, String to, int i, int j) {
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        int least = Math.min(Math.min(edits[i - 1][j], edits[i][j - 1]) + 1, edits[i - 1][j - 1] + (same ? 0 : 1));
        boolean swapped =
                i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return swapped ? Math.min(least, edits[i - 2][j - 2] + 1) : least;
    }
}
