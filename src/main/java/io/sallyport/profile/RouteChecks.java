package io.sallyport.profile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks across the keys of a relay's routes, and of the profiles that they name. */
final class RouteChecks {

    /** What a route asks for, and what a connection that takes it meets. */
    private record Asked(String route, Setting<List<String>> sni, Set<String> alpn, Map<?, ?> identity, String meets) {

        /** Else it takes everything, which is a mistake already. */
        boolean isForSome() {
            return sni.isWritten() || !alpn.isEmpty() || !identity.isEmpty();
        }

        List<String> names() {
            List<String> names = sni.value();
            return names == null ? List.of() : names;
        }

        /** Whether whoever meets what {@code later} asks for, but for its names, takes this route. */
        boolean covers(Asked later) {
            boolean everyProtocol = alpn.isEmpty() || (!later.alpn.isEmpty() && alpn.containsAll(later.alpn));
            boolean everyone = identity.isEmpty() || identity.equals(later.identity) || !meets.equals(later.meets);
            return everyProtocol && everyone;
        }
    }

    private final Settings settings;
    private final Findings findings;

    RouteChecks(Settings settings, Findings findings) {
        this.settings = settings;
        this.findings = findings;
    }

    void run(String relay) {
        List<String> routes = settings.routes(relay);
        for (String route : routes) {
            condition(route);
            reception(relay, route);
            identity(relay, route);
            narrowed(relay, route);
        }
        reach(relay, routes);
        names(routes);
        Setting<Route.Unmatched> unmatched = settings.get(RouteKeys.UNMATCHED, relay);
        if (unmatched.value() == Route.Unmatched.REFUSE
                && routes.isEmpty()
                && findings.isClean(Schema.RELAYS + "." + Key.quoted(relay) + ".routes")) {
            findings.error(
                    unmatched.path(),
                    unmatched.origin(),
                    "lets nobody in: there are no routes",
                    "add routes, or remove it");
        }
    }

    private void condition(String route) {
        boolean asks = Schema.keysUnder(RouteKeys.ROUTES).stream()
                .filter(key -> key == RouteKeys.SNI || key == RouteKeys.OFFERED || AllowKeys.ROUTE.containsValue(key))
                .anyMatch(key -> settings.get(key, route).isWritten()
                        || !findings.isClean(settings.get(key, route).path()));
        if (!asks && findings.isClean(Part.path(route))) {
            findings.error(
                    Part.path(route),
                    settings.section(Part.path(route)),
                    "asks for nothing, so every connection would take it",
                    "give it sni, alpn or identity; what takes no route goes where the relay's connect says");
        }
    }

    /** What a client of the route meets. */
    private void reception(String relay, String route) {
        Setting<Boolean> passthrough = settings.get(RouteKeys.PASSTHROUGH, route);
        Setting<String> profile = settings.get(RouteKeys.PROFILE, route);
        Setting<String> around = settings.get(Schema.CONNECT_PROFILE, settings.destination(relay, route));
        if (passthrough.value() == null || !findings.isClean(profile.path(), Schema.LISTEN_PROFILE.path(relay))) {
            return;
        }
        if (!passthrough.value()) {
            if (!profile.isWritten()
                    && !settings.get(Schema.LISTEN_PROFILE, relay).isWritten()) {
                findings.error(
                        profile.path(),
                        settings.section(Part.path(route)),
                        "is missing, and listen has none: nobody would answer the ClientHello",
                        "name a profile, or say passthrough: true to leave TLS to the upstream");
            }
        } else if (profile.isWritten()) {
            findings.error(
                    profile.path(),
                    profile.origin(),
                    "would not be met: passthrough leaves TLS to the upstream",
                    "remove one of the two");
        } else if (around.isWritten()) {
            findings.error(
                    passthrough.path(),
                    passthrough.origin(),
                    "would put TLS into TLS: " + around.path() + " is set",
                    "give the route a connect without profile");
        }
    }

    private void identity(String relay, String route) {
        String profile = settings.met(relay, route);
        boolean passthrough = Boolean.TRUE.equals(settings.value(RouteKeys.PASSTHROUGH, route));
        if (!passthrough
                && (profile == null
                        || !settings.profiles().contains(profile)
                        || settings.value(Schema.VERIFY, profile) != VerifyMode.NONE)) {
            return;
        }
        for (Key<?> key : AllowKeys.ROUTE.values()) {
            Setting<?> setting = settings.get(key, route);
            if (setting.isWritten() && findings.isClean(setting.path())) {
                String why = passthrough
                        ? "passthrough asks nobody who they are"
                        : "profile " + profile + " has verify: none";
                findings.error(
                        setting.path(),
                        setting.origin(),
                        "nobody would take this route: " + why,
                        "name a profile with a ca, or remove it");
            }
        }
    }

