package io.sallyport.observe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;
import org.jspecify.annotations.Nullable;

/** How much our loggers say. A change holds until the next one, or the next start. Any thread may ask. */
public final class LogLevels {

    /** A closed list: nobody can have a logger made for each name that they think of. */
    public static final List<String> CATEGORIES =
            List.of(AccessLog.CATEGORY, RefusalLog.CATEGORY, LogLines.CATEGORY, "io.sallyport");

    /** From the quietest to the loudest. */
    public enum Verbosity {
        OFF(Level.OFF),
        ERROR(Level.ERROR),
        WARN(Level.WARN),
        INFO(Level.INFO),
        DEBUG(Level.DEBUG);

        private final java.util.logging.Level level;

        Verbosity(java.util.logging.Level level) {
            this.level = level;
        }

        /** The one of this name, in upper or lower case; null where there is none. */
        public static @Nullable Verbosity named(String name) {
            for (Verbosity each : values()) {
                if (each.name().equals(name.toUpperCase(Locale.ROOT))) {
                    return each;
                }
            }
            return null;
        }

        private static Verbosity of(int level) {
            Verbosity loudest = OFF;
            for (Verbosity each : values()) {
                if (each != OFF && each.level.intValue() >= level) {
                    loudest = each;
                }
            }
            return level == java.util.logging.Level.OFF.intValue() ? OFF : loudest;
        }
    }

    /** @param own as it was at the start; null where it has that of its parent */
    private record Known(Logger logger, java.util.logging.@Nullable Level own) {}

    private final Map<String, Known> known = new LinkedHashMap<>();

    /** Knows from now on what the levels were. */
    public LogLevels() {
        for (String category : CATEGORIES) {
            Logger logger = Logger.getLogger(category);
            known.put(category, new Known(logger, logger.getLevel()));
        }
    }

    /** Each category, and how much it says. */
    public Map<String, Verbosity> all() {
        Map<String, Verbosity> levels = new LinkedHashMap<>();
        known.forEach((category, each) ->
                levels.put(category, Verbosity.of(each.logger().getEffectiveLevel())));
        return levels;
    }

    /** From now on; false where there is no such category. */
    public boolean set(String category, Verbosity verbosity) {
        return change(category, verbosity);
    }

    /** As it was at the start; false where there is no such category. */
    public boolean reset(String category) {
        return change(category, null);
    }

    private boolean change(String category, @Nullable Verbosity verbosity) {
        Known each = known.get(category);
        if (each == null) {
            return false;
        }
        each.logger().setLevel(verbosity == null ? each.own() : verbosity.level);
        return true;
    }
}
