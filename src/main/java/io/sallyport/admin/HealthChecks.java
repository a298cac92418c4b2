package io.sallyport.admin;

import io.sallyport.gateway.Gateway;
import io.sallyport.gateway.RelayStatus;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * What a supervisor asks. Live: the process answers. Started: every relay was bound once. Ready: every relay listens, and
 * the gateway isn't stopping; the answer names each relay.
 */
@Singleton
public final class HealthChecks {

    private final Gateway gateway;

    HealthChecks(Gateway gateway) {
        this.gateway = gateway;
    }

    @Produces
    @Singleton
    @Liveness
    HealthCheck live() {
        return () -> HealthCheckResponse.up("gateway");
    }

    @Produces
    @Singleton
    @Startup
    HealthCheck started() {
        return () -> HealthCheckResponse.named("gateway")
                .status(gateway.phase() != Gateway.Phase.STARTING)
                .withData("phase", Words.of(gateway.phase()))
                .build();
    }

    @Produces
    @Singleton
    @Readiness
    HealthCheck ready() {
        return this::relays;
    }

    private HealthCheckResponse relays() {
        boolean ready = gateway.phase() == Gateway.Phase.RUNNING;
        HealthCheckResponseBuilder response = HealthCheckResponse.named("relays");
        for (RelayStatus relay : gateway.relays()) {
            boolean listens = relay.listening() != null;
            ready &= listens;
            response.withData(relay.name(), listens ? "listens on " + relay.listening() : "does not listen");
        }
        return response.withData("phase", Words.of(gateway.phase()))
                .status(ready)
                .build();
    }
}
