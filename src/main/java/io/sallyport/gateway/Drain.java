package io.sallyport.gateway;

import io.sallyport.observe.Fields;
import io.sallyport.observe.LiveConnections;
import io.sallyport.profile.Configuration;
import io.sallyport.relay.ConnectionView;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Lets a gateway run dry: no new connections, and time for those that are open. Blocks the thread that wants to stop.
 */
final class Drain {

    private static final Logger LOG = Logger.getLogger(Drain.class);

    /** Between two looks at what is left. */
    private static final Duration STEP = Duration.ofMillis(50);

    private static final Duration PROGRESS = Duration.ofSeconds(5);

    private record Seen(long bytes, long nanoTime) {}

    private final Configuration.Drain rules;
    private final LiveConnections connections;
    private final long began = System.nanoTime();
    private final Map<Long, Seen> seen = new HashMap<>();
    private long told = began;

    Drain(Configuration.Drain rules, LiveConnections connections) {
        this.rules = rules;
        this.connections = connections;
    }

    /**
     * Drains. What is left at the deadline is the caller's to end.
     *
     * @param closeListeners called once the delay is over
     */
    void run(Runnable closeListeners) throws InterruptedException {
        LOG.info(new Fields("draining")
                .add("connections", connections.count())
                .add("delay_ms", rules.delay() == null ? 0 : rules.delay().toMillis())
                .add("deadline_ms", rules.deadline().toMillis())
                .toString());
        while (rules.delay() != null && isWithin(rules.delay())) {
            step();
        }
        closeListeners.run();
        while (connections.count() > 0 && isWithin(rules.deadline())) {
            endIdle();
            tellProgress();
            step();
        }
        int left = connections.count();
        LOG.info(new Fields(left == 0 ? "drained" : "drained in part, the deadline is here")
                .add("connections", left)
                .toString());
    }

    private boolean isWithin(Duration limit) {
        return System.nanoTime() - began < limit.toNanos();
    }

    private static void step() throws InterruptedException {
        Thread.sleep(STEP.toMillis());
    }

    private void endIdle() {
        Duration idle = rules.idle();
        if (idle == null) {
            return;
        }
        long now = System.nanoTime();
        for (ConnectionView connection : connections.all()) {
            long bytes = connection.bytesIn() + connection.bytesOut();
            Seen before = seen.get(connection.id());
            if (before == null || before.bytes() != bytes) {
                seen.put(connection.id(), new Seen(bytes, now));
            } else if (now - before.nanoTime() >= idle.toNanos()) {
                connection.finish();
            }
        }
    }

    private void tellProgress() {
        if (System.nanoTime() - told >= PROGRESS.toNanos()) {
            told = System.nanoTime();
            LOG.info(new Fields("still draining")
                    .add("connections", connections.count())
                    .toString());
        }
    }
}
