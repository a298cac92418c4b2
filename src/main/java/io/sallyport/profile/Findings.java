package io.sallyport.profile;

import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects the mistakes of one load, so that the operator sees all of them at once. */
final class Findings {

    /** Errors first; each in the order of the file, and after it what stands outside of it. */
    private static final Comparator<Finding> READING_ORDER = Comparator.comparing(
                    (Finding finding) -> finding.mistake().severity())
            .thenComparing(finding -> finding.line() > 0 ? finding.line() : Integer.MAX_VALUE);

    private record Finding(Mistake mistake, int line) {}

    private final List<Finding> found = new ArrayList<>();
    private final Set<String> unclean = new HashSet<>();

    void error(String key, @Nullable Origin origin, String message, @Nullable String hint) {
        add(Mistake.error(key, described(origin), message, hint), origin);
        unclean.add(key);
    }

    void warning(String key, @Nullable Origin origin, String message, @Nullable String hint) {
        add(Mistake.warning(key, described(origin), message, hint), origin);
    }

    private void add(Mistake mistake, @Nullable Origin origin) {
        found.add(new Finding(mistake, origin == null ? 0 : origin.line()));
    }

    private static @Nullable String described(@Nullable Origin origin) {
        return origin == null || origin.kind() == Origin.Kind.DEFAULT ? null : origin.described();
    }

    /** Says that {@code key} was meant by another that is an error already. */
    void excuse(String key) {
        unclean.add(key);
    }

    /** Whether nothing is wrong with these keys so far. A check of several keys asks first, so that one slip gives one mistake. */
    boolean isClean(String... keys) {
        return Arrays.stream(keys).noneMatch(unclean::contains);
    }

    List<Mistake> all() {
        return found.stream().sorted(READING_ORDER).map(Finding::mistake).toList();
    }

    void throwIfErrors() throws MistakesException {
        if (found.stream().anyMatch(finding -> finding.mistake().severity() == Mistake.Severity.ERROR)) {
            throw new MistakesException(all());
        }
    }
}
