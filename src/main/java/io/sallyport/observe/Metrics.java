package io.sallyport.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.sallyport.profile.Address;
import io.sallyport.relay.CloseReason;
import io.sallyport.relay.ConnectionView;
import io.sallyport.relay.RelayEvents;
import io.sallyport.relay.RelayPlan;
import io.sallyport.tls.NativeCounts;
import io.sallyport.tls.PeerAnswers;
import io.sallyport.tls.Side;
import io.sallyport.tls.StapleStatus;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsSession;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Counts what happens, by the names of docs/metrics.md. An event finds its counters by one or two look-ups in a map
 * and adds to them; building a meter from its tags is done once. Labels are configured names and closed lists, never
 * what a peer sent.
 */
public final class Metrics implements RelayEvents {

    private record Handshakes(String profile, Side side) {}

    private final MeterRegistry registry;
    private final MultiGauge crlNextUpdate;
    private final MultiGauge notAfter;
    private final OcspMeters ocsp;
    private final AtomicLong possible = new AtomicLong();
    private final ConcurrentMap<String, RelayMeters> relays = new ConcurrentHashMap<>();
    private final ConcurrentMap<Handshakes, HandshakeMeters> handshakes = new ConcurrentHashMap<>();

    public Metrics(MeterRegistry registry) {
        this.registry = registry;
        this.ocsp = new OcspMeters(registry);
        this.crlNextUpdate = MultiGauge.builder("sallyport.crl.next.update")
                .description("When the first CRL of the profile is out of date, seconds since 1970-01-01 UTC")
                .baseUnit("seconds")
                .register(registry);
        this.notAfter = MultiGauge.builder("sallyport.certificate.not.after")
                .description("When the certificate ends, seconds since 1970-01-01 UTC")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("sallyport.connections.possible", possible, AtomicLong::get)
                .description("The most connections of all relays together, by limits.connections and by open files")
                .register(registry);
        watchNative("contexts", "TLS contexts that hold native memory", NativeCounts::contexts);
        watchNative("connections", "TLS connections that hold native memory", NativeCounts::connections);
        watchNative("buffers.bytes", "Memory of socket buffers, outside the Java heap", NativeCounts::bufferBytes);
    }

    /** What lives outside the heap: a leak shows as a number that doesn't return to where it was. */
    private void watchNative(String what, String description, Supplier<Number> count) {
        Gauge.builder("sallyport.native." + what, count)
                .description(description)
                .register(registry);
    }

    /** Makes the meters of a relay, so that they are there, at zero, before the first connection. */
    public void watch(RelayPlan plan) {
        RelayMeters relay = meters(plan.relay().name());
        relay.limit(plan.relay().limits().connections());
        relay.prepare(plan.relay().destinations());
        plan.contexts().forEach(context -> {
            var prepared = meters(context.profile().name(), context.side());
        });
    }

    /** Shows how many connections all relays together can have. */
    public void watchPossible(long connections) {
        possible.set(connections);
    }

    /**
     * Shows when certificates end, in place of those that were shown before.
     *
     * @param byProfile its own chain, and its CAs
     */
    public void watch(Map<String, List<X509Certificate>> byProfile) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        byProfile.forEach((profile, certificates) -> {
            Map<String, Long> ends = new HashMap<>();
            certificates.forEach(certificate -> note(ends, certificate));
            ends.forEach((subject, seconds) ->
                    rows.add(MultiGauge.Row.of(Tags.of("profile", profile, "certificate", subject), seconds)));
        });
        notAfter.register(rows, true);
    }

    /**
     * Shows when CRLs are out of date, in place of those that were shown before.
     *
     * @param byProfile the first of each profile that has one
     */
    public void watchCrls(Map<String, Instant> byProfile) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        byProfile.forEach(
                (profile, next) -> rows.add(MultiGauge.Row.of(Tags.of("profile", profile), next.getEpochSecond())));
        crlNextUpdate.register(rows, true);
    }

    /**
     * Shows what is stapled, in place of what was shown before.
     *
     * @param byProfile of each profile that is to show a response to clients
     */
    public void watchStaples(Map<String, StapleStatus> byProfile, Instant now) {
        ocsp.watchStaples(byProfile, now);
    }

    /** Counts an attempt to get a new response to staple. */
    public void stapleAsked(String profile, boolean isRenewed) {
        ocsp.stapleAsked(profile, isRenewed);
    }

    /**
     * Shows what is known of peers by OCSP, in place of what was shown before.
     *
     * @param profiles those that ask
     * @param answers of each of them; looked at once whenever metrics are asked for
     */
    public void watchPeerAnswers(List<String> profiles, Supplier<Map<String, PeerAnswers>> answers) {
        ocsp.watchPeers(profiles, answers);
    }

    /** Of several with one subject, the first to end counts. */
    private static void note(Map<String, Long> notAfter, X509Certificate certificate) {
        notAfter.merge(
                certificate.getSubjectX500Principal().getName(),
                certificate.getNotAfter().toInstant().getEpochSecond(),
                Math::min);
    }

    private RelayMeters meters(String relay) {
        RelayMeters known = relays.get(relay);
        return known != null ? known : relays.computeIfAbsent(relay, name -> new RelayMeters(registry, name));
    }

    private HandshakeMeters meters(String profile, Side side) {
        return handshakes.computeIfAbsent(new Handshakes(profile, side), this::newMeters);
    }

    private HandshakeMeters newMeters(Handshakes key) {
        SessionMeters.watch(registry, key.profile());
        ocsp.watch(key.profile());
        return new HandshakeMeters(registry, key.profile(), key.side());
    }

    @Override
    public void accepted(ConnectionView connection) {
        meters(connection.relay()).accepted();
    }

    @Override
    public void closed(ConnectionView connection, CloseReason reason) {
        meters(connection.relay()).closed(reason);
    }

    @Override
    public void relayed(ConnectionView connection, boolean fromClient, long bytes) {
        meters(connection.relay()).relayed(fromClient, bytes);
    }

    @Override
    public void dialFailed(ConnectionView connection, Address upstream, CloseReason reason, String detail) {
        meters(connection.relay()).dialFailed(upstream, reason);
    }

    @Override
    public void handshaken(ConnectionView connection, String profile, Side side, TlsSession session, long nanos) {
        meters(profile, side).done(session, nanos);
    }

    @Override
    public void refused(ConnectionView connection, String profile, Side side, TlsFailure failure) {
        meters(profile, side).failed(failure.refusal());
    }

    @Override
    public void upstreamChanged(String relay, Address upstream, boolean up, String detail) {
        meters(relay).upstreamChanged(upstream, up);
    }

    @Override
    public void throttled(ConnectionView connection, boolean fromClient, long nanos) {
        meters(connection.relay()).throttled(fromClient, nanos);
    }

    @Override
    public void acceptFailed(String relay, String detail) {
        meters(relay).acceptFailed();
    }
}
