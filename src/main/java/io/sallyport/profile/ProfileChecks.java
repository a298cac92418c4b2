package io.sallyport.profile;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks across the keys of a profile, and between a profile and those that use it. */
final class ProfileChecks {

    private static final String ADMIN_SIDE = "the admin side";

    /** What the TLS of the admin side, which is Java's, can't be told. */
    private static final List<Key<?>> NOT_FOR_ADMIN = List.of(
            Schema.GROUPS,
            Schema.ALPN,
            Schema.UNSAFE_KEY_LOG,
            Schema.SESSION_ENABLED,
            Schema.SESSION_CACHE_SIZE,
            Schema.SESSION_TIMEOUT,
            Schema.SESSION_TICKETS,
            Schema.SESSION_TICKET_KEYS,
            Schema.SESSION_TICKET_ROTATE);

    private final Settings settings;
    private final Findings findings;
    /** Relays by the profile that their clients meet, on any route. */
    private final Map<String, List<String>> listening = new HashMap<>();
    /** Relays by the profile that their upstreams meet, on any route. */
    private final Map<String, List<String>> connecting = new HashMap<>();

    private final @Nullable String admin;

    ProfileChecks(Settings settings, Findings findings) {
        this.settings = settings;
        this.findings = findings;
        this.admin = settings.value(Schema.ADMIN_PROFILE, "");
        if (admin != null) {
            listening.computeIfAbsent(admin, name -> new ArrayList<>()).add(ADMIN_SIDE);
        }
        for (String relay : settings.relays()) {
            note(listening, relay, settings.get(Schema.LISTEN_PROFILE, relay));
            settings.routes(relay).forEach(route -> note(listening, relay, settings.get(RouteKeys.PROFILE, route)));
            settings.destinations(relay)
                    .forEach(owner -> note(connecting, relay, settings.get(Schema.CONNECT_PROFILE, owner)));
        }
    }

    void run() {
        for (String name : settings.profiles()) {
            // A profile that is no section at all, or has a bad name, has been told so.
            if (findings.isClean(path(name))) {
                certificate(name);
                trust(name);
                negotiation(name);
                session(name);
                ocsp(name);
                stapling(name);
                keyLog(name);
                use(name);
            }
        }
    }

    private void certificate(String name) {
        Setting<?> cert = settings.get(Schema.CERT, name);
        Setting<?> key = settings.get(Schema.KEY, name);
        Setting<?> password = settings.get(Schema.KEY_PASSWORD_FILE, name);
        if (cert.isWritten() && !isThere(key)) {
            findings.error(
                    key.path(), cert.origin(), "is missing, though cert is set", "it may be the same file as cert");
        } else if (key.isWritten() && !isThere(cert)) {
            findings.error(
                    cert.path(), key.origin(), "is missing, though key is set", "it may be the same file as key");
        } else if (password.isWritten() && !isThere(key)) {
            findings.error(
                    password.path(), password.origin(), "has no key to go with", "set cert and key, or remove it");
        }
        if (!cert.isWritten() && !key.isWritten() && findings.isClean(cert.path(), key.path())) {
            relayListeningWith(name, cert);
        }
    }

    private void relayListeningWith(String name, Setting<?> cert) {
        List<String> relays = listening.get(name);
        if (relays != null) {
            findings.error(
                    cert.path(),
                    section(name),
                    "is missing: " + called(relays.get(0))
                            + " listens with this profile, and a server must show a certificate",
                    "set cert and key");
        }
    }

    private static String called(String user) {
        return user.equals(ADMIN_SIDE) ? user : "relay " + user;
    }

    private void trust(String name) {
        Setting<VerifyMode> verify = settings.get(Schema.VERIFY, name);
        Setting<String> ca = settings.get(Schema.CA, name);
        if (!findings.isClean(verify.path(), ca.path())) {
            return;
        }
        if (verify.value() == VerifyMode.NONE) {
            for (Key<?> key :
                    List.of(Schema.CA, Schema.DEPTH, Schema.VERIFY_NAME, Schema.CRL_POLICY, Schema.COMMON_NAMES)) {
                ignored(settings.get(key, name), "has no effect with verify: none");
            }
            withoutEffect(settings.get(Schema.CRL, name));
            AllowKeys.PROFILE.values().forEach(key -> withoutEffect(settings.get(key, name)));
        } else if (!ca.isWritten()) {
            String message = verify.isWritten()
                    ? "is missing, though verify is " + verify.text()
                    : "is missing, so no peer could be verified";
            Origin origin = verify.isWritten() ? verify.origin() : section(name);
            findings.error(ca.path(), origin, message, "set ca, or say verify: none to take anyone");
        }
        if (!settings.get(Schema.CRL, name).isWritten() && verify.value() != VerifyMode.NONE) {
            ignored(settings.get(Schema.CRL_POLICY, name), "has no effect without crl");
        }
    }

