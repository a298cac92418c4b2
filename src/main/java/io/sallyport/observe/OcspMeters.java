package io.sallyport.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sallyport.tls.OcspCounts;

/** The meters of what a profile learns of its peers by OCSP: {@link OcspCounts}, read when asked for. */
final class OcspMeters {

    private OcspMeters() {}

    /** Registers them; again for the same profile it does nothing. */
    static void watch(MeterRegistry registry, String profile) {
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
}
