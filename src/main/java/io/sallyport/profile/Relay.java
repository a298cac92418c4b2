package io.sallyport.profile;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A listener, and where its bytes go.
 *
 * @param name the key under {@code sallyport.relays}
 */
public record Relay(String name, Listen listen, Routes routes, Connect connect, Timeouts timeouts, Limits limits) {

    /** With the default limits. */
    public Relay(String name, Listen listen, Connect connect, Timeouts timeouts) {
        this(name, listen, connect, timeouts, Limits.OF_RELAY);
    }

    /** Every address that its connections may go to, each once. */
    public List<Address> destinations() {
        return ways().values().stream()
                .flatMap(way -> way.addresses().stream())
                .distinct()
                .toList();
    }

    /**
     * The profiles that its clients and upstreams meet, by the keys below the relay's that say so; of a route its own only,
     * where that isn't {@code listen}'s.
     */
    public Map<String, String> profiles() {
        Map<String, String> profiles = new LinkedHashMap<>();
        if (listen.profile() != null) {
            profiles.put("listen", listen.profile());
        }
        for (int i = 0; i < routes.list().size(); i++) {
            String met = routes.list().get(i).profile();
            if (met != null && !met.equals(listen.profile())) {
                profiles.put("routes[" + i + "]", met);
            }
        }
        ways().forEach((way, to) -> {
            if (to.profile() != null) {
                profiles.put(way, to.profile());
            }
        });
        return profiles;
    }

    /** Where its connections may go, by the keys below the relay's that say so: its own way first. */
    public Map<String, Connect> ways() {
        Map<String, Connect> ways = new LinkedHashMap<>(Map.of("connect", connect));
        for (int i = 0; i < routes.list().size(); i++) {
            Connect way = routes.list().get(i).connect();
            if (way != null) {
                ways.put("routes[" + i + "].connect", way);
            }
        }
        if (routes.unverified() instanceof Unverified.Elsewhere elsewhere) {
            ways.put("unverified.connect", elsewhere.connect());
        }
        return ways;
    }

    /** Without routes. */
    public Relay(String name, Listen listen, Connect connect, Timeouts timeouts, Limits limits) {
        this(name, listen, Routes.NONE, connect, timeouts, limits);
    }

    /**
     * The ways beside the relay's own.
     *
     * @param list the first that a connection may take is the one that it takes
     * @param unverified what becomes of clients without a certificate; null where they are treated like all others
     */
    public record Routes(
            List<Route> list,
            Route.Unmatched unmatched,
            @Nullable Unverified unverified) {
        public static final Routes NONE = new Routes(List.of(), Route.Unmatched.CONNECT, null);

        public Routes {
            list = List.copyOf(list);
        }
    }

    /**
     * The listening side.
     *
     * @param profile name of its profile, or null for plain TCP
     * @param unsafeOpen the operator knows that a plain listener beyond loopback lets anyone act under our certificate
     * @param proxyProtocol whose PROXY headers are read, or null where none is
     * @param allow narrows the lists of the profile: a client must be on both
     * @param startTls the protocol in which clients ask for TLS, or null where TLS comes first
     * @param binding how it has its socket
     */
    public record Listen(
            Address address,
            @Nullable String profile,
            boolean unsafeOpen,
            ProxyProtocol.@Nullable Accept proxyProtocol,
            AllowList allow,
            @Nullable StartTls startTls,
            Binding binding) {

        /** With TLS first where it has a profile, without PROXY headers, and with nothing narrowed. */
        public Listen(Address address, @Nullable String profile, boolean unsafeOpen) {
            this(address, profile, unsafeOpen, null, AllowList.EVERYONE, null, Binding.DEFAULT);
        }

        public Listen withProxyProtocol(ProxyProtocol.@Nullable Accept other) {
            return new Listen(address, profile, unsafeOpen, other, allow, startTls, binding);
        }

        public Listen withStartTls(@Nullable StartTls other) {
            return new Listen(address, profile, unsafeOpen, proxyProtocol, allow, other, binding);
        }

        public Listen withBinding(Binding other) {
            return new Listen(address, profile, unsafeOpen, proxyProtocol, allow, startTls, other);
        }
    }

