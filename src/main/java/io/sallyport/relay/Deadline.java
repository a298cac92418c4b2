package io.sallyport.relay;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one timer of a connection. It is set anew for each step of the way; where the step's end is put off with every
 * byte, {@link #extendTo} only notes it, and the timer finds out when it fires. Runs on the event loop.
 */
final class Deadline implements Runnable {

    private final EventLoop loop;
    private final Runnable expired;
    private @Nullable ScheduledFuture<?> timer;
    private long due;

    Deadline(EventLoop loop, Runnable expired) {
        this.loop = loop;
        this.expired = expired;
    }

    /** @param nanos from now until the deadline, replacing the one before */
    void set(long nanos) {
        clear();
        due = System.nanoTime() + nanos;
        timer = loop.schedule(this, nanos, TimeUnit.NANOSECONDS);
    }

    /** @param nanoTime of {@link System#nanoTime()}, not before the deadline that is set */
    void extendTo(long nanoTime) {
        due = nanoTime;
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
