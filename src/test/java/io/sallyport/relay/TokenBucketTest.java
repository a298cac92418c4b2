package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {

    private static final long MILLISECOND = Duration.ofMillis(1).toNanos();

    /** nanoTime may begin anywhere, and run over. */
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - MILLISECOND);

    private final TokenBucket bucket = new TokenBucket(clock::get);

    private int takeAll() {
        int taken = 0;
        while (taken < 1_000_000 && bucket.take()) {
            taken++;
        }
        return taken;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 1000, 100_000})
    void asManyAsInASecondMayComeAtOnce(int rate) {
        bucket.rate(rate);
        assertThat(takeAll()).isEqualTo(rate);
        clock.addAndGet(500 * MILLISECOND);
        assertThat(takeAll()).isEqualTo(rate / 2);
        // What isn't used is saved up for a second, and no longer.
        clock.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(takeAll()).isEqualTo(rate);
    }

    @Test
    void whatIsGivenBackCanBeTaken() {
        bucket.rate(2);
        assertThat(takeAll()).isEqualTo(2);
        bucket.giveBack();
        assertThat(takeAll()).isEqualTo(1);
    }

    @Test
    void withoutARateThereIsNoEnd() {
        assertThat(takeAll()).isEqualTo(1_000_000);
        assertThat(bucket.charge(Long.MAX_VALUE)).isZero();
    }

    @Test
    void aChargeTellsWhenItIsEarned() {
        bucket.rate(1000);
        assertThat(bucket.charge(1000)).isZero();
        assertThat(bucket.charge(250)).isEqualTo(250 * MILLISECOND);
        assertThat(bucket.charge(250)).isEqualTo(500 * MILLISECOND);
        clock.addAndGet(500 * MILLISECOND);
        assertThat(bucket.charge(10)).isEqualTo(10 * MILLISECOND);
    }

    @Test
    void aNewRateForgetsTheDebtOfTheOldOne() {
        bucket.rate(1);
        assertThat(bucket.charge(3600)).isEqualTo(Duration.ofSeconds(3599).toNanos());
        bucket.rate(1);
        assertThat(bucket.take()).isFalse();
        bucket.rate(10);
        assertThat(takeAll()).isEqualTo(10);
        bucket.rate(null);
        assertThat(bucket.take()).isTrue();
    }

    @Test
    void threadsTogetherGetNoMore() throws InterruptedException {
        bucket.rate(10_000);
        AtomicInteger taken = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> taken.addAndGet(takeAll()));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(taken).hasValue(10_000);
    }
}
