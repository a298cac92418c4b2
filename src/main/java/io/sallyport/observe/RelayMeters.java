package io.sallyport.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sallyport.profile.Address;
import io.sallyport.relay.CloseReason;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The meters of one relay. */
final class RelayMeters {

    private static final List<CloseReason> DIAL_REASONS = List.of(
            CloseReason.CONNECT_REFUSED,
            CloseReason.CONNECT_TIMEOUT,
            CloseReason.CONNECT_UNREACHABLE,
            CloseReason.CONNECT_UNRESOLVED);

    private record Up(AtomicInteger value, Gauge gauge) {}

    private record Dial(Address upstream, CloseReason reason) {}

    private final MeterRegistry registry;
    private final String relay;
    private final LongAdder active = new LongAdder();
    private final AtomicInteger limit = new AtomicInteger();
    private final LongAdder in = new LongAdder();
    private final LongAdder out = new LongAdder();
    private final LongAdder throttledIn = new LongAdder();
    private final LongAdder throttledOut = new LongAdder();
    private final Counter acceptFailures;
    private final Map<CloseReason, Counter> closed = new EnumMap<>(CloseReason.class);
    private final ConcurrentMap<Address, Up> up = new ConcurrentHashMap<>();
    private final ConcurrentMap<Dial, Counter> dialFailures = new ConcurrentHashMap<>();

    RelayMeters(MeterRegistry registry, String relay) {
        this.registry = registry;
        this.relay = relay;
        Gauge.builder("sallyport.connections.active", active, LongAdder::sum)
                .description("Connections that are open now")
                .tags("relay", relay)
                .register(registry);
        Gauge.builder("sallyport.connections.limit", limit, AtomicInteger::get)
                .description("The most connections that the relay may have")
                .tags("relay", relay)
                .register(registry);
        bytes("in", in);
        bytes("out", out);
        throttled("in", throttledIn);
        throttled("out", throttledOut);
        acceptFailures = Counter.builder("sallyport.accept.failures")
                .description("Seconds in which nothing was accepted for want of descriptors")
                .tags("relay", relay)
                .register(registry);
        for (CloseReason reason : CloseReason.values()) {
            closed.put(
                    reason,
                    Counter.builder("sallyport.connections")
                            .description("Connections that ended, by the reason why they did")
                            .tags("relay", relay, "reason", reason.code())
                            .register(registry));
        }
    }

    private void bytes(String direction, LongAdder count) {
        FunctionCounter.builder("sallyport.bytes", count, LongAdder::sum)
                .description("Payload relayed: in is from clients to upstreams, out the other way")
                .tags("relay", relay, "direction", direction)
                .register(registry);
    }

    private void throttled(String direction, LongAdder nanos) {
        FunctionCounter.builder("sallyport.throttled", nanos, sum -> sum.sum() / 1e9)
                .description("Seconds for which senders were not read, being ahead of bytes-per-second")
                .baseUnit("seconds")
                .tags("relay", relay, "direction", direction)
                .register(registry);
    }

    void limit(int connections) {
        limit.set(connections);
    }

    /**
     * Makes the meters of the upstreams, counters at zero, so that the first failure is seen as a rise. One that a
     * reload took away is no longer said to be up.
     */
    void prepare(List<Address> list) {
        Set<Address> upstreams = new LinkedHashSet<>(list);
        for (Address upstream : upstreams) {
            for (CloseReason reason : DIAL_REASONS) {
                var unused = dialCounter(new Dial(upstream, reason));
            }
            var unused = up.computeIfAbsent(upstream, this::upGauge);
        }
        up.entrySet().removeIf(entry -> {
            boolean gone = !upstreams.contains(entry.getKey());
            if (gone) {
                registry.remove(entry.getValue().gauge());
            }
            return gone;
        });
    }

    private Up upGauge(Address upstream) {
        AtomicInteger value = new AtomicInteger(1);
        Gauge gauge = Gauge.builder("sallyport.upstream.up", value, AtomicInteger::get)
                .description("Whether connections are sent to the upstream before one that is down: 1 or 0")
                .tags("relay", relay, "upstream", upstream.toString())
                .register(registry);
        return new Up(value, gauge);
    }

    void upstreamChanged(Address upstream, boolean isUp) {
        Up known = up.get(upstream);
        if (known != null) {
            known.value().set(isUp ? 1 : 0);
        }
    }

    void accepted() {
        active.increment();
    }

    void acceptFailed() {
        acceptFailures.increment();
    }

    void closed(CloseReason reason) {
        active.decrement();
        Counter counter = closed.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }

    void relayed(boolean fromClient, long bytes) {
        (fromClient ? in : out).add(bytes);
    }

    void throttled(boolean fromClient, long nanos) {
        (fromClient ? throttledIn : throttledOut).add(nanos);
    }

    void dialFailed(Address upstream, CloseReason reason) {
        dialCounter(new Dial(upstream, reason)).increment();
    }

    private Counter dialCounter(Dial dial) {
        return dialFailures.computeIfAbsent(
                dial,
                key -> Counter.builder("sallyport.upstream.connect.failures")
                        .description("Attempts to connect to an upstream that failed")
                        .tags(
                                "relay",
                                relay,
                                "upstream",
                                key.upstream().toString(),
                                "reason",
                                key.reason().code())
                        .register(registry));
    }
}
