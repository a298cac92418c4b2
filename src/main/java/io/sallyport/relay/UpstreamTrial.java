package io.sallyport.relay;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.sallyport.profile.Address;
import io.sallyport.profile.Limits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of connecting to an upstream once, as its relay would: with its profile, and with what goes before TLS.
 *
 * @param fault the {@linkplain CloseReason reason} or {@linkplain io.sallyport.fault.Refusal refusal} and a sentence, or null where all
 *     went well
 */
public record UpstreamTrial(Address address, @Nullable String fault, Duration took) {

    /**
     * Tries all of a relay's, at the same time.
     *
     * @return in the order of the configuration; it doesn't fail
     */
    public static Future<List<UpstreamTrial>> of(Vertx vertx, RelayPlan plan, RelayEvents events) {
        RelayServices services =
                new Acceptor(vertx, plan, Admission.total(Limits.OF_ALL, Descriptors.ofProcess()), events).services();
        EventLoop loop = (EventLoop) ((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop();
        Duration limit =
                plan.relay().timeouts().connect().plus(plan.relay().timeouts().handshake());
        List<Future<UpstreamTrial>> trials = new ArrayList<>();
        for (Address address : plan.relay().connect().addresses()) {
            Promise<UpstreamTrial> trial = Promise.promise();
            long began = System.nanoTime();
            UpstreamCheck check = new UpstreamCheck(
                    services,
                    services.destination(),
                    address,
                    loop,
                    limit,
                    fault -> trial.complete(
                            new UpstreamTrial(address, fault, Duration.ofNanos(System.nanoTime() - began))));
            loop.execute(() -> check.begin(PooledByteBufAllocator.DEFAULT));
            trials.add(trial.future());
        }
        return Future.all(trials).map(all -> trials.stream().map(Future::result).toList());
    }
}
