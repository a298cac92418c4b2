package io.sallyport.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Says to the service manager that every event loop answers, twice in the time in which it wants to hear it. One that hangs,
 * and with it the connections that it has, is found so, and the service manager starts anew ({@code WatchdogSec=}).
 */
final class Watchdog {

    private Watchdog() {}

    /** Does nothing where the service manager asks for nothing. */
    static void start(Vertx vertx, ServiceManager manager) {
        Duration within = manager.watchdog();
        if (within == null) {
            return;
        }
        List<Executor> loops = new ArrayList<>();
        ((VertxInternal) vertx).getEventLoopGroup().forEach(loops::add);
        vertx.setPeriodic(0, Math.max(1, within.toMillis() / 2), timer -> ask(loops, manager::alive));
    }

    /** @param answered called once each has had its turn */
    static void ask(List<Executor> loops, Runnable answered) {
        AtomicInteger left = new AtomicInteger(loops.size());
        loops.forEach(loop -> loop.execute(() -> {
            if (left.decrementAndGet() == 0) {
                answered.run();
            }
        }));
    }
}
