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
import io.sallyport.profile.Limits;
import io.sallyport.profile.Profile;
import io.sallyport.relay.Admission;
import io.sallyport.relay.Descriptors;
import io.sallyport.relay.RelayPlan;
import io.sallyport.relay.RunningRelay;
import io.sallyport.tls.TlsContext;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The running whole: relays, and those who watch them. Started once, stopped once; between the two, what it runs can be
 * replaced. Those three wait for each other; everything else may be asked at any time, on any thread.
 */
@Singleton
public final class Gateway {

    /** Where it is on its way. */
    public enum Phase {
        STARTING,
        RUNNING,
        /** It is going to stop: health says so, and connections may still end by themselves. */
        DRAINING,
        STOPPING
    }

    private static final Logger LOG = Logger.getLogger(Gateway.class);

    private final Vertx vertx;
    private final LiveConnections connections = new LiveConnections();
    private final RecentEvents events = new RecentEvents();
    private final LogLines lines = new LogLines();
    private final Metrics metrics;
    private final Descriptors descriptors = Descriptors.ofProcess();
    private final Admission total = Admission.total(Limits.OF_ALL, descriptors);
    private final RelaySet relays;
    private final List<BiConsumer<Blueprint, Blueprint>> followers = new CopyOnWriteArrayList<>();
    private final ServiceManager manager = ServiceManager.ofProcess();
    private volatile Phase phase = Phase.STARTING;
    private volatile @Nullable Blueprint blueprint;
    private boolean isStopped;

    @Inject
    public Gateway(Vertx vertx, MeterRegistry registry) {
        this.vertx = vertx;
        this.metrics = new Metrics(registry);
        this.relays = new RelaySet(
                vertx, total, new FanOut(connections, metrics, events, new AccessLog(lines), new RefusalLog(lines)));
    }

    /**
     * Binds every relay. If one can't be bound, none is.
     *
     * @throws MistakesException names each relay and address that could not be had
     */
    public synchronized void start(Blueprint wanted) throws MistakesException {
        blueprint = wanted;
        try {
            run(wanted);
        } catch (MistakesException e) {
            stop();
            throw e;
        }
        TicketKeyWatch.start(vertx, this::contexts);
        StapleWatch.start(vertx, this::contexts, metrics);
        sayHowManyArePossible(wanted.configuration().limits());
        phase = Phase.RUNNING;
        Watchdog.start(vertx, manager);
        manager.ready(status());
    }

    /** In a few words, for people. */
    private String status() {
        int listening = relays.listening();
        return listening + (listening == 1 ? " relay listens" : " relays listen");
    }

    private void sayHowManyArePossible(Limits limits) {
        if (descriptors.connectionsPossible() < limits.connections()) {
            LOG.info(new Fields("the limit of open files allows fewer connections than limits.connections")
                    .add("connections", descriptors.connectionsPossible())
                    .add("hint", "raise it with ulimit -n or LimitNOFILE; clients beyond it wait until one leaves")
                    .toString());
        }
    }

    private Collection<TlsContext> contexts() {
        Blueprint now = blueprint;
        return now == null ? List.of() : now.contexts().values();
    }

    /**
     * Runs another blueprint in place of the one that runs, all of it or nothing. Live connections go on as they began;
     * what they no longer need is freed with the last of them.
     *
     * @param next this gateway's from now on; retired if it is refused
     * @return false where the gateway doesn't run, or no longer does; then nothing is done
     * @throws MistakesException names each relay and address that could not be had; the old blueprint goes on
     */
    synchronized boolean replace(Blueprint next) throws MistakesException {
        Blueprint old = blueprint;
        if (phase != Phase.RUNNING || old == null) {
            next.retire();
            return false;
        }
        try {
            run(next);
        } catch (MistakesException e) {
            next.retire();
            throw e;
        }
        blueprint = next;
        old.retire();
        followers.forEach(follower -> follower.accept(old, next));
        return true;
    }

    /** Tells of each blueprint that is replaced, and of what replaces it, on the thread of the reload and before that is over. */
    public void onReplaced(BiConsumer<Blueprint, Blueprint> follower) {
        followers.add(follower);
    }

    /**
     * Finds out whether {@link #replace} would take another blueprint, and changes nothing.
     *
     * @param next retired in any case
     * @return false where the gateway doesn't run, or no longer does
     * @throws MistakesException names each relay and address that could not be had
     */
    synchronized boolean rehearse(Blueprint next) throws MistakesException {
        try {
            if (phase != Phase.RUNNING) {
                return false;
            }
            relays.rehearse(next.plans());
            return true;
        } finally {
            next.retire();
        }
    }

