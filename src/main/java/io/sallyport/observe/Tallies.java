package io.sallyport.observe;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What the meters say at one moment, by relay and by profile, for those who read no metrics format. The meters are
 * walked once, so this isn't for event loops.
 *
 * @param relays by name
 * @param handshakes of each profile on each side
 */
public record Tallies(Map<String, RelayTally> relays, List<HandshakeTally> handshakes) {

    /**
     * One relay since it was first there.
     *
     * @param closed connections that ended by their reason; reasons that never came are left out
     * @param dialFailures by upstream, then by reason
     */
    public record RelayTally(
            long bytesIn, long bytesOut, Map<String, Long> closed, Map<String, Map<String, Long>> dialFailures) {}

    /**
     * The handshakes of a profile on one side.
     *
     * @param side {@code server} or {@code client}
     * @param refused by the refusal; refusals that never came are left out
     * @param seconds of all finished ones together
     * @param buckets how many took at most so many seconds, each with those of the ones before
     */
    public record HandshakeTally(
            String profile,
            String side,
            long full,
            long resumed,
            Map<String, Long> refused,
            double seconds,
            List<Bucket> buckets) {}

    /** @param atMost seconds */
    public record Bucket(double atMost, long count) {}

    public static Tallies of(MeterRegistry registry) {
        Draft draft = new Draft();
        registry.getMeters().forEach(draft::read);
        return draft.finish();
    }

    private static final class RelayDraft {
        private long bytesIn;
        private long bytesOut;
        private final Map<String, Long> closed = new TreeMap<>();
        private final Map<String, Map<String, Long>> dialFailures = new TreeMap<>();
    }

    private static final class HandshakeDraft {
        private final String profile;
        private final String side;
        private long full;
        private long resumed;
        private double seconds;
        private final Map<String, Long> refused = new TreeMap<>();
        private final List<Bucket> buckets = new ArrayList<>();

        HandshakeDraft(String profile, String side) {
            this.profile = profile;
            this.side = side;
        }
    }

    private static final class Draft {

        private final Map<String, RelayDraft> relays = new HashMap<>();
        private final Map<String, HandshakeDraft> handshakes = new TreeMap<>();

        void read(Meter meter) {
            switch (meter.getId().getName()) {
                case "sallyport.bytes" -> readBytes(meter);
                case "sallyport.connections" -> put(relay(meter).closed, tag(meter, "reason"), value(meter));
                case "sallyport.upstream.connect.failures" ->
                    put(
                            relay(meter)
                                    .dialFailures
                                    .computeIfAbsent(tag(meter, "upstream"), upstream -> new TreeMap<>()),
                            tag(meter, "reason"),
                            value(meter));
                case "sallyport.handshakes" -> readHandshakes(meter);
                case "sallyport.handshake.failures" ->
                    put(handshake(meter).refused, tag(meter, "refusal"), value(meter));
                case "sallyport.handshake" -> readSeconds(meter);
                default -> {
                    // The JVM's, and those that the API tells by itself.
                }
            }
        }

        private void readBytes(Meter meter) {
            if (tag(meter, "direction").equals("in")) {
                relay(meter).bytesIn = value(meter);
            } else {
                relay(meter).bytesOut = value(meter);
            }
        }

        private void readHandshakes(Meter meter) {
            if (tag(meter, "resumed").equals("true")) {
                handshake(meter).resumed += value(meter);
            } else {
                handshake(meter).full += value(meter);
            }
        }

        private void readSeconds(Meter meter) {
            if (meter instanceof Timer timer) {
                HandshakeDraft handshake = handshake(meter);
                handshake.seconds = timer.totalTime(TimeUnit.SECONDS);
                for (CountAtBucket bucket : timer.takeSnapshot().histogramCounts()) {
                    handshake.buckets.add(new Bucket(bucket.bucket(TimeUnit.SECONDS), (long) bucket.count()));
                }
            }
        }

        private RelayDraft relay(Meter meter) {
            return relays.computeIfAbsent(tag(meter, "relay"), name -> new RelayDraft());
        }

        private HandshakeDraft handshake(Meter meter) {
            String profile = tag(meter, "profile");
            String side = tag(meter, "side");
            return handshakes.computeIfAbsent(profile + " " + side, key -> new HandshakeDraft(profile, side));
        }

        private static void put(Map<String, Long> counts, String key, long count) {
            if (count > 0) {
                counts.put(key, count);
            }
        }

        private static String tag(Meter meter, String key) {
            return String.valueOf(meter.getId().getTag(key));
        }

        private static long value(Meter meter) {
            double sum = 0;
            for (var measurement : meter.measure()) {
                sum += measurement.getValue();
            }
            return (long) sum;
        }

        Tallies finish() {
            Map<String, RelayTally> byName = new HashMap<>();
            relays.forEach((name, relay) ->
                    byName.put(name, new RelayTally(relay.bytesIn, relay.bytesOut, relay.closed, relay.dialFailures)));
            return new Tallies(
                    byName,
                    handshakes.values().stream()
                            .map(h -> new HandshakeTally(
                                    h.profile, h.side, h.full, h.resumed, h.refused, h.seconds, h.buckets))
                            .toList());
        }
    }
}
