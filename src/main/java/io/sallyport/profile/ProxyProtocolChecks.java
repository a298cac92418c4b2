package io.sallyport.profile;

/** Checks across the keys that say what PROXY headers a relay reads and sends. */
final class ProxyProtocolChecks {

    private static final String NOT_READ = "accept is not set, so no header is read";
    private static final String NOT_SENT = "send is not set, so no header is sent";
    private static final String NO_ROOM = "a header of version 1 has addresses only";
    private static final String USE_V2 = "set send: v2, or remove it";

    private final Settings settings;
    private final Findings findings;

    ProxyProtocolChecks(Settings settings, Findings findings) {
        this.settings = settings;
        this.findings = findings;
    }

    void accepted(String relay) {
        Setting<?> accept = settings.get(Schema.PROXY_ACCEPT, relay);
        Setting<?> from = settings.get(Schema.PROXY_FROM, relay);
        if (accept.isWritten()) {
            Address listen = settings.value(Schema.LISTEN_ADDRESS, relay);
            boolean isProtected = listen != null && listen.isUnix();
            if (!from.isWritten() && !isProtected && findings.isClean(from.path())) {
                findings.error(
                        from.path(),
                        accept.origin(),
                        "is missing, though accept is set: whoever sends a header could claim any address",
                        "name the networks of the proxies, such as from: " + Schema.PROXY_FROM.example());
            }
        } else if (findings.isClean(accept.path())) {
            RelayChecks.idle(settings, findings, Schema.PROXY_FROM, relay, NOT_READ, "set accept: any, or remove it");
            RelayChecks.idle(
                    settings, findings, Schema.PROXY_DEADLINE, relay, NOT_READ, "set accept: any, or remove it");
        }
    }

    /** @param relay or a part of one that says itself where connections go */
    void sent(String relay) {
        Setting<ProxyProtocol.Version> send = settings.get(Schema.PROXY_SEND, relay);
        if (!findings.isClean(send.path())) {
            return;
        }
        if (!send.isWritten()) {
            RelayChecks.idle(settings, findings, Schema.PROXY_TLS, relay, NOT_SENT, USE_V2);
            RelayChecks.idle(settings, findings, Schema.PROXY_CERTIFICATE, relay, NOT_SENT, USE_V2);
        } else if (send.value() == ProxyProtocol.Version.V1) {
            RelayChecks.idle(settings, findings, Schema.PROXY_TLS, relay, NO_ROOM, USE_V2);
            RelayChecks.idle(settings, findings, Schema.PROXY_CERTIFICATE, relay, NO_ROOM, USE_V2);
        }
    }
}
