package io.sallyport.admin;

import io.sallyport.gateway.Blueprint;
import io.sallyport.gateway.OcspStatus;
import io.sallyport.pki.OcspAnswer;
import io.sallyport.profile.Profile;
import io.sallyport.tls.OcspCounts;
import io.sallyport.tls.PeerAnswers;
import io.sallyport.tls.StapleStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a profile stands with OCSP.
 *
 * @param staple the response that clients are shown with its certificate, or null where {@code ocsp.staple} isn't set or no relay listens
 *     with it
 * @param peers what is known of its peers, or null where {@code ocsp.check} is off
 */
public record OcspEntry(@Nullable Staple staple, @Nullable Peers peers) {

    /**
     * The response that goes with our own certificate.
     *
     * @param required whether the certificate is worth nothing without one (RFC 7633)
     * @param shown whether clients are shown one now
     * @param thisUpdate RFC 3339, as {@code nextUpdate}; null while none is shown
     * @param failure why the last attempt to get a new one came to nothing, or null
     */
    public record Staple(
            boolean required,
            boolean shown,
            @Nullable String thisUpdate,
            @Nullable String nextUpdate,
            @Nullable String failure) {}

    /**
     * What is known of peers.
     *
     * @param check {@code soft} or {@code hard}
     * @param held answers that hold now
     * @param oldest when the oldest of these was made (its thisUpdate), RFC 3339; null where there is none
     * @param newest when the newest was made
     * @param answers since the process started
     */
    public record Peers(
            String check,
            int held,
            @Nullable String oldest,
            @Nullable String newest,
            List<Count> answers) {}

    /**
     * How often something was learnt.
     *
     * @param source {@code staple} or {@code responder}
     * @param result {@code good}, {@code revoked}, {@code unknown}, {@code rejected} or {@code unavailable}
     */
    public record Count(String source, String result, long count) {}

    /** Of every profile by its name. */
    static Map<String, OcspEntry> all(Blueprint blueprint, Instant now) {
        Map<String, StapleStatus> staples =
                OcspStatus.staples(blueprint.contexts().values(), now);
        Map<String, PeerAnswers> answers = OcspStatus.peers(blueprint.contexts().values(), now);
        Map<String, OcspEntry> byProfile = new HashMap<>();
        blueprint.configuration().profiles().forEach((name, profile) -> {
            StapleStatus staple = staples.get(name);
            PeerAnswers held = answers.getOrDefault(name, PeerAnswers.NONE);
            byProfile.put(
                    name,
                    new OcspEntry(
                            staple == null ? null : staple(staple),
                            profile.trust().ocsp().isOn() ? peers(profile, held) : null));
        });
        return byProfile;
    }

    private static Staple staple(StapleStatus status) {
        OcspAnswer shown = status.shown();
        return new Staple(
                status.isRequired(),
                shown != null,
                shown == null ? null : shown.thisUpdate().toString(),
                shown == null ? null : shown.until().toString(),
                status.failure());
    }

    private static Peers peers(Profile profile, PeerAnswers held) {
        OcspCounts counts = OcspCounts.of(profile.name());
        List<Count> all = new ArrayList<>();
        for (OcspCounts.Source source : OcspCounts.Source.values()) {
            for (OcspCounts.Result result : OcspCounts.Result.values()) {
                all.add(new Count(source.label(), result.label(), counts.get(source, result)));
            }
        }
        return new Peers(
                profile.trust().ocsp().mode().label(), held.count(), text(held.oldest()), text(held.newest()), all);
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : at.toString();
    }
}
