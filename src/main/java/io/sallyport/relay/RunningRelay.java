package io.sallyport.relay;

import io.netty.channel.Channel;
import io.netty.channel.MultithreadEventLoopGroup;
import io.sallyport.profile.Address;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A relay that listens: one Vert.x {@code NetServer} for each event loop. They share the port, so connections meet all
 * loops; a single server made outside a verticle would put every connection on one.
 */
public final class RunningRelay {

    /** What the kernel may hold of connections that aren't accepted yet; it cuts it to {@code net.core.somaxconn}. */
    private static final int BACKLOG = 4096;

    /** To Vert.x a negative port is one that the system chooses for all who name the same number; 0 gives each its own. */
    private static final AtomicInteger SHARED_PORTS = new AtomicInteger();

    private final Vertx vertx;
    private final int sharedPort = SHARED_PORTS.decrementAndGet();
    private final RelayPlan plan;
    private final RelayServices services;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger port = new AtomicInteger();
    private volatile String deployment = "";

    private RunningRelay(Vertx vertx, RelayPlan plan, Admission total, RelayEvents events) {
        this.vertx = vertx;
        this.plan = plan;
        this.services = new RelayServices(
                plan,
                Admission.within(total, plan.relay().limits().connections()),
                new Dialler(vertx),
                ((VertxInternal) vertx).getWorkerPool().executor(),
                new Registry(events));
    }

    /**
     * Binds the relay's listener.
     *
     * @param total counts the connections of all relays
     * @return fails with the cause where the address can't be bound
     */
    public static Future<RunningRelay> start(Vertx vertx, RelayPlan plan, Admission total, RelayEvents events) {
        RunningRelay relay = new RunningRelay(vertx, plan, total, events);
        DeploymentOptions options = new DeploymentOptions().setInstances(eventLoops(vertx));
        return vertx.deployVerticle(() -> relay.new Acceptor(), options).map(id -> {
            relay.deployment = id;
            return relay;
        });
    }

    private static int eventLoops(Vertx vertx) {
        return ((MultithreadEventLoopGroup) ((VertxInternal) vertx).getEventLoopGroup()).executorCount();
    }

    public RelayPlan plan() {
        return plan;
    }

    /** Where it listens: the configured address, with the port that the system chose in place of 0. */
    public Address address() {
        return new Address(plan.relay().listen().address().host(), port.get());
    }

    /** Closes the listener, and ends each connection with {@link CloseReason#STOPPED}. */
    public Future<Void> stop() {
        List<Future<Void>> told = connections.stream().map(Connection::stop).toList();
        // Only then: with the server Vert.x closes its channels, and a reason would be lost.
        return Future.join(told).transform(done -> vertx.undeploy(deployment));
    }

    /** Accepts on one event loop. */
    private final class Acceptor extends AbstractVerticle {

        @Override
        public void start(Promise<Void> started) {
            Address address = plan.relay().listen().address();
            NetServer server = vertx.createNetServer(
                    new NetServerOptions().setAcceptBacklog(BACKLOG).setTcpNoDelay(true));
            server.connectHandler(this::accept);
            server.listen(address.port() == 0 ? sharedPort : address.port(), address.host())
                    .onSuccess(bound -> port.set(bound.actualPort()))
                    .<Void>mapEmpty()
                    .onComplete(started);
        }

        private void accept(NetSocket socket) {
            Channel channel =
                    ((NetSocketInternal) socket).channelHandlerContext().channel();
            new Connection(services, channel).begin();
        }
    }

    /** Keeps the connections that {@link #stop} must end, before anyone else hears of them. */
    private final class Registry extends RelayEvents.Forwarding {

        Registry(RelayEvents events) {
            super(events);
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
        }
    }
}