    /** The relay's allow list holds for its routes too. */
    private void narrowed(String relay, String route) {
        boolean isNarrowed = AllowKeys.RELAY.values().stream()
                .anyMatch(key -> settings.get(key, relay).isWritten());
        Setting<Boolean> passthrough = settings.get(RouteKeys.PASSTHROUGH, route);
        Setting<String> profile = settings.get(RouteKeys.PROFILE, route);
        String met = profile.value();
        String hint = "give the list to the profile of listen, as its allow";
        if (isNarrowed && Boolean.TRUE.equals(passthrough.value())) {
            findings.error(
                    passthrough.path(),
                    passthrough.origin(),
                    "would let in everyone, though listen has an allow list",
                    hint);
        } else if (isNarrowed
                && met != null
                && settings.profiles().contains(met)
                && settings.value(Schema.VERIFY, met) == VerifyMode.NONE) {
            findings.error(
                    profile.path(),
                    profile.origin(),
                    Quote.of(met) + " has verify: none and would let in everyone, though listen has an allow list",
                    hint);
        }
    }

    /** Routes, or names of routes, that an earlier one leaves nothing for. */
    private void reach(String relay, List<String> routes) {
        Map<String, List<Asked>> byName = new HashMap<>();
        List<Asked> nameless = new ArrayList<>();
        for (String route : routes) {
            Asked asked = asked(relay, route);
            if (!asked.isForSome() || !findings.isClean(asked.sni().path())) {
                continue;
            }
            earlier(nameless, asked)
                    .ifPresentOrElse(
                            other -> unreached(Part.path(route), settings.section(Part.path(route)), "", other),
                            () -> names(asked, byName));
            if (!asked.sni().isWritten()) {
                nameless.add(asked);
            }
        }
    }

    private void names(Asked asked, Map<String, List<Asked>> byName) {
        for (String name : asked.names()) {
            String wildcard = name.startsWith("*.") ? name : "*" + name.substring(Math.max(0, name.indexOf('.')));
            List<Asked> candidates = new ArrayList<>(byName.getOrDefault(name, List.of()));
            if (!wildcard.equals(name)) {
                candidates.addAll(byName.getOrDefault(wildcard, List.of()));
            }
            earlier(candidates, asked)
                    .ifPresent(
                            other -> unreached(asked.sni().path(), asked.sni().origin(), Quote.of(name) + " ", other));
            byName.computeIfAbsent(name, n -> new ArrayList<>(1)).add(asked);
        }
    }

    private static Optional<Asked> earlier(List<Asked> candidates, Asked asked) {
        return candidates.stream()
                .filter(other -> other != asked && other.covers(asked))
                .findFirst();
    }

    private void unreached(String path, @Nullable Origin origin, String what, Asked other) {
        findings.error(
                path,
                origin,
                what + "is never reached: " + Part.path(other.route()) + " takes it, and comes first",
                "remove it, or put it in front");
    }

    private Asked asked(String relay, String route) {
        Map<AllowList.Kind, List<String>> identity = new HashMap<>();
        AllowKeys.ROUTE.forEach((kind, key) -> {
            List<String> entries = settings.value(key, route);
            if (entries != null) {
                identity.put(kind, entries);
            }
        });
        List<String> alpn = settings.value(RouteKeys.OFFERED, route);
        boolean passthrough = Boolean.TRUE.equals(settings.value(RouteKeys.PASSTHROUGH, route));
        String meets = passthrough ? "" : Objects.toString(settings.met(relay, route), "");
        return new Asked(
                route, settings.get(RouteKeys.SNI, route), alpn == null ? Set.of() : Set.copyOf(alpn), identity, meets);
    }

    /** Two routes of one name could not be told apart in a log. */
    private void names(List<String> routes) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < routes.size(); i++) {
            Setting<String> name = settings.get(RouteKeys.NAME, routes.get(i));
            if (!seen.add(name.value() == null ? String.valueOf(i + 1) : name.value())) {
                findings.error(
                        name.path(),
                        name.origin(),
                        "is the name of another route too",
                        "give one of them another name");
            }
        }
    }
}
