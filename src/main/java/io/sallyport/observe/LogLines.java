package io.sallyport.observe;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Carries log lines away from the event loops. A loop only puts a line into a queue; a thread of its own makes the text
 * and writes it. Written on the loop, a full pipe behind the log would stop every connection of that loop.
 *
 * <p>The queue is bounded: what doesn't fit is counted, and the count is logged.
 */
public final class LogLines implements AutoCloseable {

    /** The logger of what it has to say itself. */
    static final String CATEGORY = "sallyport.log";

    static final int MAX_WAITING = 20_000;

    /** How long a line may wait, so that a busy gateway wakes the writer a hundred times a second and not for each line. */
    private static final long BATCH_MILLIS = 10;

    /** Where lines end. */
    interface Sink {
        /** Asked on event loops, so that nothing is done for lines that nobody wants. */
        boolean wants(String category, Logger.Level level);

        void write(String category, Logger.Level level, String text);
    }

    private static final class ToLoggers implements Sink {

        @Override
        public boolean wants(String category, Logger.Level level) {
            return Logger.getLogger(category).isEnabled(level);
        }

        @Override
        public void write(String category, Logger.Level level, String text) {
            Logger.getLogger(category).log(level, text);
        }
    }

    private record Line(String category, Logger.Level level, Supplier<String> text) {}

    private final Sink sink;
    private final int maxWaiting;
    private final Queue<Line> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean drainIsDue = new AtomicBoolean();
    private final LongAdder leftOut = new LongAdder();
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sallyport-log");
        thread.setDaemon(true);
        return thread;
    });

    public LogLines() {
        this(new ToLoggers(), MAX_WAITING);
    }

    LogLines(Sink sink, int maxWaiting) {
        this.sink = sink;
        this.maxWaiting = maxWaiting;
    }

    /**
     * Queues a line.
     *
     * @param text made on the writer's thread: must not touch what belongs to an event loop
     */
    void add(String category, Logger.Level level, Supplier<String> text) {
        if (!sink.wants(category, level)) {
            return;
        }
        if (waiting.get() >= maxWaiting) {
            leftOut.increment();
            return;
        }
        waiting.incrementAndGet();
        queue.add(new Line(category, level, text));
        if (drainIsDue.compareAndSet(false, true)) {
            later(Duration.ofMillis(BATCH_MILLIS), this::drain);
        }
    }

    /** Runs something on the writer's thread after a while; not at all once closed. */
    void later(Duration delay, Runnable task) {
        try {
            var unused = writer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // Closed: what is still queued is written by close().
        }
    }

    private void drain() {
        // Before the queue is read: a line that is added from now on asks for a drain of its own.
        drainIsDue.set(false);
        for (Line line = queue.poll(); line != null; line = queue.poll()) {
            waiting.decrementAndGet();
            write(line);
        }
        long lost = leftOut.sumThenReset();
        if (lost > 0) {
            sink.write(
                    CATEGORY,
                    Logger.Level.WARN,
                    new Fields("log lines left out, the log is too slow")
                            .add("count", lost)
                            .toString());
        }
    }

    private void write(Line line) {
        try {
            sink.write(line.category(), line.level(), line.text().get());
        } catch (RuntimeException e) {
            // One bad line must not keep the rest from being written.
            sink.write(CATEGORY, Logger.Level.ERROR, "a log line could not be made: " + e);
        }
    }

    /** Writes what waits, and ends the thread. */
    @Override
    public void close() {
        writer.shutdownNow();
        try {
            if (!writer.awaitTermination(1, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        drain();
    }
}
