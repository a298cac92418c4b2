package io.sallyport.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sallyport.fault.Refusal;
import io.sallyport.tls.PassedOver;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsSession;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/** The meters of the handshakes that one side of one profile makes. */
final class HandshakeMeters {

    /** From a resumed handshake on loopback to the timeout of a slow client. */
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofNanos(2_500_000_000L),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private record Kind(String version, String cipher, boolean resumed) {}

    private final MeterRegistry registry;
    private final String profile;
    private final Side side;
    private final Timer seconds;
    private final Map<Refusal, Counter> failures = new EnumMap<>(Refusal.class);
    private final Map<Refusal, Counter> passedOver = new EnumMap<>(Refusal.class);
    /** Versions and ciphers are those of the engine: a short list. */
    private final ConcurrentMap<Kind, Counter> done = new ConcurrentHashMap<>();

    HandshakeMeters(MeterRegistry registry, String profile, Side side) {
        this.registry = registry;
        this.profile = profile;
        this.side = side;
        this.seconds = Timer.builder("sallyport.handshake")
                .description("Time of finished handshakes")
                .tags("profile", profile, "side", side.label())
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        for (Refusal refusal : List.of(Refusal.OCSP_UNAVAILABLE, Refusal.OCSP_REJECTED, Refusal.OCSP_UNKNOWN)) {
            passedOver.put(
                    refusal,
                    Counter.builder("sallyport.ocsp.soft.failures")
                            .description("Peers let in by ocsp.check: soft though their state isn't known")
                            .tags("profile", profile, "side", side.label(), "refusal", refusal.code())
                            .register(registry));
        }
        for (Refusal refusal : Refusal.values()) {
            failures.put(
                    refusal,
                    Counter.builder("sallyport.handshake.failures")
                            .description("Handshakes that were turned down, by the reason why they were")
                            .tags("profile", profile, "side", side.label(), "refusal", refusal.code())
                            .register(registry));
        }
    }

    void done(TlsSession session, long nanos) {
        seconds.record(nanos, TimeUnit.NANOSECONDS);
        done.computeIfAbsent(new Kind(session.version(), session.cipher(), session.resumed()), this::doneCounter)
                .increment();
        PassedOver unknown = session.passedOver();
        Counter counter = unknown == null ? null : passedOver.get(unknown.refusal());
        if (counter != null) {
            counter.increment();
        }
    }

    private Counter doneCounter(Kind kind) {
        return Counter.builder("sallyport.handshakes")
                .description("Finished handshakes")
                .tags(
                        "profile",
                        profile,
                        "side",
                        side.label(),
                        "version",
                        kind.version(),
                        "cipher",
                        kind.cipher(),
                        "resumed",
                        Boolean.toString(kind.resumed()))
                .register(registry);
    }

    void failed(Refusal refusal) {
        Counter counter = failures.get(refusal);
        if (counter != null) {
            counter.increment();
        }
    }
}
