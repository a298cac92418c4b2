package io.sallyport.profile;

import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the mistakes of one load, so that the operator sees all of them at once. */
final class Findings {

    /** In the order of the file; what stands outside of it comes after. */
    private static final Comparator<Finding> READING_ORDER =
            Comparator.comparingInt(finding -> finding.line() > 0 ? finding.line() : Integer.MAX_VALUE);

    private record Finding(Mistake mistake, int line) {}

    private final List<Finding> found = new ArrayList<>();

    void error(String key, @Nullable Origin origin, String message, @Nullable String hint) {
        add(Mistake.error(key, described(origin), message, hint), origin);
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

    /** Whether nothing is wrong with these keys so far. A check of several keys asks first, so that one slip gives one mistake. */
    boolean isClean(String... keys) {
        List<String> asked = List.of(keys);
        return found.stream().map(Finding::mistake).noneMatch(m -> isError(m) && asked.contains(m.key()));
    }

    List<Mistake> all() {
        return found.stream().sorted(READING_ORDER).map(Finding::mistake).toList();
    }

    void throwIfErrors() throws MistakesException {
        if (found.stream().anyMatch(finding -> isError(finding.mistake()))) {
            throw new MistakesException(all());
        }
    }

    private static boolean isError(Mistake mistake) {
        return mistake.severity() == Mistake.Severity.ERROR;
    }
}
