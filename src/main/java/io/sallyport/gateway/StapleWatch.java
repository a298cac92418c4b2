package io.sallyport.gateway;

import io.sallyport.observe.Fields;
import io.sallyport.observe.Metrics;
import io.sallyport.pki.OcspAnswer;
import io.sallyport.tls.Staple;
import io.sallyport.tls.TlsContext;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Has the OCSP responses that contexts show renewed in time, and tells of them. Nobody waits for a responder. */
final class StapleWatch {

    private static final Logger LOG = Logger.getLogger(StapleWatch.class);

    /** Most looks find nothing to do, and cost nothing. */
    private static final Duration EVERY = Duration.ofSeconds(2);

    private final Supplier<Collection<TlsContext>> contexts;
    private final Metrics metrics;
    private final ConcurrentMap<String, String> told = new ConcurrentHashMap<>();

    private StapleWatch(Supplier<Collection<TlsContext>> contexts, Metrics metrics) {
        this.contexts = contexts;
        this.metrics = metrics;
    }

    /** Looks at once and until {@code vertx} is closed, on its workers. */
    static void start(Vertx vertx, Supplier<Collection<TlsContext>> contexts, Metrics metrics) {
        StapleWatch watch = new StapleWatch(contexts, metrics);
        vertx.executeBlocking(watch::look);
        vertx.setPeriodic(EVERY.toMillis(), id -> vertx.executeBlocking(watch::look));
    }

    private synchronized @Nullable Void look() {
        Instant now = Instant.now();
        Collection<TlsContext> all = contexts.get();
        for (TlsContext context : all) {
            var unused = context.refreshStaple(now).whenComplete((renewed, fault) -> tell(context, renewed, fault));
        }
        metrics.watchStaples(OcspStatus.staples(all, now), now);
        return null;
    }

    private void tell(TlsContext context, @Nullable Boolean renewed, @Nullable Throwable fault) {
        String profile = context.profile().name();
        if (fault != null) {
            metrics.stapleAsked(profile, false);
            String detail = Staple.detail(fault);
            if (!detail.equals(told.put(profile, detail))) {
                LOG.warn(new Fields("no new OCSP response to staple")
                        .add("profile", profile)
                        .add("detail", detail)
                        .add("shown", context.stapled(Instant.now()) == null ? "none" : "the one from before")
                        .toString());
            }
        } else if (Boolean.TRUE.equals(renewed)) {
            metrics.stapleAsked(profile, true);
            told.remove(profile);
            OcspAnswer answer = context.stapled(Instant.now());
            LOG.info(new Fields("OCSP response stapled")
                    .add("profile", profile)
                    .add("next_update", answer == null ? null : answer.until())
                    .toString());
        }
    }
}
