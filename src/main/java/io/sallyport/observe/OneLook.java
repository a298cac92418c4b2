package io.sallyport.observe;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has several gauges share one look at what is costly to find out. Nobody says when a scrape begins, but it reads each gauge
 * once: so the first that is read again begins the next one.
 */
final class OneLook<T> {

    private final Supplier<T> source;
    private final Set<Object> served = new HashSet<>();
    private @Nullable T seen;

    OneLook(Supplier<T> source) {
        this.source = source;
    }

    /** @param value of a gauge, from what was seen */
    Supplier<Number> shared(Function<T, Number> value) {
        return () -> value.apply(look(value));
    }

    private synchronized T look(Object gauge) {
        T known = seen;
        if (known == null || !served.add(gauge)) {
            known = source.get();
            seen = known;
            served.clear();
            served.add(gauge);
        }
        return known;
    }
}
