package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WatchdogTest {

    @Test
    void nothingIsSaidWhileAnEventLoopHangs() {
        List<Runnable> waiting = new ArrayList<>();
        Executor hanging = waiting::add;
        AtomicInteger said = new AtomicInteger();

        Watchdog.ask(List.of(Runnable::run, hanging, Runnable::run), said::incrementAndGet);
        assertThat(said).hasValue(0);

        waiting.forEach(Runnable::run);
        assertThat(said).hasValue(1);
    }
}
