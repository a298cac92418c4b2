package io.sallyport.profile;

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
        Setting<StartTls> connect = settings.get(Schema.CONNECT_STARTTLS, relay);
        plain(listen, settings.get(Schema.LISTEN_PROFILE, relay), "listen");
        plain(connect, settings.get(Schema.CONNECT_PROFILE, relay), "connect");
        notYet(listen);
        notYet(connect);
        if (listen.value() != null && connect.value() != null && listen.value() != connect.value()) {
            findings.error(
                    connect.path(),
                    connect.origin(),
                    Quote.of(connect.text()) + " is another protocol than that of listen.starttls, "
                            + Quote.of(listen.text()) + ": one connection has one",
                    "write the same on both sides");
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

    /** What the server greets with goes into the proof of the client's password: both must see the same greeting. */
    private void notYet(Setting<StartTls> starttls) {
        if (starttls.value() == StartTls.MYSQL) {
            findings.error(
                    starttls.path(),
                    starttls.origin(),
                    "is mysql, which sallyport connect has, but no relay yet",
                    "let the client and the server do their own TLS, through a relay without profiles");
        }
    }
}
