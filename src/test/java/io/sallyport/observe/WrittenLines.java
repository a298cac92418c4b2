package io.sallyport.observe;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jboss.logging.Logger;

/** Keeps what would have been logged. */
final class WrittenLines implements LogLines.Sink {

    record Line(String category, Logger.Level level, String text) {}

    private final List<Line> lines = new CopyOnWriteArrayList<>();

    @Override
    public boolean wants(String category, Logger.Level level) {
        return true;
    }

    @Override
    public void write(String category, Logger.Level level, String text) {
        lines.add(new Line(category, level, text));
    }

    /** Waits until there are as many. */
    List<Line> await(int count) {
        org.awaitility.Awaitility.await().until(() -> lines.size() >= count);
        return List.copyOf(lines);
    }

    List<Line> now() {
        return List.copyOf(lines);
    }
}
