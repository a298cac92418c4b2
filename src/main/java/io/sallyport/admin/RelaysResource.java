package io.sallyport.admin;

import io.sallyport.gateway.Gateway;
import io.sallyport.gateway.RelayStatus;
import io.sallyport.profile.Address;
import io.sallyport.profile.Relay;
import io.sallyport.relay.UpstreamView;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The relays, and whether each one listens. */
@Path("/api/relays")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public final class RelaysResource {

    private final Gateway gateway;

    RelaysResource(Gateway gateway) {
        this.gateway = gateway;
    }

    /** The answer: an object, so that fields can be added beside the list. */
    public record Relays(List<RelayEntry> relays) {}

    /** @param listening where it listens, with the true port; null where it doesn't */
    public record RelayEntry(
            String name,
            @Nullable String listening,
            Listen listen,
            Connect connect,
            List<UpstreamEntry> upstreams,
            Timeouts timeouts,
            Limits limits) {}

    public record Listen(String address, @Nullable String profile) {}

    /** @param up whether connections are sent there before one that is down */
    public record UpstreamEntry(String address, int weight, boolean backup, boolean up, int connections) {}

    public record Connect(
            List<String> addresses,
            String balance,
            @Nullable String profile,
            @Nullable String serverName,
            @Nullable String verifyName) {}

    public record Timeouts(
            long connectMs,
            long handshakeMs,
            long idleMs,
            long halfClosedMs,
            @Nullable Long lifetimeMs,
            long keepAliveMs) {}

    /** Those that aren't set are null. */
    public record Limits(
            int connections,
            @Nullable Integer connectionsPerAddress,
            @Nullable Integer connectionsPerIdentity,
            @Nullable Integer connectionsPerSecond,
            @Nullable Integer handshakesPerSecond,
            @Nullable Long bytesPerSecond) {}

    @GET
    public Relays all() {
        return new Relays(gateway.relays().stream().map(RelaysResource::entry).toList());
    }

    private static RelayEntry entry(RelayStatus status) {
        Relay relay = status.plan().relay();
        return new RelayEntry(
                relay.name(),
                status.listening() == null ? null : status.listening().toString(),
                new Listen(relay.listen().address().toString(), relay.listen().profile()),
                new Connect(
                        relay.connect().addresses().stream()
                                .map(Address::toString)
                                .toList(),
                        relay.connect().balancing().method().label(),
                        relay.connect().profile(),
                        relay.connect().peerName().serverName(),
                        relay.connect().peerName().verifyName()),
                status.upstreams().stream().map(RelaysResource::upstream).toList(),
                new Timeouts(
                        relay.timeouts().connect().toMillis(),
                        relay.timeouts().handshake().toMillis(),
                        relay.timeouts().idle().toMillis(),
                        relay.timeouts().halfClosed().toMillis(),
                        lifetimeMs(relay),
                        relay.timeouts().keepAlive().toMillis()),
                limits(relay.limits()));
    }

    private static Limits limits(io.sallyport.profile.Limits limits) {
        return new Limits(
                limits.connections(),
                limits.perAddress(),
                limits.perIdentity(),
                limits.connectionsPerSecond(),
                limits.handshakesPerSecond(),
                limits.bytesPerSecond());
    }

    private static UpstreamEntry upstream(UpstreamView view) {
        return new UpstreamEntry(
                view.upstream().address().toString(),
                view.upstream().weight(),
                view.upstream().isBackup(),
                view.up(),
                view.connections());
    }

    private static @Nullable Long lifetimeMs(Relay relay) {
        Duration lifetime = relay.timeouts().lifetime();
        return lifetime == null ? null : lifetime.toMillis();
    }
}
