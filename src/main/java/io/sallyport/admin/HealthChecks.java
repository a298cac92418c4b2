package io.sallyport.admin;

import io.sallyport.fault.Mistake;
import io.sallyport.gateway.Gateway;
import io.sallyport.gateway.RelayStatus;
import io.sallyport.gateway.Reloader;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * What a supervisor asks. Live: the process answers. Started: every relay was bound once. Ready: every relay listens, and
 * the gateway isn't stopping; the answer names each relay, and says whether the configuration in force is the newest.
 */
@Singleton
public final class HealthChecks {

    private final Gateway gateway;
    private final Reloader reloader;

    HealthChecks(Gateway gateway, Reloader reloader) {
        this.gateway = gateway;
        this.reloader = reloader;
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

    @Produces
    @Singleton
    @Readiness
    HealthCheck configuration() {
        return this::configurationInForce;
    }

    /** Always up: a configuration that was refused is no reason to send clients away from one that works. */
    private HealthCheckResponse configurationInForce() {
        Reloader.InForce inForce = reloader.inForce();
        HealthCheckResponseBuilder response = HealthCheckResponse.named("configuration")
                .up()
                .withData("state", inForce.isDegraded() ? "degraded" : inForce.isStale() ? "stale config" : "current")
                .withData("inForceSince", inForce.since().toString());
        if (inForce.staleSince() != null) {
            response.withData("staleSince", inForce.staleSince().toString()).withData("why", why(inForce));
        }
        return response.build();
    }

    @Produces
    @Singleton
    @Readiness
    HealthCheck unsafe() {
        return this::unsafeKeys;
    }

    /** Always up, since the operator wants it so; but named, for whoever looks at what runs. */
    private HealthCheckResponse unsafeKeys() {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("unsafe settings").up();
        gateway.unsafe().forEach(response::withData);
        return response.build();
    }

    private static String why(Reloader.InForce inForce) {
        return inForce.why().stream()
                .filter(mistake -> mistake.severity() == Mistake.Severity.ERROR)
                .map(mistake -> mistake.key() + ": " + mistake.message())
                .collect(Collectors.joining("; "));
    }

    private HealthCheckResponse relays() {
        boolean ready = gateway.phase() == Gateway.Phase.RUNNING;
        boolean any = false;
        HealthCheckResponseBuilder response = HealthCheckResponse.named("relays");
        for (RelayStatus relay : gateway.relays()) {
            boolean listens = relay.listening() != null;
            // One that is drained keeps nobody from the others.
            ready &= listens || relay.drained();
            any |= listens;
            response.withData(
                    relay.name(),
                    listens ? "listens on " + relay.listening() : relay.drained() ? "drained" : "does not listen");
        }
        ready &= any;
        return response.withData("phase", Words.of(gateway.phase()))
                .status(ready)
                .build();
    }
}
