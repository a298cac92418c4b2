package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.sallyport.LeakWatch;
import io.sallyport.TestPki;
import io.sallyport.pki.Material;
import io.sallyport.profile.Address;
import io.sallyport.profile.Limits;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Protocol;
import io.sallyport.profile.Relay;
import io.sallyport.profile.VerifyMode;
import io.sallyport.tls.NativeCounts;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsContext;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Relays on real sockets, for one test class; closing it proves that nothing native is left. */
public final class RelayRig implements AutoCloseable {

    public static final Relay.Timeouts TIMEOUTS = Relay.Timeouts.DEFAULT;

    public final RecordedEvents events = new RecordedEvents();
    private final RelayEvents told;
    public final Admission total;

    private final long contextsBefore = NativeCounts.contexts();
    private final long connectionsBefore = NativeCounts.connections();
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
    private Resolver resolver = Resolver.of(vertx);
    private final List<RunningRelay> relays = new ArrayList<>();
    private final List<TlsContext> contexts = new ArrayList<>();
    private final List<AutoCloseable> others = new ArrayList<>();

    public RelayRig() {
        this(events -> events);
    }

    /** Tells others of what happens too. */
    public RelayRig(UnaryOperator<RelayEvents> others) {
        this(others, Descriptors.ofProcess(), System::nanoTime);
    }

    /** @param clock of rates, as {@link System#nanoTime} */
    RelayRig(LongSupplier clock) {
        this(events -> events, Descriptors.ofProcess(), clock);
    }

    RelayRig(Descriptors descriptors) {
        this(events -> events, descriptors, System::nanoTime);
    }

    private RelayRig(UnaryOperator<RelayEvents> others, Descriptors descriptors, LongSupplier clock) {
        told = others.apply(events);
        total = Admission.total(Limits.OF_ALL, descriptors, clock);
    }

    /** A profile that shows a role's certificate and lets in whom the trusted root issued. */
    public static Profile profile(String name, @Nullable TestPki own, VerifyMode verify, int depth) {
        return new Profile(
                name,
                own == null ? null : new Profile.OwnCertificate(own.cert(), own.key(), null),
                new Profile.Trust(
                        verify == VerifyMode.NONE ? null : TestPki.trustedCa().toString(), verify, depth),
                new Profile.Negotiation(
                        Profile.DEFAULT_CIPHERS,
                        List.of(Protocol.TLS_1_2, Protocol.TLS_1_3),
                        Profile.DEFAULT_GROUPS,
                        List.of()),
                PeerName.OF_ADDRESS);
    }

    public static Profile edge() {
        return profile("edge", TestPki.SERVER_TRUSTED, VerifyMode.REQUIRED, Profile.DEFAULT_DEPTH);
    }

    public static Profile broker() {
        return profile("broker", TestPki.CLIENT_TRUSTED, VerifyMode.REQUIRED, Profile.DEFAULT_DEPTH);
    }

    public static Relay relay(
            @Nullable Profile listen, @Nullable Profile connect, Relay.Timeouts timeouts, int... upstreams) {
        List<Address> addresses = new ArrayList<>();
        for (int port : upstreams) {
            addresses.add(new Address("127.0.0.1", port));
        }
        return new Relay(
                "orders",
                new Relay.Listen(new Address("127.0.0.1", 0), listen == null ? null : listen.name(), false),
                new Relay.Connect(addresses, connect == null ? null : connect.name(), PeerName.OF_ADDRESS),
                timeouts);
    }

    /** Starts a relay to upstreams on this machine; gives its port. */
    public int start(@Nullable Profile listen, @Nullable Profile connect, int... upstreams) throws Exception {
        return start(relay(listen, connect, TIMEOUTS, upstreams), listen, connect);
    }

    public int start(Relay relay, @Nullable Profile listen, @Nullable Profile connect) throws Exception {
        return start(new RelayPlan(relay, context(listen, Side.SERVER), context(connect, Side.CLIENT)));
    }

    /** Starts a relay whose connecting side is plain. */
    RunningRelay run(Relay relay, @Nullable Profile listen) throws Exception {
        return run(new RelayPlan(relay, context(listen, Side.SERVER), null));
    }

    public int start(RelayPlan plan) throws Exception {
        return run(plan).address().port();
    }

    private RunningRelay run(RelayPlan plan) throws Exception {
        RunningRelay running = RunningRelay.bind(vertx, resolver, plan, total, told)
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        relays.add(running);
        running.open();
        return running;
    }

    /** Relays that start from now on ask there for names, and nowhere else. */
    public void askForNamesAt(InetSocketAddress server) {
        resolver = Resolver.tuned(
                vertx,
                builder -> builder.nameServerProvider(new SingletonDnsServerAddressStreamProvider(server))
                        .queryTimeoutMillis(30_000)
                        .searchDomains(List.of())
                        .resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED));
    }

    public @Nullable TlsContext context(@Nullable Profile profile, Side side) throws Exception {
        if (profile == null) {
            return null;
        }
        return retiring(TlsContext.create(profile, Material.load(profile), side));
    }

    /** Has {@link #close} close it, before the relays: what is connected to it ends. */
    public <T extends AutoCloseable> T closing(T other) {
        others.add(other);
        return other;
    }

    /** Has {@link #close} let go of it. */
    public TlsContext retiring(TlsContext context) {
        contexts.add(context);
        return context;
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable other : others) {
            other.close();
        }
        for (RunningRelay relay : relays) {
            relay.stop().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
        events.awaitIdle();
        contexts.forEach(TlsContext::letGo);
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(List.of(NativeCounts.contexts(), NativeCounts.connections()))
                        .as("native contexts and connections that live")
                        .isEqualTo(List.of(contextsBefore, connectionsBefore)));
        LeakWatch.assertNothingLeaked();
    }
}
