package io.sallyport.relay;

import io.sallyport.fault.Refusal;
import io.sallyport.profile.AllowList;
import io.sallyport.profile.Relay;
import io.sallyport.profile.Route;
import io.sallyport.profile.Unverified;
import io.sallyport.protocol.ClientHello;
import io.sallyport.tls.TlsContext;
import io.sallyport.tls.TlsSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ways that connections of a relay may go. The ClientHello decides what a client meets: the profile of the first route
 * that its SNI and ALPN allow. Its identity, known later, decides among the routes of that same profile, since no other
 * profile has judged it. Immutable; every event loop asks it.
 */
final class Routes {

    /** What a ClientHello comes to. */
    sealed interface Choice {

        /** @param ways in their order, all of one profile; more than one where the identity has to decide */
        record Taken(List<Way> ways) implements Choice {}

        record Refused(Refusal refusal, String detail) implements Choice {}
    }

    private final Way own;
    private final List<Way> ways = new ArrayList<>();
    private final RouteTable table;
    private final boolean strict;
    private final @Nullable Unverified unverified;
    private @Nullable Destination elsewhere;

    private Routes(Way own, RelayPlan plan) {
        this.own = own;
        this.table = new RouteTable(plan.relay().routes().list());
        this.strict = plan.relay().routes().unmatched() == Route.Unmatched.REFUSE;
        this.unverified = plan.relay().routes().unverified();
    }

    /** @param before those of the plan before this one, or null; what is known of upstreams stays known */
    static Routes of(RelayPlan plan, RelayEvents events, @Nullable Routes before) {
        Relay relay = plan.relay();
        Map<String, Destination> known = new HashMap<>();
        if (before != null) {
            before.ways.forEach(way -> known.put(String.valueOf(way.route()), way.destination()));
        }
        Destination own = destination(
                relay.name(),
                relay.connect(),
                plan.connect(),
                before == null ? null : before.own.destination(),
                events);
        Routes routes = new Routes(new Way(null, AllowList.EVERYONE, plan.listen(), own), plan);
        for (RoutePlan planned : plan.routes()) {
            Route route = planned.route();
            Relay.Connect connect = route.connect();
            Destination destination = connect == null
                    ? own
                    : destination(relay.name(), connect, planned.connect(), known.get(route.name()), events);
            routes.ways.add(new Way(route.name(), route.identity(), planned.listen(), destination));
        }
        if (routes.unverified instanceof Unverified.Elsewhere to) {
            routes.elsewhere = destination(
                    relay.name(), to.connect(), plan.unverified(), before == null ? null : before.elsewhere, events);
        }
        return routes;
    }

    private static Destination destination(
            String relay,
            Relay.Connect connect,
            @Nullable TlsContext tls,
            @Nullable Destination before,
            RelayEvents events) {
        Upstreams upstreams = before == null
                ? Upstreams.of(relay, connect, events)
                : before.upstreams().renewed(relay, connect);
        return new Destination(connect, tls, upstreams);
    }

    /** The relay's own way. */
    Way own() {
        return own;
    }

    /** Whether ClientHellos are to be read: without routes nothing depends on them. */
    boolean isAny() {
        return !ways.isEmpty();
    }

    /** Whether who takes no route is turned down. */
    boolean isStrict() {
        return strict;
    }

    /** Whether a client that has said nothing of itself may go where the others go. */
    boolean isOpen() {
        return !strict && unverified == null;
    }

    /** Every place where connections may go, each once. */
    List<Destination> destinations() {
        return Stream.concat(
                        Stream.concat(Stream.of(own), ways.stream()).map(Way::destination),
                        Stream.ofNullable(elsewhere))
                .distinct()
                .toList();
    }

    /** How long a client without a certificate is kept waiting before it is dropped; null where it isn't. */
    @Nullable
    Duration hold() {
        return unverified instanceof Unverified.Hold hold ? hold.time() : null;
    }

    /**
     * The way of a client that has proven who it is, or of one that was not asked to.
     *
     * @param possible of {@link #choose}
     * @param session what was agreed with it
     * @param isOn whether its certificate is on a list
     * @return empty where it may go none of them
     */
    Optional<Way> choose(List<Way> possible, TlsSession session, Predicate<AllowList> isOn) {
        if (session.identity() == null && elsewhere != null) {
            return Optional.of(
                    new Way("unverified", AllowList.EVERYONE, possible.get(0).listen(), elsewhere));
        }
        return possible.stream()
                .filter(way -> way.identity().isEmpty() || isOn.test(way.identity()))
                .findFirst();
    }

    Choice choose(ClientHello hello) {
        List<Integer> possible = table.of(hello);
        if (possible.isEmpty()) {
            return strict ? refused(hello) : new Choice.Taken(List.of(own));
        }
        Way first = ways.get(possible.get(0));
        if (first.identity().isEmpty()) {
            return new Choice.Taken(List.of(first));
        }
        List<Way> taken = new ArrayList<>();
        for (int index : possible) {
            Way way = ways.get(index);
            if (way.listen() == first.listen()) {
                taken.add(way);
                if (way.identity().isEmpty()) {
                    return new Choice.Taken(taken);
                }
            }
        }
        if (!strict && own.listen() == first.listen()) {
            taken.add(own);
        }
        return new Choice.Taken(taken);
    }

    private Choice refused(ClientHello hello) {
        if (hello.invalidName() != null) {
            return new Choice.Refused(
                    Refusal.UNRECOGNIZED_NAME, "the server name " + hello.invalidName() + " is no host name");
        }
        if (!table.knows(hello.serverName())) {
            return new Choice.Refused(
                    Refusal.UNRECOGNIZED_NAME,
                    hello.serverName() == null
                            ? "the client names no server"
                            : "no route is for the server name " + hello.serverName());
        }
        return new Choice.Refused(
                Refusal.NO_APPLICATION_PROTOCOL,
                hello.alpn().isEmpty()
                        ? "the client offers no application protocol"
                        : "no route is for what the client offers: " + offered(hello));
    }

    /** A hostile client may offer thousands, and none of them fit to be printed. */
    private static String offered(ClientHello hello) {
        String all = String.join(", ", hello.alpn()).replaceAll("[^\\x20-\\x7e]", "?");
        return all.length() > 200 ? all.substring(0, 200) + "…" : all;
    }
}
