package io.sallyport.profile;

import io.sallyport.profile.Profile.Negotiation;
import io.sallyport.profile.Profile.OwnCertificate;
import io.sallyport.profile.Profile.Session;
import io.sallyport.profile.Profile.Trust;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts settings in which nothing is wrong together to the values that the rest of the program uses. */
final class Assembly {

    private Assembly() {}

    static Configuration of(Settings settings) {
        Map<String, Profile> profiles = new LinkedHashMap<>();
        settings.profiles().forEach(name -> profiles.put(name, profile(settings, name)));
        Map<String, Relay> relays = new LinkedHashMap<>();
        settings.relays().forEach(name -> relays.put(name, relay(settings, name)));
        return new Configuration(
                profiles,
                relays,
                new Configuration.Admin(
                        settings.present(Schema.ADMIN_ADDRESS, ""),
                        settings.value(Schema.ADMIN_PROFILE, ""),
                        new Configuration.Tokens(
                                settings.value(Schema.VIEW_TOKENS, ""), settings.value(Schema.OPERATE_TOKENS, "")),
                        allow(settings, AllowKeys.ADMIN, "")),
                LimitKeys.ALL.read(settings, ""),
                new Configuration.Drain(
                        settings.value(Schema.DRAIN_DELAY, ""),
                        settings.present(Schema.DRAIN_DEADLINE, ""),
                        settings.value(Schema.DRAIN_IDLE, "")),
                new Configuration.Reload(
                        settings.present(Schema.RELOAD_WATCH, ""),
                        settings.present(Schema.RELOAD_INTERVAL, ""),
                        settings.present(Schema.RELOAD_LENIENT, "")));
    }

    private static Profile profile(Settings settings, String name) {
        Path cert = settings.value(Schema.CERT, name);
        Path key = settings.value(Schema.KEY, name);
        OwnCertificate own = cert == null || key == null
                ? null
                : new OwnCertificate(
                        cert, key, settings.value(Schema.KEY_PASSWORD_FILE, name), stapling(settings, name));
        return new Profile(
                name,
                own,
                new Trust(
                        settings.value(Schema.CA, name),
                        settings.present(Schema.VERIFY, name),
                        settings.present(Schema.DEPTH, name),
                        crls(settings, name),
                        settings.present(Schema.COMMON_NAMES, name),
                        List.of(allow(settings, AllowKeys.PROFILE, name)),
                        new OcspCheck(
                                settings.present(Schema.OCSP_CHECK, name),
                                settings.value(Schema.OCSP_RESPONDER, name),
                                settings.present(Schema.OCSP_TIMEOUT, name))),
                new Negotiation(
                        settings.present(Schema.CIPHERS, name),
                        settings.present(Schema.PROTOCOLS, name),
                        settings.present(Schema.GROUPS, name),
                        settings.present(Schema.ALPN, name),
                        settings.present(Schema.MAX_CERT_LIST, name)),
                new PeerName(settings.value(Schema.SERVER_NAME, name), settings.value(Schema.VERIFY_NAME, name)),
                new Session(
                        settings.present(Schema.SESSION_ENABLED, name),
                        settings.present(Schema.SESSION_CACHE_SIZE, name),
                        settings.present(Schema.SESSION_TIMEOUT, name),
                        settings.present(Schema.SESSION_TICKETS, name),
                        settings.value(Schema.SESSION_TICKET_KEYS, name),
                        settings.present(Schema.SESSION_TICKET_ROTATE, name)),
                settings.value(Schema.UNSAFE_KEY_LOG, name));
    }

    private static @Nullable Stapling stapling(Settings settings, String name) {
        return settings.present(Schema.OCSP_STAPLE, name)
                ? new Stapling(
                        settings.value(Schema.OCSP_STAPLE_RESPONDER, name),
                        settings.value(Schema.OCSP_STAPLE_CACHE, name))
                : null;
    }

    private static Profile.@Nullable Crls crls(Settings settings, String name) {
        Path path = settings.value(Schema.CRL, name);
        return path == null ? null : new Profile.Crls(path, settings.present(Schema.CRL_POLICY, name));
    }

    private static AllowList allow(Settings settings, Map<AllowList.Kind, Key<List<String>>> keys, String name) {
        Map<AllowList.Kind, Set<String>> entries = new EnumMap<>(AllowList.Kind.class);
        keys.forEach((kind, key) -> {
            List<String> values = settings.value(key, name);
            if (values != null) {
                entries.put(kind, new LinkedHashSet<>(values));
            }
        });
        return new AllowList(entries);
    }

    private static Relay relay(Settings settings, String name) {
        return new Relay(
                name,
                new Relay.Listen(
                        settings.present(Schema.LISTEN_ADDRESS, name),
                        settings.value(Schema.LISTEN_PROFILE, name),
                        settings.present(Schema.UNSAFE_OPEN, name),
                        acceptedHeader(settings, name),
                        allow(settings, AllowKeys.RELAY, name),
                        settings.value(Schema.LISTEN_STARTTLS, name),
                        binding(settings, name)),
                routes(settings, name),
                connect(settings, name),
                timeouts(settings, name),
                LimitKeys.RELAY.read(settings, name));
    }

