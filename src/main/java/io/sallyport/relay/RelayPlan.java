package io.sallyport.relay;

import io.sallyport.profile.Relay;
import io.sallyport.tls.References;
import io.sallyport.tls.TlsContext;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A relay with what it needs to run.
 *
 * @param listen context of the listening side, or null for plain TCP
 * @param connect context of the connecting side, or null for plain TCP
 * @param routes in the order of the relay's
 * @param unverified context of the connecting side for clients without a certificate, where they go elsewhere and not by plain TCP
 */
public record RelayPlan(
        Relay relay,
        @Nullable TlsContext listen,
        @Nullable TlsContext connect,
        List<RoutePlan> routes,
        @Nullable TlsContext unverified) {

    public RelayPlan {
        routes = List.copyOf(routes);
    }

    /** Without routes. */
    public RelayPlan(Relay relay, @Nullable TlsContext listen, @Nullable TlsContext connect) {
        this(relay, listen, connect, List.of(), null);
    }

    /** Every context that it needs, each once. */
    public Set<TlsContext> contexts() {
        Set<TlsContext> contexts = new LinkedHashSet<>();
        Stream.concat(
                        Stream.of(listen, connect, unverified),
                        routes.stream().flatMap(route -> Stream.of(route.listen(), route.connect())))
                .filter(Objects::nonNull)
                .forEach(contexts::add);
        return contexts;
    }

    /** Keeps the contexts from being freed, until the last who uses the plan lets go. Called while its maker holds them. */
    References hold() {
        Set<TlsContext> contexts = contexts();
        for (TlsContext context : contexts) {
            if (!context.hold()) {
                throw new IllegalStateException("the plan of relay " + relay.name() + " is given up");
            }
        }
        return new References(() -> contexts.forEach(TlsContext::letGo));
    }
}
