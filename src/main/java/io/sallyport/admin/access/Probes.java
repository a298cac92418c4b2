package io.sallyport.admin.access;

import io.smallrye.health.SmallRyeHealth;
import io.smallrye.health.SmallRyeHealthReporter;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * What a stranger is told of the gateway's health: whether it is well, and no more. Balancers and the kubelet have no
 * credentials to send.
 */
@Singleton
final class Probes {

    private static final String LIVE = "/q/health/live";
    private static final String READY = "/q/health/ready";
    private static final String STARTED = "/q/health/started";

    static final Set<String> PATHS = Set.of(LIVE, READY, STARTED);

    private static final int UNAVAILABLE = 503;

    private final Vertx vertx;
    private final SmallRyeHealthReporter reporter;

    Probes(Vertx vertx, SmallRyeHealthReporter reporter) {
        this.vertx = vertx;
        this.reporter = reporter;
    }

    void answer(RoutingContext context) {
        vertx.executeBlocking(() -> asked(context.normalizedPath()), false)
                .onSuccess(health -> context.response()
                        .setStatusCode(health.isDown() ? UNAVAILABLE : 200)
                        .putHeader("Content-Type", "application/json")
                        .end(new JsonObject()
                                .put("status", health.isDown() ? "DOWN" : "UP")
                                .put("checks", new JsonArray())
                                .encode()))
                .onFailure(context::fail);
    }

    private SmallRyeHealth asked(String path) {
        return switch (path) {
            case LIVE -> reporter.getLiveness();
            case STARTED -> reporter.getStartup();
            default -> reporter.getReadiness();
        };
    }
}
