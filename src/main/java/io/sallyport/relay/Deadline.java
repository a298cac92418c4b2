package io.sallyport.relay;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one timer of a connection. It is set anew for each step of the way, and never beyond the end of the connection's
 * life; where the step's end is put off with every byte, {@link #extend} only notes it, and the timer finds out when it
 * fires. Runs on the event loop.
 */
final class Deadline implements Runnable {

    /** Stands for "for ever": nanoTime may be compared only by differences that fit. */
    private static final Duration CENTURY = Duration.ofDays(36_500);

    private final EventLoop loop;
    private final Runnable expired;
    private final long endOfLife;
    private @Nullable ScheduledFuture<?> timer;
    private long due;
    private Duration limit = Duration.ZERO;

    /** @param lifetime of the connection, or null for no end */
    Deadline(EventLoop loop, @Nullable Duration lifetime, Runnable expired) {
        this.loop = loop;
        this.expired = expired;
        this.endOfLife = System.nanoTime() + (lifetime == null ? CENTURY : lifetime).toNanos();
    }

    /** @param limit from now until the deadline, which replaces the one before */
    void set(Duration limit) {
        this.limit = limit;
        start(earlier(limit));
    }

    /** What was set last. */
    long limitMillis() {
        return limit.toMillis();
    }

    /** Sets the one that comes after the end of life: the time to say farewell. */
    void setLast(Duration limit) {
        start(System.nanoTime() + limit.toNanos());
    }

    private void start(long nanoTime) {
        clear();
        due = nanoTime;
        timer = loop.schedule(this, nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** @param limit from now until the deadline, which isn't before the one that is set */
    void extend(Duration limit) {
        due = earlier(limit);
    }

    private long earlier(Duration limit) {
        long wanted = System.nanoTime() + limit.toNanos();
        return wanted - endOfLife < 0 ? wanted : endOfLife;
    }

    boolean isEndOfLife() {
        return System.nanoTime() - endOfLife >= 0;
    }

    void clear() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    @Override
    public void run() {
        long left = due - System.nanoTime();
        if (left > 0) {
            timer = loop.schedule(this, left, TimeUnit.NANOSECONDS);
        } else {
            timer = null;
            expired.run();
        }
    }
}
