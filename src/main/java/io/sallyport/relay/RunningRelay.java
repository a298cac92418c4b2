package io.sallyport.relay;

import io.sallyport.profile.Address;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** A relay that listens, on every event loop. */
public final class RunningRelay {

    private final RelayPlan plan;
    private final Address address;

    private RunningRelay(RelayPlan plan, Address address) {
        this.plan = plan;
        this.address = address;
    }

    /**
     * Binds the relay's listener.
     *
     * @return fails with the cause where the address can't be bound
     */
    public static Future<RunningRelay> start(Vertx vertx, RelayPlan plan, RelayEvents events) {
        return Future.failedFuture("not yet: " + vertx + events
                + new RunningRelay(plan, plan.relay().listen().address()));
    }

    public RelayPlan plan() {
        return plan;
    }

    /** Where it listens: the configured address, with the port that the system chose in place of 0. */
    public Address address() {
        return address;
    }

    /** Closes the listener, and ends each connection with {@link CloseReason#STOPPED}. */
    public Future<Void> stop() {
        return Future.succeededFuture();
    }
}
