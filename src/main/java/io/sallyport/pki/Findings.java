package io.sallyport.pki;

import io.sallyport.fault.Mistake;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with one profile's material, so that all of it is reported at once. */
final class Findings {

    /** A step that may meet an unusable file. */
    interface Step<T> {
        T run() throws UnusableFileException;
    }

    /** An operator who reads a warning two weeks ahead can still act without haste. */
    static final Duration SOON = Duration.ofDays(14);

    private final String prefix;
    private final List<Mistake> mistakes = new ArrayList<>();

    /**
     * @param prefix of the keys, such as {@code sallyport.profiles.edge.}
     */
    Findings(String prefix) {
        this.prefix = prefix;
    }

    /** The step's result, or null after its failure is noted under {@code key}. */
    <T> @Nullable T attempt(String key, Step<T> step) {
        try {
            return step.run();
        } catch (UnusableFileException e) {
            error(key, String.valueOf(e.getMessage()), hint(e));
            return null;
        }
    }

    private static @Nullable String hint(UnusableFileException failure) {
        return switch (failure.passphrase()) {
            case NOT_AT_FAULT -> failure.hint();
            case MISSING -> "set key-password-file to the file with its passphrase";
            case WRONG -> "check the first line of key-password-file";
        };
    }

    void error(String key, String message, @Nullable String hint) {
        mistakes.add(Mistake.error(prefix + key, null, message, hint));
    }

    void warning(String key, String message, @Nullable String hint) {
        mistakes.add(Mistake.warning(prefix + key, null, message, hint));
    }

    List<Mistake> all() {
        return List.copyOf(mistakes);
    }

    boolean hasErrors() {
        return mistakes.stream().anyMatch(m -> m.severity() == Mistake.Severity.ERROR);
    }
}
