package io.sallyport.relay;

import io.sallyport.profile.Address;
import io.sallyport.profile.Binding;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.List;

/** A relay that listens, and its connections. Its plan can be replaced; its address is what it is. */
public final class RunningRelay {

    private final Acceptor acceptor;
    private final Listener listener;
    private final Binding.Sharing sharing;

    private RunningRelay(Acceptor acceptor, Listener listener) {
        this.acceptor = acceptor;
        this.listener = listener;
        this.sharing = acceptor.plan().relay().listen().binding().port();
    }

    /**
     * Binds the relay's listener. It accepts nothing before {@link #open}.
     *
     * @param resolver finds the upstreams' addresses; relays share one
     * @param total counts the connections of all relays
     * @return fails with the cause where the address can't be bound
     */
    public static Future<RunningRelay> bind(
            Vertx vertx, Resolver resolver, RelayPlan plan, Admission total, RelayEvents events) {
        Acceptor acceptor = new Acceptor(vertx, resolver, plan, total, events);
        return Listener.bind(vertx, plan.relay().listen(), total.descriptors(), acceptor::accept, acceptor::failed)
                .onFailure(cause -> acceptor.close())
                .map(listener -> new RunningRelay(acceptor, listener));
    }

    /** From now on it accepts. */
    public void open() {
        acceptor.startChecks();
        listener.open();
    }

    /** What a connection that comes now will have. */
    public RelayPlan plan() {
        return acceptor.plan();
    }

    /** Where it listens: the configured address, with the port that the system chose in place of 0. */
    public Address address() {
        Address configured = plan().relay().listen().address();
        return configured.isTcp() ? new Address(configured.host(), listener.port()) : configured;
    }

    /** Whether its port was bound for it alone; another plan doesn't change that. */
    public Binding.Sharing sharing() {
        return sharing;
    }

    /**
     * Gives the file of a unix socket the owner and the mode of a plan; {@link #replace} with that plan is to follow. Does
     * nothing for every other socket. Not for event loops.
     *
     * @throws IOException where it can't have them; then it has those that it had
     */
    public void restyle(RelayPlan plan) throws IOException {
        listener.restyle(plan.relay().listen().binding());
    }

    /**
     * From now on connections have this plan; those that are open keep theirs.
     *
     * @param plan of the same listening address
     */
    public void replace(RelayPlan plan) {
        acceptor.replace(plan);
    }

    /** Where its connections go, in the order of the configuration; those of routes last. */
    public List<UpstreamView> upstreams() {
        return acceptor.upstreams();
    }

    /**
     * Keeps new connections away from an upstream, or lets them go there again. It outlives a reload that keeps the
     * address.
     *
     * @return false where the relay has no such upstream
     */
    public boolean drain(Address upstream, boolean on) {
        return acceptor.drain(upstream, on);
    }

    /** How many connections are open. */
    public int connections() {
        return acceptor.open();
    }

    /** Closes the listener. Connections that are open go on. */
    public Future<Void> close() {
        return listener.close().onComplete(closed -> acceptor.close());
    }

    /** Closes the listener, and ends each connection with {@link CloseReason#STOPPED}. */
    public Future<Void> stop() {
        return Future.join(close(), acceptor.endConnections()).mapEmpty();
    }
}