    private static Binding binding(Settings settings, String relay) {
        String[] owner = Objects.requireNonNullElse(settings.value(SocketKeys.OWNER, relay), "")
                .split(":", 2);
        return new Binding(
                settings.present(SocketKeys.REUSE_PORT, relay) ? Binding.Sharing.SHARED : Binding.Sharing.EXCLUSIVE,
                settings.present(SocketKeys.MODE, relay),
                owner[0].isEmpty() ? null : owner[0],
                owner.length < 2 ? null : owner[1]);
    }

    /** @param owner a relay, or a part of one */
    private static Relay.Connect connect(Settings settings, String owner) {
        return new Relay.Connect(
                settings.present(Schema.CONNECT_ADDRESSES, owner),
                settings.value(Schema.CONNECT_PROFILE, owner),
                new PeerName(
                        settings.value(Schema.CONNECT_SERVER_NAME, owner),
                        settings.value(Schema.CONNECT_VERIFY_NAME, owner)),
                sentHeader(settings, owner),
                balancing(settings, owner),
                settings.value(Schema.CONNECT_STARTTLS, owner),
                settings.value(SocketKeys.SOURCE, owner));
    }

    private static Relay.Routes routes(Settings settings, String relay) {
        List<Route> routes = new ArrayList<>();
        for (String part : settings.routes(relay)) {
            String name = settings.value(RouteKeys.NAME, part);
            routes.add(new Route(
                    name == null ? String.valueOf(routes.size() + 1) : name,
                    words(settings, RouteKeys.SNI, part),
                    words(settings, RouteKeys.OFFERED, part),
                    allow(settings, AllowKeys.ROUTE, part),
                    settings.met(relay, part),
                    settings.hasConnect(part) ? connect(settings, part) : null));
        }
        return new Relay.Routes(routes, settings.present(RouteKeys.UNMATCHED, relay), unverified(settings, relay));
    }

    private static @Nullable Unverified unverified(Settings settings, String relay) {
        Duration hold = settings.value(Schema.UNVERIFIED_HOLD, relay);
        if (hold != null) {
            return new Unverified.Hold(hold);
        }
        String part = Part.unverified(relay);
        return settings.hasConnect(part) ? new Unverified.Elsewhere(connect(settings, part)) : null;
    }

    private static Set<String> words(Settings settings, Key<List<String>> key, String owner) {
        List<String> words = settings.value(key, owner);
        return words == null ? Set.of() : Set.copyOf(words);
    }

    private static ProxyProtocol.@Nullable Accept acceptedHeader(Settings settings, String name) {
        Set<ProxyProtocol.Version> versions = settings.value(Schema.PROXY_ACCEPT, name);
        List<Network> from = settings.value(Schema.PROXY_FROM, name);
        return versions == null
                ? null
                : new ProxyProtocol.Accept(
                        versions, from == null ? List.of() : from, settings.present(Schema.PROXY_DEADLINE, name));
    }

    private static ProxyProtocol.@Nullable Send sentHeader(Settings settings, String name) {
        ProxyProtocol.Version version = settings.value(Schema.PROXY_SEND, name);
        if (version == null) {
            return null;
        }
        if (settings.present(Schema.PROXY_CERTIFICATE, name)) {
            return new ProxyProtocol.Send(version, ProxyProtocol.Detail.CERTIFICATE);
        }
        boolean tls = settings.present(Schema.PROXY_TLS, name);
        return new ProxyProtocol.Send(version, tls ? ProxyProtocol.Detail.TLS : ProxyProtocol.Detail.NONE);
    }

    private static Balancing balancing(Settings settings, String name) {
        Duration every = settings.value(Schema.HEALTH_EVERY, name);
        Balancing.Health health = every == null
                ? null
                : new Balancing.Health(
                        every, settings.present(Schema.HEALTH_RISE, name), settings.present(Schema.HEALTH_FALL, name));
        return new Balancing(
                settings.present(Schema.BALANCE, name),
                health,
                new Balancing.Ejection(
                        settings.present(Schema.EJECT_AFTER, name), settings.present(Schema.EJECT_FOR, name)),
                settings.value(Schema.SLOW_START, name));
    }

    private static Relay.Timeouts timeouts(Settings settings, String name) {
        Duration idle = settings.present(Schema.TIMEOUT_IDLE, name);
        Duration halfClosed = settings.value(Schema.TIMEOUT_HALF_CLOSED, name);
        return new Relay.Timeouts(
                settings.present(Schema.TIMEOUT_CONNECT, name),
                settings.present(Schema.TIMEOUT_HANDSHAKE, name),
                idle,
                halfClosed == null ? idle : halfClosed,
                settings.value(Schema.TIMEOUT_LIFETIME, name),
                settings.present(Schema.TIMEOUT_KEEP_ALIVE, name));
    }
}
