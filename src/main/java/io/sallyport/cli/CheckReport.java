package io.sallyport.cli;

import io.sallyport.fault.Mistake;
import io.sallyport.fault.Mistakes;
import io.sallyport.gateway.UpstreamTrials;
import io.sallyport.profile.Configuration;
import io.sallyport.relay.UpstreamTrial;
import io.sallyport.tls.CipherString;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code check} found.
 *
 * @param mistakes errors first
 * @param ciphers by profile, or null where nobody asked
 * @param trials of the upstreams, or null where nobody asked
 */
record CheckReport(
        List<Mistake> mistakes,
        @Nullable Map<String, List<String>> ciphers,
        @Nullable UpstreamTrials trials) {

    CheckReport {
        mistakes = mistakes.stream()
                .sorted(Comparator.comparing(Mistake::severity))
                .toList();
    }

    CheckReport(List<Mistake> mistakes) {
        this(mistakes, null, null);
    }

    CheckReport with(List<Mistake> more) {
        return new CheckReport(Stream.concat(mistakes.stream(), more.stream()).toList(), ciphers, trials);
    }

    CheckReport with(UpstreamTrials found) {
        return new CheckReport(mistakes, ciphers, found);
    }

    /** With what the cipher strings of a configuration without errors come to. */
    CheckReport withCiphers(Configuration configuration) {
        Map<String, List<String>> resolved = new LinkedHashMap<>();
        configuration
                .profiles()
                .forEach((name, profile) -> resolved.put(
                        name, CipherString.resolve(profile.negotiation().ciphers())));
        return new CheckReport(mistakes, resolved, trials);
    }

    long errors() {
        return mistakes.stream()
                .filter(m -> m.severity() == Mistake.Severity.ERROR)
                .count();
    }

    /** Lines for people. */
    String text() {
        StringBuilder text = new StringBuilder(Mistakes.text(mistakes));
        if (ciphers != null) {
            ciphers.forEach((profile, names) -> text.append("profile ")
                    .append(profile)
                    .append(": TLS 1.2 with ")
                    .append(String.join(", ", names))
                    .append('\n'));
        }
        if (trials != null) {
            trials.byRelay().forEach((relay, all) -> all.forEach(trial -> text.append(line(relay, trial))));
        }
        return text.toString();
    }

    private static String line(String relay, UpstreamTrial trial) {
        return "relay " + relay + ": " + trial.address()
                + (trial.fault() == null
                        ? String.format(Locale.ROOT, " answers, after %.1f ms%n", milliseconds(trial))
                        : " can't be used\n");
    }

    private static double milliseconds(UpstreamTrial trial) {
        return trial.took().toNanos() / 1e6;
    }

    /** For programs, by docs/check-format.schema.json. */
    String json() {
        String json = Mistakes.json(mistakes);
        if (ciphers == null && trials == null) {
            return json;
        }
        JsonObject whole = new JsonObject(json);
        if (ciphers != null) {
            JsonArray profiles = new JsonArray();
            ciphers.forEach((profile, names) ->
                    profiles.add(new JsonObject().put("profile", profile).put("names", new JsonArray(names))));
            whole.put("ciphers", profiles);
        }
        if (trials != null) {
            JsonArray upstreams = new JsonArray();
            trials.byRelay()
                    .forEach((relay, all) -> all.forEach(trial -> upstreams.add(new JsonObject()
                            .put("relay", relay)
                            .put("address", trial.address().toString())
                            .put("fault", trial.fault())
                            .put("milliseconds", Math.round(milliseconds(trial) * 10) / 10.0))));
            whole.put("upstreams", upstreams);
        }
        return whole.encodePrettily() + "\n";
    }
}
