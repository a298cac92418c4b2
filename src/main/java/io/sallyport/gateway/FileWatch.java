package io.sallyport.gateway;

import io.sallyport.profile.Configuration;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Has files looked at again and again, on a thread of its own. Looking finds every change: one written in place, a
 * renamed file, a symbolic link that points elsewhere, as Kubernetes' and certbot's do, and files on a network. The
 * system's own notices miss some of those (docs/decisions/watching.md).
 */
final class FileWatch implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(FileWatch.class);

    private final Supplier<Configuration.Reload> rules;
    private final Runnable look;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread watching = new Thread(task, "sallyport-watch");
        watching.setDaemon(true);
        return watching;
    });

    /**
     * @param rules asked before each look, since a reload may change them
     * @param look must not block for long
     */
    FileWatch(Supplier<Configuration.Reload> rules, Runnable look) {
        this.rules = rules;
        this.look = look;
    }

    void start() {
        Duration interval = rules.get().interval();
        var unused = thread.schedule(this::turn, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void turn() {
        try {
            if (rules.get().watch()) {
                look.run();
            }
        } catch (RuntimeException e) {
            // It must not be the last look.
            LOG.error("the files could not be looked at", e);
        }
        if (!thread.isShutdown()) {
            start();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
