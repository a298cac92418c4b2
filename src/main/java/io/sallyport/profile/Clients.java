package io.sallyport.profile;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/** What a relay can come to know of its clients, judged by what they meet. */
final class Clients {

    /** What the one that proves most proves: each more than the one before. */
    enum Proof {
        /** Nothing: they speak plain TCP here, or TLS with somebody else. */
        NONE,
        /** That they speak TLS. */
        TLS,
        /** Who they are, by a certificate. */
        IDENTITY
    }

    private static final BinaryOperator<Proof> MORE = BinaryOperator.maxBy(Comparator.naturalOrder());

    /** Of nobody nothing can be said. */
    private static final Proof OF_NOBODY = Proof.IDENTITY;

    private final Settings settings;
    private final Findings findings;

    Clients(Settings settings, Findings findings) {
        this.settings = settings;
        this.findings = findings;
    }

    /** Whether it is known where they come from. Judged by the text alone: of systemd's sockets it can't be told. */
    boolean haveAddress(String relay) {
        Address listen = settings.value(Schema.LISTEN_ADDRESS, relay);
        Setting<?> accept = settings.get(Schema.PROXY_ACCEPT, relay);
        return listen == null || !listen.isUnix() || accept.isWritten();
    }

    /** Those of the whole relay. */
    Proof proof(String relay) {
        return most(Stream.concat(
                unmatched(relay), settings.routes(relay).stream().map(route -> proofOfRoute(relay, route))));
    }

    /** Of those alone that go to each of the relay's destinations: itself, and parts of it. One walk over its routes finds all. */
    Map<String, Proof> proofs(String relay) {
        Map<String, Proof> most = new HashMap<>();
        unmatched(relay).forEach(proof -> most.merge(relay, proof, MORE));
        settings.routes(relay)
                .forEach(route -> most.merge(settings.destination(relay, route), proofOfRoute(relay, route), MORE));
        most.put(Part.unverified(relay), Proof.TLS);
        most.putIfAbsent(relay, OF_NOBODY);
        return most;
    }

    private static Proof most(Stream<Proof> proofs) {
        return proofs.reduce(MORE).orElse(OF_NOBODY);
    }

    /** Whether there are some that meet the profile of {@code listen}, or plain TCP where it has none. */
    boolean meetListen(String relay) {
        return areUnmatched(relay)
                || settings.routes(relay).stream()
                        .anyMatch(route -> !isPassedThrough(route)
                                && !settings.get(RouteKeys.PROFILE, route).isWritten());
    }

    private boolean areUnmatched(String relay) {
        return settings.routes(relay).isEmpty() || settings.value(RouteKeys.UNMATCHED, relay) != Route.Unmatched.REFUSE;
    }

    private boolean isPassedThrough(String route) {
        return Boolean.TRUE.equals(settings.value(RouteKeys.PASSTHROUGH, route));
    }

    private Stream<Proof> unmatched(String relay) {
        return areUnmatched(relay) ? Stream.of(proofTo(settings.get(Schema.LISTEN_PROFILE, relay))) : Stream.empty();
    }

    private Proof proofOfRoute(String relay, String route) {
        if (isPassedThrough(route)) {
            return Proof.NONE;
        }
        Setting<String> profile = settings.get(RouteKeys.PROFILE, route);
        return proofTo(profile.isWritten() ? profile : settings.get(Schema.LISTEN_PROFILE, relay));
    }

    /** What isn't right yet may become anything: one slip gives one mistake. */
    private Proof proofTo(Setting<String> reference) {
        String profile = reference.value();
        if (profile == null) {
            return findings.isClean(reference.path()) ? Proof.NONE : Proof.IDENTITY;
        }
        boolean isAnyone =
                settings.profiles().contains(profile) && settings.value(Schema.VERIFY, profile) == VerifyMode.NONE;
        return isAnyone ? Proof.TLS : Proof.IDENTITY;
    }
}