    private void keyLog(String name) {
        Setting<?> file = settings.get(Schema.UNSAFE_KEY_LOG, name);
        if (file.isWritten() && findings.isClean(file.path())) {
            findings.warning(
                    file.path(),
                    file.origin(),
                    "writes down the secrets of every connection: whoever reads " + file.text()
                            + " can read all that they carry",
                    "remove it, and the file, as soon as the fault is found");
        }
    }

    private void ocsp(String name) {
        Setting<OcspCheck.Mode> check = settings.get(Schema.OCSP_CHECK, name);
        OcspCheck.Mode mode = check.value();
        VerifyMode verify = settings.value(Schema.VERIFY, name);
        if (mode == null || verify == null) {
            return;
        }
        if (mode == OcspCheck.Mode.OFF) {
            ignored(settings.get(Schema.OCSP_RESPONDER, name), "has no effect with ocsp.check: off");
            ignored(settings.get(Schema.OCSP_TIMEOUT, name), "has no effect with ocsp.check: off");
        } else if (verify == VerifyMode.NONE) {
            withoutEffect(check);
        } else {
            answerInTime(name);
        }
    }

    private void stapling(String name) {
        Setting<Boolean> staple = settings.get(Schema.OCSP_STAPLE, name);
        if (!Boolean.TRUE.equals(staple.value())) {
            ignored(settings.get(Schema.OCSP_STAPLE_RESPONDER, name), "has no effect without ocsp.staple: true");
            ignored(settings.get(Schema.OCSP_STAPLE_CACHE, name), "has no effect without ocsp.staple: true");
        } else if (connecting.containsKey(name) && !listening.containsKey(name)) {
            ignored(staple, "has no effect: no relay listens with this profile");
        }
    }

    /** Else the handshake ends before the wait for an answer does, and soft would be hard. */
    private void answerInTime(String name) {
        Setting<Duration> timeout = settings.get(Schema.OCSP_TIMEOUT, name);
        Duration answer = timeout.value();
        Stream.of(listening, connecting)
                .flatMap(users -> users.getOrDefault(name, List.of()).stream())
                .filter(user -> !user.equals(ADMIN_SIDE))
                .forEach(relay -> {
                    Setting<Duration> handshake = settings.get(Schema.TIMEOUT_HANDSHAKE, relay);
                    Duration whole = handshake.value();
                    if (answer != null && whole != null && answer.compareTo(whole) >= 0) {
                        findings.warning(
                                timeout.path(),
                                timeout.origin(),
                                "isn't less than " + handshake.path() + ": a handshake ends before it",
                                "lower it, or raise timeouts.handshake of relay " + relay);
                    }
                });
    }

    /** Who wrote this believes that some are kept out. */
    private void withoutEffect(Setting<?> setting) {
        if (setting.isWritten() && findings.isClean(setting.path())) {
            findings.error(
                    setting.path(),
                    setting.origin(),
                    "keeps nobody out with verify: none, where no one proves who they are",
                    "set ca and verify: required, or remove it");
        }
    }

    private void negotiation(String name) {
        Setting<List<Protocol>> protocols = settings.get(Schema.PROTOCOLS, name);
        List<Protocol> versions = protocols.value();
        List<String> groups = settings.value(Schema.GROUPS, name);
        if (versions == null || groups == null) {
            return;
        }
        if (!versions.contains(Protocol.TLS_1_2)) {
            ignored(
                    settings.get(Schema.CIPHERS, name),
                    "has no effect: ciphers is for TLS 1.2, and protocols leaves it out");
        } else if (groups.stream().allMatch(group -> group.contains("MLKEM"))) {
            String path = settings.get(Schema.GROUPS, name).path();
            Origin origin = settings.get(Schema.GROUPS, name).origin();
            String message = "leaves nothing for TLS 1.2, which has no MLKEM groups";
            if (versions.size() == 1) {
                findings.error(path, origin, message, "add X25519, or allow TLSv1.3 in protocols");
            } else {
                findings.warning(path, origin, message, "add X25519, or set protocols: [TLSv1.3]");
            }
        }
    }

