package io.sallyport.gateway;

import io.sallyport.profile.Address;
import io.sallyport.relay.RelayPlan;
import io.sallyport.relay.UpstreamView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A relay as it is now.
 *
 * @param listening where it listens, or null where it doesn't
 * @param drained whether the operator had its listener closed
 * @param upstreams where its connections go; empty where it doesn't listen
 */
public record RelayStatus(RelayPlan plan, @Nullable Address listening, boolean drained, List<UpstreamView> upstreams) {

    public String name() {
        return plan.relay().name();
    }
}
