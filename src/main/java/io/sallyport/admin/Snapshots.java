package io.sallyport.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.sallyport.gateway.Gateway;
import io.sallyport.observe.Tallies;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The overview as JSON, made at most once a second however many ask: what a browser costs is sending some text. Not for
 * event loops, since the meters are walked.
 */
@Singleton
public final class Snapshots {

    /** How old an answer may be. A little less than the beat of the live feed, so that each beat has its own. */
    static final Duration FRESH = Duration.ofMillis(900);

    private record Made(Instant at, Overview overview, String json) {}

    private final Gateway gateway;
    private final MeterRegistry registry;
    private final ObjectMapper json;
    private final Clock clock = Clock.systemUTC();
    private @Nullable Made last;

    Snapshots(Gateway gateway, MeterRegistry registry, ObjectMapper json) {
        this.gateway = gateway;
        this.registry = registry;
        this.json = json;
    }

    /** As text, for those who send it to many. */
    public String json() {
        return fresh().json();
    }

    Overview overview() {
        return fresh().overview();
    }

    /** One at a time: who comes meanwhile waits for the one that is being made. */
    private synchronized Made fresh() {
        Instant now = clock.instant();
        Made known = last;
        if (known != null && Duration.between(known.at(), now).abs().compareTo(FRESH) < 0) {
            return known;
        }
        try {
            Overview overview = Overview.of(gateway, Tallies.of(registry), now);
            Made made = new Made(now, overview, json.writeValueAsString(overview));
            last = made;
            return made;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the overview is made of plain values", e);
        }
    }
}