    private void session(String name) {
        Setting<Boolean> enabled = settings.get(Schema.SESSION_ENABLED, name);
        Setting<Boolean> tickets = settings.get(Schema.SESSION_TICKETS, name);
        if (enabled.value() == null || tickets.value() == null) {
            return;
        }
        if (!enabled.value()) {
            for (Key<?> key : List.of(
                    Schema.SESSION_CACHE_SIZE,
                    Schema.SESSION_TIMEOUT,
                    Schema.SESSION_TICKETS,
                    Schema.SESSION_TICKET_KEYS,
                    Schema.SESSION_TICKET_ROTATE)) {
                ignored(settings.get(key, name), "has no effect with session.enabled: false");
            }
        } else if (!tickets.value()) {
            ignored(settings.get(Schema.SESSION_TICKET_KEYS, name), "has no effect with session.tickets: false");
            ignored(settings.get(Schema.SESSION_TICKET_ROTATE, name), "has no effect with session.tickets: false");
            List<Protocol> versions = settings.value(Schema.PROTOCOLS, name);
            if (versions != null && versions.contains(Protocol.TLS_1_3)) {
                findings.warning(
                        tickets.path(),
                        tickets.origin(),
                        "means no resumption in TLS 1.3: BoringSSL keeps no TLS 1.3 sessions but in tickets",
                        "leave it out, or say session.enabled: false to have none in TLS 1.2 either");
            }
        } else if (settings.value(Schema.SESSION_TICKET_KEYS, name) != null) {
            ignored(
                    settings.get(Schema.SESSION_TICKET_ROTATE, name),
                    "has no effect: the keys in ticket-keys are rotated by sallyport ticket-keys rotate");
        }
    }

    private void use(String name) {
        boolean connects = connecting.containsKey(name);
        if (!connects && name.equals(admin) && List.of(ADMIN_SIDE).equals(listening.get(name))) {
            NOT_FOR_ADMIN.forEach(key -> ignored(
                    settings.get(key, name),
                    "has no effect: only the admin side uses this profile, and has TLS of Java's"));
        }
        if (connects && !listening.containsKey(name)) {
            ignored(
                    settings.get(Schema.SESSION_TICKET_KEYS, name),
                    "has no effect: no relay listens with this profile");
            ignored(
                    settings.get(Schema.SESSION_TICKET_ROTATE, name),
                    "has no effect: no relay listens with this profile");
        }
        if (!connects && !listening.containsKey(name)) {
            if (allReferencesAreGood()) {
                findings.warning(path(name), section(name), "is used by no relay", "remove it, or name it in a relay");
            }
        } else if (!connects) {
            ignored(settings.get(Schema.SERVER_NAME, name), "has no effect: no relay connects with this profile");
            ignored(settings.get(Schema.VERIFY_NAME, name), "has no effect: no relay connects with this profile");
        }
    }

    /** Else the profile may be the one that was meant by a misspelt reference. */
    private boolean allReferencesAreGood() {
        return !settings.relays().isEmpty()
                && findings.isClean(Schema.ADMIN_PROFILE.path(""))
                && settings.relays().stream()
                        .allMatch(relay -> findings.isClean(
                                        Schema.RELAYS + "." + Key.quoted(relay), Schema.LISTEN_PROFILE.path(relay))
                                && settings.routes(relay).stream()
                                        .allMatch(route ->
                                                findings.isClean(Part.path(route), RouteKeys.PROFILE.path(route)))
                                && settings.destinations(relay).stream()
                                        .allMatch(owner -> findings.isClean(Schema.CONNECT_PROFILE.path(owner))));
    }

    private void ignored(Setting<?> setting, String message) {
        if (setting.isWritten() && findings.isClean(setting.path())) {
            findings.warning(setting.path(), setting.origin(), message, "remove it");
        }
    }

    /** Set, or at least tried: a value that can't be read is a finding already. */
    private boolean isThere(Setting<?> setting) {
        return setting.isWritten() || !findings.isClean(setting.path());
    }

    private static void note(Map<String, List<String>> relays, String relay, Setting<String> reference) {
        String profile = reference.value();
        if (profile != null) {
            relays.computeIfAbsent(profile, name -> new ArrayList<>()).add(relay);
        }
    }

    private @Nullable Origin section(String name) {
        return settings.section(path(name));
    }

    private static String path(String name) {
        return Schema.PROFILES + "." + Key.quoted(name);
    }
}
