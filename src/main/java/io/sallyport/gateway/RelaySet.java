package io.sallyport.gateway;

import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import io.sallyport.observe.Fields;
import io.sallyport.profile.Address;
import io.sallyport.profile.Binding;
import io.sallyport.relay.Admission;
import io.sallyport.relay.RelayEvents;
import io.sallyport.relay.RelayPlan;
import io.sallyport.relay.Resolver;
import io.sallyport.relay.RunningRelay;
import io.sallyport.relay.UnixSocketFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * The relays that run: those that listen, and those that a reload took away and that still have connections. One thread
 * at a time changes it; any may read.
 */
final class RelaySet {

    private static final Logger LOG = Logger.getLogger(RelaySet.class);

    /** Sockets are bound and closed at once; what takes longer is given up. */
    private static final Duration AT_MOST = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final Resolver resolver;
    private final Admission total;
    private final RelayEvents events;
    private final Set<RunningRelay> leaving = ConcurrentHashMap.newKeySet();
    private final Set<String> drained = ConcurrentHashMap.newKeySet();
    private List<RelayPlan> wanted = List.of();
    private volatile List<RunningRelay> listening = List.of();

    RelaySet(Vertx vertx, Admission total, RelayEvents events) {
        this.vertx = vertx;
        this.resolver = Resolver.of(vertx);
        this.total = total;
        this.events = events;
    }

    /**
     * Has these plans run in place of those that do. New listeners are bound first. When all of them are, nothing can
     * fail any more: relays whose address stays get their new plan, new ones accept, the others close their listeners.
     * A listener whose address stays is never closed.
     *
     * @throws MistakesException names each relay and address that could not be had; then nothing has changed
     */
    void replace(List<RelayPlan> all) throws MistakesException {
        List<RelayPlan> plans = withoutDrained(all);
        Move move = move(plans);
        Map<RelayPlan, RunningRelay> bound = bind(move.added());
        restyle(move.staying(), bound.values());

        move.staying().forEach((plan, relay) -> relay.replace(plan));
        bound.values().forEach(RunningRelay::open);
        Map<RelayPlan, RunningRelay> running = new LinkedHashMap<>(move.staying());
        running.putAll(bound);
        listening = plans.stream().map(running::get).toList();
        leaving.addAll(move.gone());
        await(Future.join(move.gone().stream().map(RunningRelay::close).toList()));
        leaving.removeIf(relay -> relay.connections() == 0);
        bound.values().forEach(RelaySet::sayListening);
        wanted = all;
        drained.removeIf(name -> all.stream().noneMatch(plan -> isNamed(plan, name)));
    }

    /** Closes the listener of a relay, also for the reloads to come; its connections go on. False where there is none. */
    boolean drain(String relay) throws MistakesException {
        if (wanted.stream().noneMatch(plan -> isNamed(plan, relay))) {
            return false;
        }
        if (drained.add(relay)) {
            named(relay)
                    .ifPresent(running -> LOG.info(new Fields("relay drains")
                            .add("relay", relay)
                            .add("connections", running.connections())
                            .toString()));
            replace(wanted);
        }
        return true;
    }

    /**
     * Has a relay that was drained listen again. False where there is none of this name.
     *
     * @throws MistakesException where its address can't be had; then it stays drained
     */
    boolean resume(String relay) throws MistakesException {
        if (drained.remove(relay)) {
            try {
                replace(wanted);
            } catch (MistakesException e) {
                drained.add(relay);
                throw e;
            }
        }
        return wanted.stream().anyMatch(plan -> isNamed(plan, relay));
    }

    /** How many listen. */
    int listening() {
        return listening.size();
    }

    boolean isDrained(String relay) {
        return drained.contains(relay);
    }

    private List<RelayPlan> withoutDrained(List<RelayPlan> plans) {
        return plans.stream()
                .filter(plan -> !drained.contains(plan.relay().name()))
                .toList();
    }

    private static boolean isNamed(RelayPlan plan, String name) {
        return plan.relay().name().equals(name);
    }