    /**
     * The connecting side.
     *
     * @param upstreams never empty, each address once
     * @param profile name of its profile, or null for plain TCP
     * @param peerName overrides the profile's
     * @param proxyProtocol the PROXY header that upstreams get, or null for none
     * @param startTls the protocol in which upstreams are asked for TLS, or null where TLS comes first
     * @param source the address of this machine that TCP connections come from, or null for whichever fits
     */
    public record Connect(
            List<Upstream> upstreams,
            @Nullable String profile,
            PeerName peerName,
            ProxyProtocol.@Nullable Send proxyProtocol,
            Balancing balancing,
            @Nullable StartTls startTls,
            @Nullable InetAddress source) {

        /** In the order of the addresses, with TLS first where it has a profile, and with the defaults of all else. */
        public Connect(List<Address> addresses, @Nullable String profile, PeerName peerName) {
            this(
                    addresses.stream().map(Upstream::new).toList(),
                    profile,
                    peerName,
                    null,
                    Balancing.DEFAULT,
                    null,
                    null);
        }

        // Not the compact form: javac drops the annotation of a nested type from its parameters.
        public Connect(
                List<Upstream> upstreams,
                @Nullable String profile,
                PeerName peerName,
                ProxyProtocol.@Nullable Send proxyProtocol,
                Balancing balancing,
                @Nullable StartTls startTls,
                @Nullable InetAddress source) {
            if (upstreams.isEmpty()) {
                throw new IllegalArgumentException("at least one address is needed");
            }
            this.upstreams = List.copyOf(upstreams);
            this.profile = profile;
            this.peerName = peerName;
            this.proxyProtocol = proxyProtocol;
            this.balancing = balancing;
            this.startTls = startTls;
            this.source = source;
        }

        public Connect withUpstreams(List<Upstream> others) {
            return new Connect(others, profile, peerName, proxyProtocol, balancing, startTls, source);
        }

        public Connect withProxyProtocol(ProxyProtocol.@Nullable Send other) {
            return new Connect(upstreams, profile, peerName, other, balancing, startTls, source);
        }

        public Connect withBalancing(Balancing other) {
            return new Connect(upstreams, profile, peerName, proxyProtocol, other, startTls, source);
        }

        public Connect withStartTls(@Nullable StartTls other) {
            return new Connect(upstreams, profile, peerName, proxyProtocol, balancing, other, source);
        }

        public Connect withSource(@Nullable InetAddress other) {
            return new Connect(upstreams, profile, peerName, proxyProtocol, balancing, startTls, other);
        }

        /** In the order of the file. */
        public List<Address> addresses() {
            return upstreams.stream().map(Upstream::address).toList();
        }
    }

    /**
     * How long each step may take; each more than zero.
     *
     * @param connect for finding an upstream, all addresses together
     * @param handshake for TLS on one side, counted from accept or from the connected socket
     * @param idle without a byte in either direction
     * @param halfClosed the same, once one direction has ended
     * @param lifetime of the whole connection, or null where it may live for ever
     * @param keepAlive of a silent socket until TCP asks whether its peer is still there; at least a second
     */
    public record Timeouts(
            Duration connect,
            Duration handshake,
            Duration idle,
            Duration halfClosed,
            @Nullable Duration lifetime,
            Duration keepAlive) {

        /** The default of {@code keepAlive}. */
        public static final Duration KEEP_ALIVE = Duration.ofMinutes(1);

        public static final Timeouts DEFAULT =
                new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofHours(1));

        public Timeouts {
            for (Duration timeout : List.of(connect, handshake, idle, halfClosed, keepAlive)) {
                refuseZero(timeout);
            }
            if (lifetime != null) {
                refuseZero(lifetime);
            }
        }

        /** With the defaults of the others. */
        public Timeouts(Duration connect, Duration handshake, Duration idle) {
            this(connect, handshake, idle, idle, null, KEEP_ALIVE);
        }

        private static void refuseZero(Duration timeout) {
            if (timeout.isZero() || timeout.isNegative()) {
                throw new IllegalArgumentException("a timeout is more than zero");
            }
        }
    }
}
