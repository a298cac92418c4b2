package io.sallyport.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import io.sallyport.observe.AccessLog;
import io.sallyport.observe.FanOut;
import io.sallyport.observe.Fields;
import io.sallyport.observe.LiveConnections;
import io.sallyport.observe.LogLines;
import io.sallyport.observe.Metrics;
import io.sallyport.observe.RecentEvents;
import io.sallyport.observe.RefusalLog;
import io.sallyport.profile.Address;
import io.sallyport.profile.Profile;
import io.sallyport.relay.Admission;
import io.sallyport.relay.RelayEvents;
import io.sallyport.relay.RelayPlan;
import io.sallyport.relay.RunningRelay;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The running whole: relays, and those who watch them. Started once, stopped once. */
@Singleton
public final class Gateway {

    private static final Logger LOG = Logger.getLogger(Gateway.class);

    /** Listeners close at once; what takes longer is given up, since the process ends anyway. */
    private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

    /** Where it is on its way. */
    public enum Phase {
        STARTING,
        RUNNING,
        STOPPING
    }

    private final Vertx vertx;
    private final MeterRegistry registry;
    private final LiveConnections connections = new LiveConnections();
    private final RecentEvents events = new RecentEvents();
    private final LogLines lines = new LogLines();
    private final Map<String, RunningRelay> running = new ConcurrentHashMap<>();
    private volatile Phase phase = Phase.STARTING;
    private volatile @Nullable Blueprint blueprint;

    @Inject
    public Gateway(Vertx vertx, MeterRegistry registry) {
        this.vertx = vertx;
        this.registry = registry;
    }

    /**
     * Binds every relay. If one can't be bound, all are stopped again.
     *
     * @throws MistakesException names each relay and address that could not be had
     */
    public void start(Blueprint wanted) throws MistakesException {
        blueprint = wanted;
        RelayEvents watchers = watchers(wanted);
        Admission total = Admission.total(wanted.configuration().limits().connections());
        List<Future<RunningRelay>> starts = new ArrayList<>();
        for (RelayPlan plan : wanted.plans()) {
            starts.add(RunningRelay.start(vertx, plan, total, watchers)
                    .onSuccess(relay -> running.put(plan.relay().name(), relay)));
        }
        await(Future.join(starts));
        List<Mistake> failures = failures(wanted.plans(), starts);
        if (!failures.isEmpty()) {
            stop();
            throw new MistakesException(failures);
        }
        wanted.plans().forEach(this::sayListening);
        phase = Phase.RUNNING;
    }

    private RelayEvents watchers(Blueprint wanted) {
        Metrics metrics = new Metrics(registry);
        wanted.plans().forEach(metrics::watch);
        for (Profile profile : wanted.configuration().profiles().values()) {
            metrics.watch(profile.name(), wanted.chain(profile), wanted.ownAnchors(profile));
        }
        return new FanOut(connections, metrics, events, new AccessLog(lines, wanted.plans()), new RefusalLog(lines));
    }

    private static List<Mistake> failures(List<RelayPlan> plans, List<Future<RunningRelay>> starts) {
        List<Mistake> failures = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            Throwable cause = starts.get(i).cause();
            if (cause != null) {
                failures.add(BindFailure.of(
                        "sallyport.relays." + plans.get(i).relay().name() + ".listen.address",
                        plans.get(i).relay().listen().address(),
                        cause));
            }
        }
        return failures;
    }

    private void sayListening(RelayPlan plan) {
        RunningRelay relay = running.get(plan.relay().name());
        LOG.info(new Fields("relay listens")
                .add("relay", plan.relay().name())
                .add("address", relay == null ? null : relay.address())
                .add("profile", plan.relay().listen().profile())
                .add("upstreams", join(plan.relay().connect().addresses()))
                .add("upstream_profile", plan.relay().connect().profile())
                .toString());
    }

    private static String join(List<Address> addresses) {
        return String.join(",", addresses.stream().map(Address::toString).toList());
    }

    /** Closes listeners and connections, the last relay first, and writes what the logs still hold. */
    public void stop() {
        phase = Phase.STOPPING;
        Blueprint had = blueprint;
        if (had == null) {
            return;
        }
        List<Future<Void>> stops = new ArrayList<>();
        for (int i = had.plans().size() - 1; i >= 0; i--) {
            RunningRelay relay = running.remove(had.plans().get(i).relay().name());
            if (relay != null) {
                stops.add(relay.stop());
            }
        }
        await(Future.join(stops));
        had.retire();
        lines.close();
    }

    /** Waits, whatever comes of it; the single futures are asked afterwards. */
    private static void await(Future<?> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            LOG.debug("a relay failed", e);
        } catch (TimeoutException e) {
            LOG.warn(new Fields("relays took too long")
                    .add("seconds", STOP_WITHIN.toSeconds())
                    .toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public Phase phase() {
        return phase;
    }

    /** What it was started with, or null before. */
    public @Nullable Blueprint blueprint() {
        return blueprint;
    }

    /** Every relay of the blueprint, in its order. */
    public List<RelayStatus> relays() {
        Blueprint known = blueprint;
        if (known == null) {
            return List.of();
        }
        return known.plans().stream()
                .map(plan -> new RelayStatus(plan, listening(plan.relay().name())))
                .toList();
    }

    private @Nullable Address listening(String name) {
        RunningRelay relay = running.get(name);
        return relay == null ? null : relay.address();
    }

    public LiveConnections connections() {
        return connections;
    }

    public RecentEvents events() {
        return events;
    }
}
