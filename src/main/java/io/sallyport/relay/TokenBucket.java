package io.sallyport.relay;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much may happen in a second. What isn't used is saved up, for a second's worth at most. Every event loop takes
 * from it, without a lock. It is kept as the time at which all that was taken will have been earned (the generic cell
 * rate algorithm, ITU-T I.371), so that one number is all there is.
 */
final class TokenBucket {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier clock;
    private final AtomicLong earned;
    /** Tokens a second; 0 for no limit. */
    private volatile long rate;

    /** @param clock as {@link System#nanoTime} */
    TokenBucket(LongSupplier clock) {
        this.clock = clock;
        this.earned = new AtomicLong(clock.getAsLong());
    }

    /** From now on; null for no limit. What was taken at another rate is forgotten. */
    void rate(@Nullable Number perSecond) {
        long wanted = perSecond == null ? 0 : perSecond.longValue();
        if (wanted != rate) {
            rate = wanted;
            earned.set(clock.getAsLong());
        }
    }

    /** Takes one; false where there is none. */
    boolean take() {
        long perSecond = rate;
        if (perSecond == 0) {
            return true;
        }
        while (true) {
            long now = clock.getAsLong();
            long known = earned.get();
            long next = later(known, now) + SECOND / perSecond;
            if (next - now > SECOND) {
                return false;
            }
            if (earned.compareAndSet(known, next)) {
                return true;
            }
        }
    }

    /** Gives back what {@link #take} took. */
    void giveBack() {
        long perSecond = rate;
        if (perSecond != 0) {
            earned.addAndGet(-(SECOND / perSecond));
        }
    }

    /**
     * Takes as many as are needed, also what isn't there yet.
     *
     * @return nanoseconds until they are earned; 0 where they are
     */
    long charge(long tokens) {
        long perSecond = rate;
        if (perSecond == 0) {
            return 0;
        }
        while (true) {
            long now = clock.getAsLong();
            long known = earned.get();
            long next = later(known, now) + tokens * SECOND / perSecond;
            if (earned.compareAndSet(known, next)) {
                return Math.max(0, next - now - SECOND);
            }
        }
    }

    /** Times of nanoTime may be compared only by their difference. */
    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }
}
