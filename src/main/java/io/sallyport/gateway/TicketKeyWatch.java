package io.sallyport.gateway;

import io.sallyport.observe.Fields;
import io.sallyport.tls.TlsContext;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Looks after the ticket keys of the contexts in use: takes new ones from their directories, and makes new ones where
 * they are made up. It looks again and again in place of being told: on network file systems, and for Secrets, nobody tells.
 */
final class TicketKeyWatch {

    private static final Logger LOG = Logger.getLogger(TicketKeyWatch.class);

    /** A directory of a few small files is read within microseconds. */
    private static final Duration EVERY = Duration.ofSeconds(2);

    private final Supplier<Collection<TlsContext>> contexts;
    private final Map<String, String> told = new HashMap<>();

    private TicketKeyWatch(Supplier<Collection<TlsContext>> contexts) {
        this.contexts = contexts;
    }

    /** Looks until {@code vertx} is closed, on its workers. */
    static void start(Vertx vertx, Supplier<Collection<TlsContext>> contexts) {
        TicketKeyWatch watch = new TicketKeyWatch(contexts);
        vertx.setPeriodic(
                EVERY.toMillis(),
                id -> vertx.executeBlocking(() -> {
                    watch.look();
                    return null;
                }));
    }

    private synchronized void look() {
        for (TlsContext context : contexts.get()) {
            String profile = context.profile().name();
            try {
                if (context.refreshTicketKeys(Instant.now())) {
                    LOG.info(new Fields("ticket keys changed")
                            .add("profile", profile)
                            .toString());
                }
                told.remove(profile);
            } catch (IOException e) {
                String detail = String.valueOf(e.getMessage());
                if (!detail.equals(told.put(profile, detail))) {
                    LOG.warn(new Fields("ticket keys not read, the old ones stay in force")
                            .add("profile", profile)
                            .add("detail", detail)
                            .toString());
                }
            }
        }
    }
}
