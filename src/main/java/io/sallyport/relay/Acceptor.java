package io.sallyport.relay;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections of the channels that a relay's listener accepts, and knows those that are open.
 *
 * <p>The relay's plan can be replaced while it runs. A plan is immutable and stands behind one volatile reference, which
 * each connection reads once, when it is accepted: so a connection has the old plan or the new one, whole, and every
 * event loop sees the new one as soon as {@link #replace} returns.
 *
 * <p>There is one race. A connection that has just read the old plan may be overtaken: the plan is replaced, its owner
 * gives up the contexts, nobody else has them, they are freed. A call on one would abort the process. So a connection
 * {@linkplain RelayPlan#hold holds} the plan before it uses it, until it is closed; and where that fails, the reference is
 * read again, since the new plan was there before the old one was given up.
 */
final class Acceptor {

    private final Vertx vertx;
    private final Admission admission;
    private final RelayEvents events;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile RelayServices services;
    private volatile @Nullable UpstreamChecks checks;

    Acceptor(Vertx vertx, RelayPlan plan, Admission total, RelayEvents events) {
        this.vertx = vertx;
        this.admission =
                Admission.within(total, plan.relay().name(), plan.relay().limits());
        this.events = events;
        this.services = services(plan, Upstreams.of(plan.relay(), events));
    }

    private RelayServices services(RelayPlan plan, Upstreams upstreams) {
        return new RelayServices(
                plan,
                new Destination(plan.relay().connect(), plan.connect(), upstreams),
                admission,
                new Dialler(vertx),
                ((VertxInternal) vertx).getWorkerPool().executor(),
                new Registry(events, plan));
    }

    /** Called on the channel's event loop, before it reads. */
    void accept(Channel channel) {
        RelayServices current = services;
        while (!current.plan().hold()) {
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

    RelayPlan plan() {
        return services.plan();
    }

    /** From now on connections have this plan; those that are open keep theirs. */
    void replace(RelayPlan plan) {
        admission.limits(plan.relay().name(), plan.relay().limits());
        services = services(plan, services.destination().upstreams().renewed(plan.relay()));
        stopChecks();
        startChecks();
    }

    /** The upstreams are checked from now on. */
    void startChecks() {
        checks = UpstreamChecks.start(
                services,
                services.destination(),
                ((VertxInternal) vertx).getEventLoopGroup().next());
    }

    void stopChecks() {
        UpstreamChecks running = checks;
        checks = null;
        if (running != null) {
            running.stop();
        }
    }

    List<UpstreamView> upstreams() {
        return services.destination().upstreams().views();
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

        private final RelayPlan plan;

        Registry(RelayEvents events, RelayPlan plan) {
            super(events);
            this.plan = plan;
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
            plan.letGo();
        }
    }
}
