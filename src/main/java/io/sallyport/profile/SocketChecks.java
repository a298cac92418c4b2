package io.sallyport.profile;

import java.util.List;

/** Checks across the keys that say how a relay has its sockets. */
final class SocketChecks {

    private final Settings settings;
    private final Findings findings;

    SocketChecks(Settings settings, Findings findings) {
        this.settings = settings;
        this.findings = findings;
    }

    void run(String relay) {
        Address listen = settings.value(Schema.LISTEN_ADDRESS, relay);
        if (listen != null && listen.kind() != Address.Kind.UNIX) {
            String why = "the address is no unix socket";
            RelayChecks.idle(settings, findings, SocketKeys.MODE, relay, why, "remove it");
            RelayChecks.idle(settings, findings, SocketKeys.OWNER, relay, why, "remove it");
        }
        if (listen != null && !listen.isTcp()) {
            RelayChecks.idle(
                    settings, findings, SocketKeys.REUSE_PORT, relay, "the address is no TCP port", "remove it");
        }
        settings.destinations(relay).forEach(this::source);
    }

    private void source(String owner) {
        List<Upstream> upstreams = settings.value(Schema.CONNECT_ADDRESSES, owner);
        if (upstreams != null
                && upstreams.stream().noneMatch(upstream -> upstream.address().isTcp())) {
            RelayChecks.idle(
                    settings, findings, SocketKeys.SOURCE, owner, "no upstream is reached by TCP", "remove it");
        }
    }
}
