package io.sallyport.relay;

import io.netty.channel.EventLoop;
import io.sallyport.profile.Address;
import io.sallyport.profile.Balancing;
import io.sallyport.profile.Relay;
import io.sallyport.profile.Upstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The upstreams of a relay, or of one of its routes: which are up, and in which order a connection tries them. Those
 * that are up come first, primaries before backups; those that aren't come behind them, and those that are drained last,
 * since to try one is better than to turn a client away. Every event loop asks it, without a lock.
 */
final class Upstreams {

    /** @param index its place in the configuration */
    private record Member(Upstream upstream, UpstreamState state, int index) {}

    private static final int WHOLE = 100;

    private final String relay;
    private final Balancing balancing;
    private final RelayEvents events;
    private final Map<Address, UpstreamState> states = new LinkedHashMap<>();
    private final List<Member> members = new ArrayList<>();
    private final List<Address> inOrder;
    /**
     * How far each is behind its share, by index (smooth weighted round-robin, as in nginx). One account for each event loop, so that none waits for another; each alone is fair, so all together are.
     */
    private final ThreadLocal<int[]> turns;

    private final LongSupplier clock;

    private Upstreams(
            String relay,
            Relay.Connect connect,
            RelayEvents events,
            LongSupplier clock,
            Map<Address, UpstreamState> known) {
        this.relay = relay;
        this.balancing = connect.balancing();
        this.events = events;
        this.clock = clock;
        for (Upstream upstream : connect.upstreams()) {
            UpstreamState state = known.getOrDefault(upstream.address(), new UpstreamState(upstream.address()));
            states.put(upstream.address(), state);
            members.add(new Member(upstream, state, members.size()));
        }
        this.inOrder = connect.addresses();
        this.turns = ThreadLocal.withInitial(() -> new int[inOrder.size()]);
    }

    /** @param relay its name */
    static Upstreams of(String relay, Relay.Connect connect, RelayEvents events) {
        return of(relay, connect, events, System::nanoTime);
    }

    /** @param clock as {@link System#nanoTime} */
    static Upstreams of(String relay, Relay.Connect connect, RelayEvents events, LongSupplier clock) {
        return new Upstreams(relay, connect, events, clock, Map.of());
    }

    /** Those that are configured now; what is known of an address stays known. */
    Upstreams renewed(String changedRelay, Relay.Connect changed) {
        return new Upstreams(changedRelay, changed, events, clock, states);
    }

    Balancing balancing() {
        return balancing;
    }

    List<UpstreamView> views() {
        return members.stream()
                .map(member -> new UpstreamView(
                        member.upstream, member.state.isUp(), member.state.isDraining(), member.state.connections()))
                .toList();
    }

    /** Whether new connections are kept away from an address; false where it is none of these. */
    boolean drain(Address address, boolean on) {
        UpstreamState state = states.get(address);
        if (state != null) {
            state.draining(on);
        }
        return state != null;
    }

    List<UpstreamState> states() {
        return List.copyOf(states.values());
    }

    UpstreamState state(Address address) {
        UpstreamState state = states.get(address);
        if (state == null) {
            throw new IllegalArgumentException(address + " is no upstream of relay " + relay);
        }
        return state;
    }

    /**
     * All addresses, the one to try first in front.
     *
     * @param client what a hash is made of
     */
    List<Address> order(ConnectionView client) {
        if (inOrder.size() == 1) {
            return inOrder;
        }
        List<Member> primaries = new ArrayList<>(members.size());
        List<Member> backups = new ArrayList<>();
        List<Member> down = new ArrayList<>();
        List<Member> draining = new ArrayList<>();
        for (Member member : members) {
            (member.state.isDraining()
                            ? draining
                            : !member.state.isUp() ? down : member.upstream.isBackup() ? backups : primaries)
                    .add(member);
        }
        List<Address> order = new ArrayList<>(members.size());
        balanced(primaries, client, order);
        balanced(backups, client, order);
        down.sort(Comparator.comparing(member -> member.upstream.isBackup()));
        down.forEach(member -> order.add(member.state.address()));
        draining.forEach(member -> order.add(member.state.address()));
        return order;
    }

    private void balanced(List<Member> group, ConnectionView client, List<Address> order) {
        if (group.size() > 1) {
            switch (balancing.method()) {
                case IN_ORDER -> {}
                case ROUND_ROBIN -> takeTurn(group);
                case LEAST_CONNECTIONS -> {
                    takeTurn(group); // Decides between those that are equal.
                    group.sort(Comparator.comparingDouble(this::load));
                }
                case HASH_ADDRESS -> rank(group, HashKey.address(client));
                case HASH_IDENTITY -> rank(group, HashKey.identity(client));
            }
        }
        group.forEach(member -> order.add(member.state.address()));
    }

    /** Puts the one whose turn it is in front; the others follow in their order. */
    private void takeTurn(List<Member> group) {
        int[] credit = turns.get();
        int total = 0;
        int next = 0;
        for (int i = 0; i < group.size(); i++) {
            Member member = group.get(i);
            int weight = weight(member);
            credit[member.index] += weight;
            total += weight;
            if (credit[member.index] > credit[group.get(next).index]) {
                next = i;
            }
        }
        Member chosen = group.remove(next);
        credit[chosen.index] -= total;
        group.add(0, chosen);
    }

    private double load(Member member) {
        return (member.state.connections() + 1.0) / weight(member);
    }

    /** In hundredths, so that one that has just come back can have a part of its weight. */
    private int weight(Member member) {
        int whole = member.upstream.weight() * WHOLE;
        Duration slow = balancing.slowStart();
        if (slow == null) {
            return whole;
        }
        long up = member.state.upFor(clock.getAsLong());
        return up >= slow.toNanos() ? whole : (int) Math.max(1, whole * ((double) up / slow.toNanos()));
    }

    /** Rendezvous hashing: when an upstream goes, only its own clients go elsewhere. */
    private static void rank(List<Member> group, long key) {
        group.sort(Comparator.comparingDouble(
                member -> HashKey.score(key, member.state.address(), member.upstream.weight())));
    }

    /** A connection there has come to something. */
    void succeeded(Address address) {
        state(address).succeeded();
    }

    /** A connection there has failed: after several in a row it is left alone for a while. Called on {@code loop}. */
    void failed(Address address, EventLoop loop) {
        UpstreamState state = state(address);
        int failures = state.failed();
        if (failures < balancing.ejection().after() || !state.eject()) {
            return;
        }
        changed(state, state.isHealthy(), failures + " connections failed in a row");
        var unused = loop.schedule(
                () -> {
                    state.readmit();
                    state.back(clock.getAsLong());
                    changed(state, state.isHealthy(), "it is tried again");
                },
                balancing.ejection().time().toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** Says what has changed, unless it makes no difference since it was down anyway. */
    private void changed(UpstreamState state, boolean matters, String detail) {
        if (matters) {
            events.upstreamChanged(relay, state.address(), state.isUp(), detail);
        }
    }

    /** A row of checks has come to a verdict. */
    void checked(UpstreamState state, boolean healthy, String detail) {
        if (state.isHealthy() != healthy) {
            state.healthy(healthy);
            if (healthy) {
                state.readmit();
                state.back(clock.getAsLong());
            }
            events.upstreamChanged(relay, state.address(), state.isUp(), detail);
        }
    }
}
