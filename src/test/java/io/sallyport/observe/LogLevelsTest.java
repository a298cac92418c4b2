package io.sallyport.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.observe.LogLevels.Verbosity;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogLevelsTest {

    private final LogLevels levels = new LogLevels();

    @AfterEach
    void reset() {
        LogLevels.CATEGORIES.forEach(levels::reset);
    }

    @Test
    void aLevelHoldsUntilItIsReset() {
        Verbosity before = levels.all().get(AccessLog.CATEGORY);
        Logger logger = Logger.getLogger(AccessLog.CATEGORY);
        boolean debugBefore = logger.isDebugEnabled();
        assertThat(levels.set(AccessLog.CATEGORY, Verbosity.DEBUG)).isTrue();
        assertThat(logger.isDebugEnabled()).isTrue();
        assertThat(levels.all()).containsEntry(AccessLog.CATEGORY, Verbosity.DEBUG);
        levels.set(AccessLog.CATEGORY, Verbosity.OFF);
        assertThat(logger.isEnabled(Logger.Level.FATAL)).isFalse();
        assertThat(levels.all()).containsEntry(AccessLog.CATEGORY, Verbosity.OFF);
        assertThat(levels.reset(AccessLog.CATEGORY)).isTrue();
        assertThat(levels.all()).containsEntry(AccessLog.CATEGORY, before);
        assertThat(logger.isDebugEnabled()).isEqualTo(debugBefore);
    }

    @Test
    void whatIsNoneOfOursIsLeftAlone() {
        assertThat(levels.set("io.netty", Verbosity.DEBUG)).isFalse();
        assertThat(levels.reset("io.netty")).isFalse();
        assertThat(Verbosity.named("warn")).isEqualTo(Verbosity.WARN);
        assertThat(Verbosity.named("loud")).isNull();
    }
}