    /**
     * Finds out whether {@link #replace} would do it: new addresses are bound, and given back at once. Nobody is accepted
     * there.
     *
     * @throws MistakesException names each relay and address that could not be had
     */
    void rehearse(List<RelayPlan> plans) throws MistakesException {
        Move move = move(withoutDrained(plans));
        List<Mistake> mistakes = new ArrayList<>();
        move.staying().keySet().forEach(plan -> {
            try {
                UnixSocketFile.lookForOwner(plan.relay().listen().binding());
            } catch (IOException e) {
                mistakes.add(ownerMistake(plan, e));
            }
        });
        if (!mistakes.isEmpty()) {
            throw new MistakesException(mistakes);
        }
        stop(bind(move.added()).values());
    }

    /** What of these plans waits for the next start, since a socket can't be changed while it is bound. */
    List<Mistake> later(List<RelayPlan> plans) {
        List<Mistake> later = new ArrayList<>();
        staying(withoutDrained(plans)).forEach((plan, relay) -> {
            Binding.Sharing wanted = plan.relay().listen().binding().port();
            if (wanted != relay.sharing()) {
                later.add(Mistake.warning(
                        "sallyport.relays." + plan.relay().name() + ".listen.reuse-port",
                        null,
                        "is " + (wanted == Binding.Sharing.SHARED)
                                + " from the next start on; until then it stays as it is",
                        "restart when it suits"));
            }
        });
        return later;
    }

    /** What becomes of the relays that listen. */
    private record Move(Map<RelayPlan, RunningRelay> staying, List<RunningRelay> gone, List<RelayPlan> added) {}

    private Move move(List<RelayPlan> plans) throws MistakesException {
        Map<RelayPlan, RunningRelay> staying = staying(plans);
        List<RunningRelay> gone = listening.stream()
                .filter(relay -> !staying.containsValue(relay))
                .toList();
        List<RelayPlan> added =
                plans.stream().filter(plan -> !staying.containsKey(plan)).toList();
        refuseOverlaps(added, gone);
        return new Move(staying, gone, added);
    }

    private static void stop(Collection<RunningRelay> relays) {
        await(Future.join(relays.stream().map(RunningRelay::stop).toList()));
    }

    /** By name and address, then by address alone: a relay may have got another name. */
    private Map<RelayPlan, RunningRelay> staying(List<RelayPlan> plans) {
        Map<RelayPlan, RunningRelay> staying = new LinkedHashMap<>();
        List<RunningRelay> left = new ArrayList<>(listening);
        for (RelayPlan plan : plans) {
            left.stream()
                    .filter(relay -> sameAddress(relay, plan)
                            && relay.plan().relay().name().equals(plan.relay().name()))
                    .findFirst()
                    .ifPresent(relay -> {
                        staying.put(plan, relay);
                        left.remove(relay);
                    });
        }
        for (RelayPlan plan : plans) {
            // Port 0 is another one each time, so it doesn't tell which relay is meant.
            if (!staying.containsKey(plan)
                    && !isAnotherEachTime(plan.relay().listen().address())) {
                left.stream()
                        .filter(relay -> sameAddress(relay, plan))
                        .findFirst()
                        .ifPresent(relay -> {
                            staying.put(plan, relay);
                            left.remove(relay);
                        });
            }
        }
        return staying;
    }

    private static boolean isAnotherEachTime(Address address) {
        return address.isTcp() && address.port() == 0;
    }

    private static boolean sameAddress(RunningRelay relay, RelayPlan plan) {
        return relay.plan()
                .relay()
                .listen()
                .address()
                .equals(plan.relay().listen().address());
    }

    /** Else the message would be that another program listens there. */
    private static void refuseOverlaps(List<RelayPlan> added, List<RunningRelay> gone) throws MistakesException {
        List<Mistake> mistakes = new ArrayList<>();
        for (RelayPlan plan : added) {
            Address wanted = plan.relay().listen().address();
            gone.stream()
                    .filter(relay -> wanted.overlaps(relay.address()))
                    .findFirst()
                    .ifPresent(relay -> mistakes.add(Mistake.error(
                            key(plan),
                            null,
                            wanted + " can't be had while relay "
                                    + relay.plan().relay().name() + " listens on " + relay.address()
                                    + ", and that is closed only when all else is in place",
                            "take another port, or restart")));
        }
        if (!mistakes.isEmpty()) {
            throw new MistakesException(mistakes);
        }
    }

