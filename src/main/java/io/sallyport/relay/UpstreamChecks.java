package io.sallyport.relay;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.sallyport.profile.Balancing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The active checks of a destination's upstreams, each on its own beat, all on one event loop. */
final class UpstreamChecks {

    private final RelayServices services;
    private final Destination destination;
    private final EventLoop loop;
    private final Balancing.Health health;
    private final List<Beat> beats = new ArrayList<>();
    private boolean stopped;

    private UpstreamChecks(RelayServices services, Destination destination, EventLoop loop, Balancing.Health health) {
        this.services = services;
        this.destination = destination;
        this.loop = loop;
        this.health = health;
        destination.upstreams().states().forEach(state -> beats.add(new Beat(state)));
    }

    /** Starts the checks; null where none are configured. */
    static @Nullable UpstreamChecks start(RelayServices services, Destination destination, EventLoop loop) {
        Balancing.Health health = destination.upstreams().balancing().health();
        if (health == null) {
            return null;
        }
        UpstreamChecks checks = new UpstreamChecks(services, destination, loop, health);
        loop.execute(() -> checks.beats.forEach(Beat::check));
        return checks;
    }

    /** No check begins any more; those that run are dropped. Any thread. */
    void stop() {
        loop.execute(() -> {
            stopped = true;
            beats.forEach(Beat::stop);
        });
    }

    /** The checks of one upstream. */
    private final class Beat {

        private final UpstreamState state;
        private int good;
        private int bad;
        private @Nullable ScheduledFuture<?> next;
        private @Nullable UpstreamCheck running;

        Beat(UpstreamState state) {
            this.state = state;
        }

        private void check() {
            if (stopped || !services.plan().hold()) {
                return; // Replaced or stopped: others check now.
            }
            long began = System.nanoTime();
            running = new UpstreamCheck(services, destination, state.address(), loop, health.every(), fault -> {
                running = null;
                services.plan().letGo();
                count(fault);
                long left = health.every().toNanos() - (System.nanoTime() - began);
                if (!stopped) {
                    next = loop.schedule(this::check, Math.max(left, 1_000_000), TimeUnit.NANOSECONDS);
                }
            });
            running.begin(PooledByteBufAllocator.DEFAULT);
        }

        private void count(@Nullable String fault) {
            good = fault == null ? good + 1 : 0;
            bad = fault == null ? 0 : bad + 1;
            if (stopped) {
                return;
            }
            if (good >= health.rise()) {
                destination.upstreams().checked(state, true, good + " checks succeeded in a row");
            } else if (bad >= health.fall()) {
                destination.upstreams().checked(state, false, bad + " checks failed in a row, the last: " + fault);
            }
        }

        private void stop() {
            if (next != null) {
                next.cancel(false);
            }
            if (running != null) {
                running.cancel();
            }
        }
    }
}
