package io.sallyport.profile;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Checks across the keys that say how a relay has its sockets. */
final class SocketChecks {

    private static final String REMOVE = "remove it";

    private final Settings settings;
    private final Findings findings;

    SocketChecks(Settings settings, Findings findings) {
        this.settings = settings;
        this.findings = findings;
    }

    void run(String relay) {
        Address listen = settings.value(Schema.LISTEN_ADDRESS, relay);
        if (listen != null) {
            listener(relay, listen);
        }
        for (String owner : settings.destinations(relay)) {
            Setting<List<Upstream>> addresses = settings.get(Schema.CONNECT_ADDRESSES, owner);
            if (addresses.value() != null) {
                List<Address> upstreams =
                        addresses.value().stream().map(Upstream::address).toList();
                source(owner, upstreams);
                unnamed(owner, addresses, upstreams);
            }
        }
    }

    private void listener(String relay, Address listen) {
        if (!listen.isUnix()) {
            String why = "the address is no unix socket";
            idle(SocketKeys.MODE, relay, why);
            idle(SocketKeys.OWNER, relay, why);
        } else if (settings.get(Schema.PROXY_ACCEPT, relay).isWritten()) {
            idle(Schema.PROXY_FROM, relay, "whoever may open the unix socket is trusted with the header");
        }
        if (!listen.isTcp()) {
            idle(SocketKeys.REUSE_PORT, relay, "the address is no TCP port");
        }
    }

    private void idle(Key<?> key, String owner, String why) {
        RelayChecks.idle(settings, findings, key, owner, why, REMOVE);
    }

    private void source(String owner, List<Address> upstreams) {
        Setting<InetAddress> source = settings.get(SocketKeys.SOURCE, owner);
        if (source.value() == null) {
            return;
        }
        if (upstreams.stream().allMatch(Address::isUnix)) {
            idle(SocketKeys.SOURCE, owner, "no upstream is reached by TCP");
            return;
        }
        boolean isIpv6 = source.value() instanceof Inet6Address;
        Predicate<String> isOther = isIpv6 ? Hosts::isIpv4 : Hosts::isIpv6;
        upstreams.stream()
                .filter(upstream -> upstream.isTcp() && isOther.test(upstream.host()))
                .findFirst()
                .ifPresent(upstream -> findings.error(
                        source.path(),
                        source.origin(),
                        Quote.of(source.text()) + " is " + (isIpv6 ? "IPv6" : "IPv4") + ", and from there " + upstream
                                + " can't be reached",
                        "give that upstream a relay of its own, or remove source"));
    }

    /** A path is nobody's name. */
    private void unnamed(String owner, Setting<List<Upstream>> addresses, List<Address> upstreams) {
        String profile = settings.value(Schema.CONNECT_PROFILE, owner);
        if (profile == null
                || !settings.profiles().contains(profile)
                || settings.value(Schema.VERIFY, profile) == VerifyMode.NONE) {
            return;
        }
        boolean isNamed = settings.get(Schema.CONNECT_SERVER_NAME, owner).isWritten()
                || settings.get(Schema.CONNECT_VERIFY_NAME, owner).isWritten()
                || Set.of(Schema.SERVER_NAME, Schema.VERIFY_NAME).stream()
                        .anyMatch(key -> settings.get(key, profile).isWritten());
        upstreams.stream()
                .filter(upstream -> upstream.isUnix() && !isNamed)
                .findFirst()
                .ifPresent(upstream -> findings.error(
                        addresses.path(),
                        addresses.origin(),
                        Quote.of(upstream.toString())
                                + " has no host name that its certificate could be checked against",
                        "set connect.server-name: broker.test"));
    }
}
