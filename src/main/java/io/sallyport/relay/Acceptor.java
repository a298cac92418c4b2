package io.sallyport.relay;

import io.netty.channel.Channel;
import io.sallyport.profile.Address;
import io.sallyport.tls.References;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes connections of the channels that a relay's listener accepts, and knows those that are open.
 *
 * <p>The relay's plan can be replaced while it runs. A plan is immutable and stands behind one volatile reference, which
 * each connection reads once, when it is accepted: so a connection has the old plan or the new one, whole, and every
 * event loop sees the new one as soon as {@link #replace} returns.
 *
 * <p>There is one race. A connection that has just read the old plan may be overtaken: the plan is replaced, its owner
 * gives up the contexts, nobody else has them, they are freed. A call on one would abort the process. So a connection
 * {@linkplain References#hold holds} the plan before it uses it, until it is closed; and where that fails, the reference is
 * read again, since the new plan was there before the old one was given up.
 */
final class Acceptor {

    private final Vertx vertx;
    private final Resolver resolver;
    private final Admission admission;
    private final RelayEvents events;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile RelayServices services;
    private volatile List<UpstreamChecks> checks = List.of();

    Acceptor(Vertx vertx, Resolver resolver, RelayPlan plan, Admission total, RelayEvents events) {
        this.vertx = vertx;
        this.resolver = resolver;
        this.admission =
                Admission.within(total, plan.relay().name(), plan.relay().limits());
        this.events = events;
        this.services = services(plan, Routes.of(plan, events, null));
    }

    private RelayServices services(RelayPlan plan, Routes routes) {
        References holders = plan.hold();
        return new RelayServices(
                plan,
                holders,
                routes,
                admission,
                new Dialler(vertx, resolver),
                ((VertxInternal) vertx).getWorkerPool().executor(),
                new Registry(events, holders));
    }

    /** Called on the channel's event loop, before it reads. */
    void accept(Channel channel) {
        RelayServices current = services;
        while (!current.holders().hold()) {
            RelayServices newer = services;
            if (newer == current) {
                // Given up, and not replaced: the listener is closed, and this was the last that came through it.
                channel.close();
                return;
            }
            current = newer;
        }
        new Connection(current, channel).begin();
    }

    /** Called when nothing can be accepted for a while. */
    void failed(String detail) {
        events.acceptFailed(plan().relay().name(), detail);
    }

    RelayServices services() {
        return services;
    }

    RelayPlan plan() {
        return services.plan();
    }

    /** From now on connections have this plan; those that are open keep theirs. */
    void replace(RelayPlan plan) {
        admission.limits(plan.relay().name(), plan.relay().limits());
        RelayServices old = services;
        services = services(plan, Routes.of(plan, events, old.routes()));
        stopChecks();
        startChecks();
        old.holders().letGo();
    }

    /** Nothing more will come: the plan's contexts are kept by the connections that are open, and by nobody else. */
    void close() {
        stopChecks();
        if (closed.compareAndSet(false, true)) {
            services.holders().letGo();
        }
    }

    /** The upstreams are checked from now on. */
    void startChecks() {
        RelayServices current = services;
        checks = current.routes().destinations().stream()
                .filter(destination -> destination.connect().balancing().health() != null)
                .map(destination -> UpstreamChecks.start(
                        current,
                        destination,
                        ((VertxInternal) vertx).getEventLoopGroup().next()))
                .toList();
    }

    private void stopChecks() {
        List<UpstreamChecks> running = checks;
        checks = List.of();
        running.forEach(UpstreamChecks::stop);
    }

    /** Of the relay and of its routes; false where none of them has it. */
    boolean drain(Address upstream, boolean on) {
        boolean any = false;
        for (Destination destination : services.routes().destinations()) {
            any |= destination.upstreams().drain(upstream, on);
        }
        return any;
    }

    List<UpstreamView> upstreams() {
        return services.routes().destinations().stream()
                .flatMap(destination -> destination.upstreams().views().stream())
                .toList();
    }

    int open() {
        return connections.size();
    }

    /** Ends each connection with {@link CloseReason#STOPPED}. */
    Future<Void> endConnections() {
        List<Future<Void>> told = connections.stream().map(Connection::stop).toList();
        return Future.join(told).mapEmpty();
    }

    /** Keeps the connections that are open, before anyone else hears of them; lets go of the plan of those that aren't. */
    private final class Registry extends RelayEvents.Forwarding {

        private final References holders;

        Registry(RelayEvents events, References holders) {
            super(events);
            this.holders = holders;
        }

        @Override
        public void accepted(ConnectionView connection) {
            connections.add((Connection) connection);
            super.accepted(connection);
        }

        @Override
        public void closed(ConnectionView connection, CloseReason reason) {
            connections.remove((Connection) connection);
            super.closed(connection, reason);
            holders.letGo();
        }
    }
}
