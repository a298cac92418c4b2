package io.sallyport.profile;

import java.util.ArrayList;
import java.util.List;

/** Checks across the keys of a relay, and between the addresses of all of them. */
final class RelayChecks {

    /** A socket that this process will listen on. */
    private record Listener(String owner, Setting<Address> setting, Address address) {}

    private final Settings settings;
    private final Findings findings;

    RelayChecks(Settings settings, Findings findings) {
        this.settings = settings;
        this.findings = findings;
    }

    void run() {
        if (settings.relays().isEmpty()) {
            findings.error(
                    Schema.RELAYS,
                    settings.section(Schema.RELAYS),
                    "has no relay, so there is nothing to do",
                    "docs/configuration.md has an example to start from");
        }
        for (String name : settings.relays()) {
            requiredKeys(name);
            profile(settings.get(Schema.LISTEN_PROFILE, name));
            profile(settings.get(Schema.CONNECT_PROFILE, name));
            openDoor(name);
            namesOfPlainSide(name);
        }
        admin();
        addresses();
    }

    private void requiredKeys(String name) {
        for (Key<?> key : Schema.keysUnder(Schema.RELAYS)) {
            Setting<?> setting = settings.get(key, name);
            if (key.required() && !setting.isWritten() && findings.isClean(setting.path())) {
                Origin origin = settings.section(Schema.RELAYS + "." + Key.quoted(name));
                findings.error(
                        setting.path(),
                        origin,
                        "is missing; expected " + key.kind().label(),
                        "such as " + key.example());
            }
        }
    }

    private void profile(Setting<String> reference) {
        String profile = reference.value();
        if (profile == null || settings.profiles().contains(profile)) {
            return;
        }
        String known = settings.profiles().isEmpty()
                ? "there are no profiles"
                : "the profiles are " + String.join(", ", settings.profiles());
        String hint = Nearest.of(profile, settings.profiles())
                .map(near -> "did you mean " + near + "?")
                .orElse(known);
        findings.error(reference.path(), reference.origin(), Quote.of(profile) + " is not a profile", hint);
    }

    /** A plain listener that others reach, in front of a certificate of ours: whoever connects acts under our name. */
    private void openDoor(String name) {
        Setting<Address> listen = settings.get(Schema.LISTEN_ADDRESS, name);
        Setting<Boolean> unsafeOpen = settings.get(Schema.UNSAFE_OPEN, name);
        Setting<String> inner = settings.get(Schema.CONNECT_PROFILE, name);
        String profile = inner.value();
        boolean isPlain = !settings.get(Schema.LISTEN_PROFILE, name).isWritten()
                && findings.isClean(Schema.LISTEN_PROFILE.path(name));
        boolean lendsCertificate = profile != null
                && settings.profiles().contains(profile)
                && settings.get(Schema.CERT, profile).isWritten();
        if (listen.value() == null || unsafeOpen.value() == null) {
            return;
        }
        boolean isOpen = isPlain && lendsCertificate && !listen.value().isLoopback();
        if (isOpen && !unsafeOpen.value()) {
            findings.error(
                    listen.path(),
                    listen.origin(),
                    Quote.of(listen.text()) + " is plain TCP that other machines reach, and profile " + profile
                            + " lends each of them its certificate",
                    "listen on 127.0.0.1, give listen a profile, or set listen.unsafe-open: true");
        } else if (!isOpen && unsafeOpen.value() && findings.isClean(inner.path())) {
            findings.warning(unsafeOpen.path(), unsafeOpen.origin(), "is not needed here", "remove it");
        }
    }

    private void namesOfPlainSide(String name) {
        if (settings.get(Schema.CONNECT_PROFILE, name).isWritten()
                || !findings.isClean(Schema.CONNECT_PROFILE.path(name))) {
            return;
        }
        for (Key<String> key : List.of(Schema.CONNECT_SERVER_NAME, Schema.CONNECT_VERIFY_NAME)) {
            Setting<String> setting = settings.get(key, name);
            if (setting.isWritten()) {
                findings.error(
                        setting.path(),
                        setting.origin(),
                        "would check nothing: connect has no profile, so it is plain TCP",
                        "set connect.profile, or remove it");
            }
        }
    }

    private void admin() {
        Setting<Address> admin = settings.get(Schema.ADMIN_ADDRESS, "");
        if (admin.value() != null && !admin.value().isLoopback()) {
            findings.error(
                    admin.path(),
                    admin.origin(),
                    Quote.of(admin.text()) + " is reached by other machines, and there is no authentication there yet",
                    "use 127.0.0.1 or [::1]");
        }
    }

    private void addresses() {
        List<Listener> listeners = new ArrayList<>();
        add(listeners, "the admin side", settings.get(Schema.ADMIN_ADDRESS, ""));
        for (String name : settings.relays()) {
            Setting<Address> listen = settings.get(Schema.LISTEN_ADDRESS, name);
            if (listen.value() != null) {
                clash(listeners, listen, listen.value());
                loop(name, listen.value());
            }
            add(listeners, "relay " + name, listen);
        }
    }

    private static void add(List<Listener> listeners, String owner, Setting<Address> setting) {
        if (setting.value() != null) {
            listeners.add(new Listener(owner, setting, setting.value()));
        }
    }

    private void clash(List<Listener> listeners, Setting<Address> setting, Address address) {
        for (Listener other : listeners) {
            if (address.overlaps(other.address())) {
                String where =
                        other.setting().isWritten() ? other.setting().origin().described() : "its default";
                findings.error(
                        setting.path(),
                        setting.origin(),
                        Quote.of(setting.text()) + " is taken by " + other.owner() + ", " + other.address() + " ("
                                + where + ")",
                        "give one of them another port");
                return;
            }
        }
    }

    private void loop(String name, Address listen) {
        Setting<List<Address>> upstreams = settings.get(Schema.CONNECT_ADDRESSES, name);
        if (upstreams.value() == null) {
            return;
        }
        for (Address upstream : upstreams.value()) {
            if (listen.isMetBy(upstream)) {
                findings.warning(
                        upstreams.path(),
                        upstreams.origin(),
                        Quote.of(upstream.toString()) + " is where this relay listens: it would connect to itself",
                        null);
            }
        }
    }
}
