package io.sallyport.gateway;

import io.sallyport.profile.Address;
import io.sallyport.relay.RelayPlan;
import org.jspecify.annotations.Nullable;

/**
 * A relay as it is now.
 *
 * @param listening where it listens, or null where it doesn't
 */
public record RelayStatus(RelayPlan plan, @Nullable Address listening) {

    public String name() {
        return plan.relay().name();
    }
}
