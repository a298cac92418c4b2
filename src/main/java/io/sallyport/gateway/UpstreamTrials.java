package io.sallyport.gateway;

import io.sallyport.fault.Mistake;
import io.sallyport.observe.FanOut;
import io.sallyport.relay.RelayPlan;
import io.sallyport.relay.UpstreamTrial;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * Connects once to every upstream of a blueprint.
 *
 * @param byRelay by the relay's name, in the order of the configuration
 */
public record UpstreamTrials(Map<String, List<UpstreamTrial>> byRelay) {

    /** Waits for all: a relay's connect and handshake time at most. */
    public static UpstreamTrials of(Blueprint blueprint) throws InterruptedException {
        Vertx vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
        try {
            Map<String, Future<List<UpstreamTrial>>> going = new LinkedHashMap<>();
            for (RelayPlan plan : blueprint.plans()) {
                going.put(plan.relay().name(), UpstreamTrial.of(vertx, plan, new FanOut()));
            }
            Map<String, List<UpstreamTrial>> done = new LinkedHashMap<>();
            for (Map.Entry<String, Future<List<UpstreamTrial>>> one : going.entrySet()) {
                done.put(
                        one.getKey(),
                        one.getValue().toCompletionStage().toCompletableFuture().get());
            }
            return new UpstreamTrials(done);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a trial doesn't fail", e);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    /** A warning for each upstream that can't be used; an error where a relay has no other. */
    public List<Mistake> mistakes() {
        List<Mistake> mistakes = new ArrayList<>();
        byRelay.forEach((relay, trials) -> {
            boolean anyGood = trials.stream().anyMatch(trial -> trial.fault() == null);
            for (UpstreamTrial trial : trials) {
                if (trial.fault() != null) {
                    mistakes.add(new Mistake(
                            anyGood ? Mistake.Severity.WARNING : Mistake.Severity.ERROR,
                            "sallyport.relays." + relay + ".connect.addresses",
                            null,
                            trial.address() + " can't be used: " + trial.fault(),
                            "sallyport connect shows what answers there"));
                }
            }
        });
        return mistakes;
    }
}
