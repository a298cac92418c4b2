package io.sallyport.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.sallyport.pki.OcspAnswer;
import io.sallyport.tls.OcspCounts;
import io.sallyport.tls.PeerAnswers;
import io.sallyport.tls.StapleStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The meters of OCSP: of what profiles show of themselves, and of what they learn of their peers. */
final class OcspMeters {

    private final MeterRegistry registry;
    private final MultiGauge stapleShown;
    private final MultiGauge stapleAge;
    private final MultiGauge stapleNextUpdate;
    private final MultiGauge peerAnswers;
    private final MultiGauge peerAnswerAge;

    OcspMeters(MeterRegistry registry) {
        this.registry = registry;
        this.stapleShown = MultiGauge.builder("sallyport.ocsp.staple.shown")
                .description("1 where clients are shown an OCSP response, 0 where there is none that can be shown")
                .register(registry);
        this.stapleAge = MultiGauge.builder("sallyport.ocsp.staple.age")
                .description("How old the OCSP response is that is shown to clients")
                .baseUnit("seconds")
                .register(registry);
        this.stapleNextUpdate = MultiGauge.builder("sallyport.ocsp.staple.next.update")
                .description("When the OCSP response that is shown is out of date, seconds since 1970-01-01 UTC")
                .baseUnit("seconds")
                .register(registry);
        this.peerAnswers = MultiGauge.builder("sallyport.ocsp.peer.answers")
                .description("OCSP answers about peers that are held now")
                .register(registry);
        this.peerAnswerAge = MultiGauge.builder("sallyport.ocsp.peer.answer.age")
                .description("How old the oldest of them is; 0 while there is none")
                .baseUnit("seconds")
                .register(registry);
    }

    /** Registers what is counted of one profile's peers; again for the same profile it does nothing. */
    void watch(String profile) {
        OcspCounts counts = OcspCounts.of(profile);
        for (OcspCounts.Source source : OcspCounts.Source.values()) {
            for (OcspCounts.Result result : OcspCounts.Result.values()) {
                FunctionCounter.builder("sallyport.ocsp.answers", counts, all -> all.get(source, result))
                        .description("Answers about peers, stapled by them or asked of responders")
                        .tags("profile", profile, "source", source.label(), "result", result.label())
                        .register(registry);
            }
        }
    }

    /** @param byProfile of each profile that is to show clients a response; takes the place of those from before */
    void watchStaples(Map<String, StapleStatus> byProfile, Instant now) {
        List<MultiGauge.Row<?>> shown = new ArrayList<>();
        List<MultiGauge.Row<?>> ages = new ArrayList<>();
        List<MultiGauge.Row<?>> ends = new ArrayList<>();
        byProfile.forEach((profile, status) -> {
            Tags tags = Tags.of("profile", profile);
            OcspAnswer answer = status.shown();
            shown.add(MultiGauge.Row.of(tags, answer == null ? 0 : 1));
            if (answer != null) {
                ages.add(MultiGauge.Row.of(
                        tags, Duration.between(answer.thisUpdate(), now).toSeconds()));
                ends.add(MultiGauge.Row.of(tags, answer.until().getEpochSecond()));
            }
            requests(profile, true);
            requests(profile, false);
        });
        stapleShown.register(shown, true);
        stapleAge.register(ages, true);
        stapleNextUpdate.register(ends, true);
    }

    /** Counts an attempt to get a new response to show. */
    void stapleAsked(String profile, boolean isRenewed) {
        requests(profile, isRenewed).increment();
    }

    private Counter requests(String profile, boolean isRenewed) {
        return Counter.builder("sallyport.ocsp.staple.requests")
                .description("Attempts to get an OCSP response to show, by what came of them")
                .tags("profile", profile, "result", isRenewed ? "renewed" : "failed")
                .register(registry);
    }

    /**
     * @param profiles those that ask by OCSP about peers
     * @param answers of each of them; looked at once whenever metrics are asked for
     */
    void watchPeers(List<String> profiles, Supplier<Map<String, PeerAnswers>> answers) {
        OneLook<Map<String, PeerAnswers>> look = new OneLook<>(answers);
        List<MultiGauge.Row<?>> counts = new ArrayList<>();
        List<MultiGauge.Row<?>> ages = new ArrayList<>();
        for (String profile : profiles) {
            Tags tags = Tags.of("profile", profile);
            counts.add(
                    MultiGauge.Row.of(tags, look.shared(all -> of(all, profile).count())));
            ages.add(MultiGauge.Row.of(tags, look.shared(all -> age(of(all, profile)))));
        }
        peerAnswers.register(counts, true);
        peerAnswerAge.register(ages, true);
    }

    private static PeerAnswers of(Map<String, PeerAnswers> all, String profile) {
        return all.getOrDefault(profile, PeerAnswers.NONE);
    }

    private static Number age(PeerAnswers answers) {
        Instant oldest = answers.oldest();
        return oldest == null ? 0 : Duration.between(oldest, Instant.now()).toSeconds();
    }
}