    /** What of another blueprint would wait for the next start. */
    synchronized List<Mistake> later(Blueprint next) {
        return relays.later(next.plans());
    }

    private void run(Blueprint wanted) throws MistakesException {
        relays.replace(wanted.plans());
        total.limits(wanted.configuration().limits());
        descriptors.measure();
        metrics.watchPossible(
                Math.min(wanted.configuration().limits().connections(), descriptors.connectionsPossible()));
        wanted.plans().forEach(metrics::watch);
        metrics.watch(certificates(wanted));
        metrics.watchCrls(wanted.crlNextUpdates());
        List<String> asking = wanted.configuration().profiles().values().stream()
                .filter(profile -> profile.trust().ocsp().isOn())
                .map(Profile::name)
                .toList();
        metrics.watchPeerAnswers(asking, () -> OcspStatus.peers(contexts(), Instant.now()));
    }

    private static Map<String, List<X509Certificate>> certificates(Blueprint blueprint) {
        Map<String, List<X509Certificate>> byProfile = new LinkedHashMap<>();
        blueprint.configuration().profiles().forEach((name, profile) -> {
            List<X509Certificate> all = new ArrayList<>(blueprint.chain(profile));
            all.addAll(blueprint.ownAnchors(profile));
            byProfile.put(name, all);
        });
        return byProfile;
    }

    /**
     * Gives balancers the time to turn away, and connections the time to end, by the rules of the configuration in
     * force. Blocks until then; {@link #stop} comes next. A reload that comes meanwhile is ignored.
     */
    public void drain() throws InterruptedException {
        Blueprint had;
        synchronized (this) {
            had = blueprint;
            if (had == null || phase != Phase.RUNNING) {
                return;
            }
            phase = Phase.DRAINING;
            manager.stopping(had.configuration().drain().deadline());
        }
        new Drain(had.configuration().drain(), connections).run(relays::closeListeners);
    }

    /**
     * Closes the listener of a relay until {@link #resume}; its connections go on.
     *
     * @return false where there is no such relay, or the gateway doesn't run
     */
    public synchronized boolean drain(String relay) throws MistakesException {
        return phase == Phase.RUNNING && relays.drain(relay);
    }

    /**
     * Has a relay that was drained listen again.
     *
     * @return false where there is no such relay, or the gateway doesn't run
     * @throws MistakesException where its address can't be had
     */
    public synchronized boolean resume(String relay) throws MistakesException {
        return phase == Phase.RUNNING && relays.resume(relay);
    }

    /** Keeps new connections away from an upstream, or lets them go there again; false where a relay that listens has none such. */
    public boolean drain(String relay, Address upstream, boolean on) {
        return relays.named(relay).map(running -> running.drain(upstream, on)).orElse(false);
    }

    /** Closes listeners and connections, and writes what the logs still hold. */
    public void stop() {
        phase = Phase.STOPPING;
        synchronized (this) {
            Blueprint had = blueprint;
            if (had == null || isStopped) {
                return;
            }
            isStopped = true;
            relays.stop();
            had.retire();
            lines.close();
        }
    }

    /** A reload begins; {@link #reloaded} follows. */
    void reloading() {
        manager.reloading();
    }

    /** A reload has come to this. */
    void reloaded(Reload.Result result) {
        manager.ready(
                result == Reload.Result.REFUSED
                        ? status() + "; the configuration was refused, the one before stays in force"
                        : status());
    }

    public Phase phase() {
        return phase;
    }

    /** What it runs, or null before it was started. */
    public @Nullable Blueprint blueprint() {
        return blueprint;
    }

    /** The keys in force that open a door, each with what that means. */
    public Map<String, String> unsafe() {
        Blueprint known = blueprint;
        return known == null ? Map.of() : known.configuration().unsafe();
    }

    /** Every relay of the blueprint, in its order. */
    public List<RelayStatus> relays() {
        Blueprint known = blueprint;
        if (known == null) {
            return List.of();
        }
        return known.plans().stream().map(this::status).toList();
    }

    private RelayStatus status(RelayPlan plan) {
        String name = plan.relay().name();
        Optional<RunningRelay> running = relays.named(name);
        return new RelayStatus(
                plan,
                running.map(RunningRelay::address).orElse(null),
                relays.isDrained(name),
                running.map(RunningRelay::upstreams).orElse(List.of()));
    }

    public LiveConnections connections() {
        return connections;
    }

    public RecentEvents events() {
        return events;
    }
}
