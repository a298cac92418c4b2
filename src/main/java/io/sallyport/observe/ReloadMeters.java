package io.sallyport.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Counts reloads, by what came of them. */
public final class ReloadMeters {

    private final Map<String, Counter> byResult;

    /**
     * Registers them.
     *
     * @param results all that there are, so that each is there, at zero, from the start
     * @param isCurrent whether the newest configuration that was met is in force, and all of it
     */
    public ReloadMeters(MeterRegistry registry, List<String> results, BooleanSupplier isCurrent) {
        Gauge.builder("sallyport.configuration.current", isCurrent, is -> is.getAsBoolean() ? 1 : 0)
                .description("1 where the newest configuration is in force, 0 where it was refused, whole or in part")
                .strongReference(true)
                .register(registry);
        byResult = results.stream()
                .collect(Collectors.toMap(
                        Function.identity(),
                        result -> Counter.builder("sallyport.reloads")
                                .description("Times that the configuration was read again, by what came of it")
                                .tags("result", result)
                                .register(registry)));
    }

    public void count(String result) {
        Counter counter = byResult.get(result);
        if (counter != null) {
            counter.increment();
        }
    }
}