    private Map<RelayPlan, RunningRelay> bind(List<RelayPlan> plans) throws MistakesException {
        Map<RelayPlan, Future<RunningRelay>> binding = new LinkedHashMap<>();
        plans.forEach(plan -> binding.put(plan, RunningRelay.bind(vertx, resolver, plan, total, events)));
        await(Future.join(List.copyOf(binding.values())));
        Map<RelayPlan, RunningRelay> bound = new LinkedHashMap<>();
        List<Mistake> failures = new ArrayList<>();
        binding.forEach((plan, future) -> {
            if (future.succeeded()) {
                bound.put(plan, future.result());
            } else {
                // Should it come about after all, nobody waits for it any more.
                future.onSuccess(RunningRelay::stop);
                Throwable cause = future.cause() == null ? new TimeoutException("it takes too long") : future.cause();
                failures.add(BindFailure.of(key(plan), plan.relay().listen().address(), cause));
            }
        });
        if (!failures.isEmpty()) {
            stop(bound.values());
            throw new MistakesException(failures);
        }
        return bound;
    }

    /** Files of unix sockets get the owners and modes that they are to have; all of them, or none. */
    private static void restyle(Map<RelayPlan, RunningRelay> staying, Collection<RunningRelay> bound)
            throws MistakesException {
        List<Mistake> mistakes = new ArrayList<>();
        staying.forEach((plan, relay) -> {
            try {
                relay.restyle(plan);
            } catch (IOException e) {
                mistakes.add(ownerMistake(plan, e));
            }
        });
        if (!mistakes.isEmpty()) {
            staying.values().forEach(RelaySet::restore);
            stop(bound);
            throw new MistakesException(mistakes);
        }
    }

    private static void restore(RunningRelay relay) {
        try {
            relay.restyle(relay.plan());
        } catch (IOException e) {
            LOG.debug("the file of a unix socket can't have the owner that it had", e);
        }
    }

    private static Mistake ownerMistake(RelayPlan plan, IOException cause) {
        return Mistake.error(
                "sallyport.relays." + plan.relay().name() + ".listen.owner",
                null,
                plan.relay().listen().address() + " can't be given away: " + cause.getMessage(),
                "only root may give a file to another user; a group must be one of this process's");
    }

    private static String key(RelayPlan plan) {
        return "sallyport.relays." + plan.relay().name() + ".listen.address";
    }

    private static void sayListening(RunningRelay running) {
        RelayPlan plan = running.plan();
        List<Address> upstreams = plan.relay().connect().addresses();
        LOG.info(new Fields("relay listens")
                .add("relay", plan.relay().name())
                .add("address", running.address())
                .add("profile", plan.relay().listen().profile())
                .add(
                        "upstreams",
                        String.join(
                                ",", upstreams.stream().map(Address::toString).toList()))
                .add("upstream_profile", plan.relay().connect().profile())
                .toString());
    }

    /** Nobody can connect any more. Connections that are open go on. */
    void closeListeners() {
        List<RunningRelay> closing = listening;
        listening = List.of();
        leaving.addAll(closing);
        await(Future.join(closing.stream().map(RunningRelay::close).toList()));
    }

    /** Closes all listeners and ends all connections, also those of relays that a reload took away. */
    void stop() {
        List<Future<Void>> stops = new ArrayList<>();
        listening.forEach(relay -> stops.add(relay.stop()));
        leaving.forEach(relay -> stops.add(relay.stop()));
        listening = List.of();
        leaving.clear();
        await(Future.join(stops));
    }

    /** The relay of this name, if it listens. */
    Optional<RunningRelay> named(String relay) {
        return listening.stream()
                .filter(running -> running.plan().relay().name().equals(relay))
                .findFirst();
    }

    /** Waits, whatever comes of it; the single futures are asked afterwards. */
    private static void await(Future<?> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(AT_MOST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            LOG.debug("a relay failed", e);
        } catch (TimeoutException e) {
            LOG.warn(new Fields("relays took too long")
                    .add("seconds", AT_MOST.toSeconds())
                    .toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
