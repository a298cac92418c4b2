package io.sallyport.profile;

/** Checks across the keys of a relay, and of the profiles that it names. */
final class RelayChecks {

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
        ClientChecks clients = new ClientChecks(settings, findings);
        for (String name : settings.relays()) {
            // A relay that is no section at all, or has a bad name, has been told so.
            if (findings.isClean(path(name))) {
                Schema.REQUIRED_OF_RELAY.forEach(key -> required(key, name, path(name)));
            }
            profile(settings, findings, settings.get(Schema.LISTEN_PROFILE, name));
            openDoor(name);
            clients.run(name);
            new ProxyProtocolChecks(settings, findings).accepted(name);
            destination(name);
            settings.routes(name).forEach(route -> profile(settings, findings, settings.get(RouteKeys.PROFILE, route)));
            settings.destinations(name).stream().filter(Part::isPart).forEach(part -> {
                required(Schema.CONNECT_ADDRESSES, part, Part.path(part) + ".connect");
                destination(part);
            });
            new StartTlsChecks(settings, findings).run(name);
            new SocketChecks(settings, findings).run(name);
            new RouteChecks(settings, findings).run(name);
            new UnverifiedChecks(settings, findings).run(name);
        }
        clients.all();
    }

    private void required(Key<?> key, String owner, String section) {
        Setting<?> setting = settings.get(key, owner);
        if (!setting.isWritten() && findings.isClean(setting.path())) {
            String word = key.pattern().substring(key.pattern().lastIndexOf('.') + 1);
            findings.error(
                    setting.path(),
                    settings.section(section),
                    "is missing; expected " + key.kind().label(),
                    "such as " + word + ": " + key.example());
        }
    }

    /** @param owner a relay, or a part of one that says itself where connections go */
    private void destination(String owner) {
        profile(settings, findings, settings.get(Schema.CONNECT_PROFILE, owner));
        names(owner);
        new ProxyProtocolChecks(settings, findings).sent(owner);
        health(owner);
        slowStart(owner);
    }

    private static String path(String name) {
        return Schema.RELAYS + "." + Key.quoted(name);
    }

    /** Whether the profile that is named is there. */
    static void profile(Settings settings, Findings findings, Setting<String> reference) {
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
        findings.error(reference.path(), reference.origin(), Quote.of(reference.text()) + " is not a profile", hint);
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

    private void health(String name) {
        Setting<?> every = settings.get(Schema.HEALTH_EVERY, name);
        if (!every.isWritten() && findings.isClean(every.path())) {
            String why = "every is not set, so nothing is checked";
            idle(settings, findings, Schema.HEALTH_RISE, name, why, "set every: 5s, or remove it");
            idle(settings, findings, Schema.HEALTH_FALL, name, why, "set every: 5s, or remove it");
        }
    }

    private void slowStart(String name) {
        Setting<Balancing.Method> method = settings.get(Schema.BALANCE, name);
        Setting<?> slow = settings.get(Schema.SLOW_START, name);
        if (slow.isWritten() && method.value() != null && !method.value().isByWeight()) {
            findings.error(
                    slow.path(),
                    slow.origin(),
                    "would do nothing: with balance: " + method.value().label() + " no address gets a share by weight",
                    "set balance: round-robin or least-connections, or remove it");
        }
    }

    /** A key that is set, and that another one keeps from doing anything. Its default, written out, does no harm. */
    static void idle(Settings settings, Findings findings, Key<?> key, String relay, String why, String hint) {
        Setting<?> setting = settings.get(key, relay);
        if (setting.isWritten() && !setting.text().equals(key.standard())) {
            findings.error(setting.path(), setting.origin(), "would do nothing: " + why, hint);
        }
    }

    /** Names that would check nothing. */
    private void names(String name) {
        Setting<String> inner = settings.get(Schema.CONNECT_PROFILE, name);
        if (!findings.isClean(inner.path())) {
            return;
        }
        String profile = inner.value();
        Setting<String> verifyName = settings.get(Schema.CONNECT_VERIFY_NAME, name);
        if (profile == null) {
            plainSide(settings.get(Schema.CONNECT_SERVER_NAME, name));
            plainSide(verifyName);
        } else if (verifyName.isWritten() && settings.value(Schema.VERIFY, profile) == VerifyMode.NONE) {
            String message = "has no effect: profile " + profile + " says verify: none";
            findings.warning(verifyName.path(), verifyName.origin(), message, "remove it");
        }
    }

    private void plainSide(Setting<String> expected) {
        if (expected.isWritten()) {
            findings.error(
                    expected.path(),
                    expected.origin(),
                    "would check nothing: connect has no profile, so it is plain TCP",
                    "set connect.profile, or remove it");
        }
    }
}
