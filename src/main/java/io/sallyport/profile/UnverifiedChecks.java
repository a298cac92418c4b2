package io.sallyport.profile;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Checks across the keys that say what becomes of clients without a certificate: none may get to what is kept from them. */
final class UnverifiedChecks {

    private final Settings settings;
    private final Findings findings;

    UnverifiedChecks(Settings settings, Findings findings) {
        this.settings = settings;
        this.findings = findings;
    }

    void run(String relay) {
        String part = Part.unverified(relay);
        Setting<?> hold = settings.get(Schema.UNVERIFIED_HOLD, relay);
        boolean elsewhere = settings.hasConnect(part);
        if (!hold.isWritten() && !elsewhere) {
            return;
        }
        if (hold.isWritten() && elsewhere) {
            findings.error(
                    hold.path(),
                    hold.origin(),
                    "can't be: these clients go where unverified.connect says",
                    "remove one of the two");
        }
        verified(relay, part);
        if (elsewhere) {
            lent(part);
            apart(relay, part);
        }
        settings.routes(relay).forEach(route -> passedThrough(relay, route));
    }

    /** Who is unverified has to be a client that could have been verified. */
    private void verified(String relay, String part) {
        Set<String> profiles = new LinkedHashSet<>();
        List<Setting<String>> references = new ArrayList<>(List.of(settings.get(Schema.LISTEN_PROFILE, relay)));
        settings.routes(relay).forEach(route -> references.add(settings.get(RouteKeys.PROFILE, route)));
        for (Setting<String> reference : references) {
            if (!findings.isClean(reference.path())) {
                return;
            }
            if (reference.value() != null) {
                profiles.add(reference.value());
            }
        }
        String message = null;
        if (profiles.isEmpty()) {
            message = "would be for all clients: the listener is plain TCP, where no one proves who they are";
        } else if (profiles.stream().noneMatch(profile -> verify(profile) == VerifyMode.OPTIONAL)) {
            message = "would do nothing: no profile that clients meet has verify: optional";
        }
        for (String profile : profiles) {
            if (verify(profile) == VerifyMode.NONE) {
                message = "would be for all clients of profile " + profile + ", which has verify: none";
            }
        }
        if (message != null) {
            findings.error(
                    Part.path(part),
                    settings.section(Part.path(part)),
                    message,
                    "name a profile with a ca and verify: optional, or remove it");
        }
    }

    private VerifyMode verify(String profile) {
        VerifyMode verify = settings.value(Schema.VERIFY, profile);
        return verify == null ? VerifyMode.OPTIONAL : verify; // What can't be read is a mistake already.
    }

    private void lent(String part) {
        Setting<String> profile = settings.get(Schema.CONNECT_PROFILE, part);
        if (profile.value() != null
                && settings.profiles().contains(profile.value())
                && settings.get(Schema.CERT, profile.value()).isWritten()) {
            findings.error(
                    profile.path(),
                    profile.origin(),
                    Quote.of(profile.text()) + " would lend its certificate to clients that have none",
                    "name a profile without cert and key");
        }
    }

    /** The upstreams of these clients are none of the others'. */
    private void apart(String relay, String part) {
        Setting<List<Upstream>> own = settings.get(Schema.CONNECT_ADDRESSES, part);
        for (String destination : settings.destinations(relay)) {
            if (!destination.equals(part)) {
                refuseCommon(own, settings.get(Schema.CONNECT_ADDRESSES, destination));
            }
        }
    }

    private void refuseCommon(Setting<List<Upstream>> own, Setting<List<Upstream>> others) {
        if (own.value() == null || others.value() == null) {
            return;
        }
        for (Upstream upstream : own.value()) {
            if (others.value().stream().anyMatch(other -> other.address().isSame(upstream.address()))) {
                findings.error(
                        own.path(),
                        own.origin(),
                        Quote.of(upstream.address().toString()) + " is in " + others.path() + " too",
                        "clients without a certificate need upstreams of their own");
                return;
            }
        }
    }

    /** Where TLS is passed through, nobody is asked for a certificate. */
    private void passedThrough(String relay, String route) {
        Setting<Boolean> passthrough = settings.get(RouteKeys.PASSTHROUGH, route);
        if (!Boolean.TRUE.equals(passthrough.value())) {
            return;
        }
        if (!settings.hasConnect(route)) {
            findings.error(
                    passthrough.path(),
                    passthrough.origin(),
                    "would send clients that nobody has verified where the relay's connect says",
                    "give the route a connect of its own");
            return;
        }
        for (String destination : settings.destinations(relay)) {
            boolean isPassedThrough = !destination.equals(relay)
                    && !destination.equals(Part.unverified(relay))
                    && Boolean.TRUE.equals(settings.value(RouteKeys.PASSTHROUGH, destination));
            if (!isPassedThrough && !destination.equals(Part.unverified(relay))) {
                refuseCommon(
                        settings.get(Schema.CONNECT_ADDRESSES, route),
                        settings.get(Schema.CONNECT_ADDRESSES, destination));
            }
        }
    }
}
