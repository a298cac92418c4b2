package io.sallyport.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sallyport.tls.SessionCount;
import io.sallyport.tls.SessionCounts;

/** The meters of a profile's sessions: {@link SessionCounts}, read when asked for. */
final class SessionMeters {

    private SessionMeters() {}

    /** Registers them; again for the same profile it does nothing. */
    static void watch(MeterRegistry registry, String profile) {
        SessionCounts counts = SessionCounts.of(profile);
        Gauge.builder("sallyport.sessions.cached", counts, SessionCounts::cached)
                .description("Sessions that are kept now")
                .tags("profile", profile)
                .strongReference(true)
                .register(registry);
        count(
                registry,
                profile,
                "sallyport.renegotiations",
                SessionCount.RENEGOTIATE,
                "Attempts to renegotiate, all refused");
        count(
                registry,
                profile,
                "sallyport.sessions.hits",
                SessionCount.HITS,
                "Sessions found by id, or to be offered");
        count(registry, profile, "sallyport.sessions.misses", SessionCount.MISSES, "Sessions looked for and not found");
        count(
                registry,
                profile,
                "sallyport.sessions.timeouts",
                SessionCount.TIMEOUTS,
                "Sessions found that were too old");
        count(
                registry,
                profile,
                "sallyport.sessions.evicted",
                SessionCount.EVICTED,
                "Sessions dropped from a full store");
        count(registry, profile, "sallyport.tickets.issued", SessionCount.TICKETS_ISSUED, "Tickets given to clients");
        count(
                registry,
                profile,
                "sallyport.tickets.accepted",
                SessionCount.TICKETS_ACCEPTED,
                "Tickets that a key opened");
        count(
                registry,
                profile,
                "sallyport.tickets.renewed",
                SessionCount.TICKETS_RENEWED,
                "Tickets that an older key opened");
        count(
                registry,
                profile,
                "sallyport.tickets.refused",
                SessionCount.TICKETS_REFUSED,
                "Tickets that no key opened");
    }

    private static void count(
            MeterRegistry registry, String profile, String name, SessionCount which, String description) {
        FunctionCounter.builder(name, SessionCounts.of(profile), counts -> counts.get(which))
                .description(description)
                .tags("profile", profile)
                .register(registry);
    }
}
