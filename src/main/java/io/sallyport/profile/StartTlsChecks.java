package io.sallyport.profile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks across the keys that say in which protocol TLS is asked for. */
final class StartTlsChecks {

    private final Settings settings;
    private final Findings findings;

    StartTlsChecks(Settings settings, Findings findings) {
        this.settings = settings;
        this.findings = findings;
    }

    void run(String relay) {
        Setting<StartTls> listen = settings.get(Schema.LISTEN_STARTTLS, relay);
        plain(listen, settings.get(Schema.LISTEN_PROFILE, relay), "listen");
        if (listen.value() == StartTls.MYSQL) {
            greetedByUpstream(relay);
        }
        settings.destinations(relay).forEach(owner -> destination(listen, owner));
        settings.routes(relay).forEach(route -> passedThrough(listen, settings.get(RouteKeys.PASSTHROUGH, route)));
    }

    private void destination(Setting<StartTls> listen, String owner) {
        Setting<StartTls> connect = settings.get(Schema.CONNECT_STARTTLS, owner);
        plain(connect, settings.get(Schema.CONNECT_PROFILE, owner), "connect");
        if (listen.value() != null && connect.value() != null && listen.value() != connect.value()) {
            findings.error(
                    connect.path(),
                    connect.origin(),
                    Quote.of(connect.text()) + " is another protocol than that of listen.starttls, "
                            + Quote.of(listen.text()) + ": one connection has one",
                    "write the same on both sides");
        }
    }

    private void passedThrough(Setting<StartTls> listen, Setting<Boolean> passthrough) {
        if (listen.isWritten() && Boolean.TRUE.equals(passthrough.value())) {
            findings.error(
                    passthrough.path(),
                    passthrough.origin(),
                    "can't be together with listen.starttls: TLS is asked for here, and the upstream would be asked again",
                    "remove one of the two");
        }
    }

    private void plain(Setting<StartTls> starttls, Setting<String> profile, String side) {
        if (starttls.isWritten() && !profile.isWritten() && findings.isClean(profile.path())) {
            findings.error(
                    starttls.path(),
                    starttls.origin(),
                    "would do nothing: " + side + " has no profile, so it is plain TCP",
                    "set " + side + ".profile, or remove it");
        }
    }

    /**
     * A client of MySQL is greeted by its upstream before it asks for TLS. So nothing that is only known of it in TLS can say
     * which upstream that is, or what it is told.
     */
    private void greetedByUpstream(String relay) {
        for (String owner : settings.destinations(relay)) {
            if (!owner.equals(relay)) {
                String path = Part.path(owner) + ".connect";
                tooLate(path, settings.section(path), "the upstream is chosen", "remove it, or use a relay of its own");
            }
        }
        Setting<?> hold = settings.get(Schema.UNVERIFIED_HOLD, relay);
        if (hold.isWritten()) {
            findings.error(
                    hold.path(),
                    hold.origin(),
                    "can't be with listen.starttls: mysql: the upstream would be kept waiting too",
                    "remove it");
        }
        Setting<Balancing.Method> balance = settings.get(Schema.BALANCE, relay);
        if (balance.value() == Balancing.Method.HASH_IDENTITY) {
            tooLate(balance.path(), balance.origin(), "the upstream is chosen", "use hash-address");
        }
        for (Key<Boolean> key : List.of(Schema.PROXY_TLS, Schema.PROXY_CERTIFICATE)) {
            Setting<Boolean> detail = settings.get(key, relay);
            if (Boolean.TRUE.equals(detail.value())) {
                tooLate(detail.path(), detail.origin(), "the PROXY header is sent", "remove it");
            }
        }
    }

    private void tooLate(String path, @Nullable Origin origin, String step, String hint) {
        findings.error(
                path, origin, "can't be with listen.starttls: mysql: " + step + " before the client begins TLS", hint);
    }
}
