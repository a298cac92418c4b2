package io.sallyport.admin;

import io.sallyport.gateway.Gateway;
import io.sallyport.gateway.RelayStatus;
import io.sallyport.observe.Tallies;
import io.sallyport.observe.Tallies.HandshakeTally;
import io.sallyport.observe.Tallies.RelayTally;
import io.sallyport.profile.Relay;
import io.sallyport.relay.UpstreamView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The whole gateway at one moment, in numbers that only grow: who wants rates takes two of them.
 *
 * @param at RFC 3339
 * @param phase {@code starting}, {@code running} or {@code stopping}
 * @param ready whether it takes connections: it runs, and every relay listens that isn't drained
 * @param connections that are open, of all relays
 * @param unsafe keys in force that open a door, each with what that means
 * @param lastEvent id of the newest event of {@code /api/events}, or 0
 */
public record Overview(
        String at,
        String phase,
        boolean ready,
        int connections,
        Map<String, String> unsafe,
        long lastEvent,
        List<RelayNow> relays,
        List<HandshakeTally> handshakes) {

    private static final RelayTally NOTHING = new RelayTally(0, 0, Map.of(), Map.of());

    /**
     * A relay.
     *
     * @param listening where it listens, or null where it doesn't
     * @param listenProfile null where clients meet plain TCP
     * @param connectProfile null where upstreams get plain TCP
     * @param limit the most connections that it takes
     * @param upstreams the addresses that it may connect to; none while it doesn't run
     * @param closed connections that ended, by the reason
     * @param dialFailures failed attempts to connect, by upstream and reason
     */
    public record RelayNow(
            String name,
            @Nullable String listening,
            @Nullable String listenProfile,
            @Nullable String connectProfile,
            int active,
            int limit,
            long bytesIn,
            long bytesOut,
            List<UpstreamNow> upstreams,
            Map<String, Long> closed,
            Map<String, Map<String, Long>> dialFailures) {}

    /**
     * An address that a relay may connect to.
     *
     * @param up whether connections are sent there before one that is down
     * @param drained whether the operator wants no new connections there
     * @param connections that are open to it
     */
    public record UpstreamNow(String address, boolean up, boolean drained, int connections) {}

    static Overview of(Gateway gateway, Tallies tallies, Instant now) {
        List<RelayStatus> relays = gateway.relays();
        Map<String, Integer> active = gateway.connections().countByRelay();
        boolean running = gateway.phase() == Gateway.Phase.RUNNING;
        return new Overview(
                now.toString(),
                Words.of(gateway.phase()),
                running
                        && relays.stream().allMatch(relay -> relay.listening() != null || relay.drained())
                        && relays.stream().anyMatch(relay -> relay.listening() != null),
                gateway.connections().count(),
                gateway.unsafe(),
                gateway.events().last(),
                relays.stream().map(status -> relay(status, active, tallies)).toList(),
                tallies.handshakes());
    }

    private static RelayNow relay(RelayStatus status, Map<String, Integer> active, Tallies tallies) {
        Relay relay = status.plan().relay();
        RelayTally tally = tallies.relays().getOrDefault(relay.name(), NOTHING);
        return new RelayNow(
                relay.name(),
                status.listening() == null ? null : status.listening().toString(),
                relay.listen().profile(),
                relay.connect().profile(),
                active.getOrDefault(relay.name(), 0),
                relay.limits().connections(),
                tally.bytesIn(),
                tally.bytesOut(),
                status.upstreams().stream().map(Overview::upstream).toList(),
                tally.closed(),
                tally.dialFailures());
    }

    private static UpstreamNow upstream(UpstreamView view) {
        return new UpstreamNow(view.upstream().address().toString(), view.up(), view.draining(), view.connections());
    }
}
