package io.sallyport.cli;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Hears what the gateway logs of refusals, so that the demo can show it. */
final class RefusalsHeard extends Handler implements AutoCloseable {

    /** Kept, since a logger that nobody holds is collected, and its handlers with it. */
    private final Logger logger = Logger.getLogger("sallyport.refusals");

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    RefusalsHeard() {
        logger.addHandler(this);
    }

    @Override
    public void publish(LogRecord line) {
        lines.add(line.getMessage());
    }

    /** The next line, or null if none comes in time. */
    @Nullable
    String awaitNext(Duration atMost) throws InterruptedException {
        return lines.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
