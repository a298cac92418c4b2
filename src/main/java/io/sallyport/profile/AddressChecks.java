package io.sallyport.profile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks between the addresses of all relays and of the admin side. */
final class AddressChecks {

    /** A socket that this process will listen on. */
    private record Listener(String owner, Setting<Address> setting, Address address) {}

    private final Settings settings;
    private final Findings findings;
    /** By port: only those on the same one can clash. */
    private final Map<Integer, List<Listener>> listeners = new HashMap<>();

    AddressChecks(Settings settings, Findings findings) {
        this.settings = settings;
        this.findings = findings;
    }

    void run() {
        Setting<Address> admin = settings.get(Schema.ADMIN_ADDRESS, "");
        if (admin.value() != null) {
            add(new Listener("the admin side", admin, admin.value()));
        }
        for (String name : settings.relays()) {
            Setting<Address> listen = settings.get(Schema.LISTEN_ADDRESS, name);
            if (listen.value() != null) {
                clash(listen, listen.value());
                for (String destination : settings.destinations(name)) {
                    loop(destination, listen.value());
                }
                add(new Listener("relay " + name, listen, listen.value()));
            }
        }
    }

    private void add(Listener listener) {
        listeners
                .computeIfAbsent(listener.address().port(), port -> new ArrayList<>())
                .add(listener);
    }

    private void clash(Setting<Address> setting, Address address) {
        for (Listener other : listeners.getOrDefault(address.port(), List.of())) {
            if (address.overlaps(other.address())) {
                Setting<Address> taken = other.setting();
                String where = taken.isWritten() ? taken.origin().described() : "the default";
                String message = Quote.of(setting.text()) + " is taken by " + other.owner() + ", "
                        + Quote.of(taken.text()) + " (" + where + ")";
                findings.error(
                        setting.path(),
                        setting.origin(),
                        message,
                        address.isTcp() ? "give one of them another port" : "give one of them another address");
                return;
            }
        }
    }

    private void loop(String name, Address listen) {
        Setting<List<Upstream>> upstreams = settings.get(Schema.CONNECT_ADDRESSES, name);
        if (upstreams.value() != null
                && upstreams.value().stream().map(Upstream::address).anyMatch(listen::isMetBy)) {
            findings.warning(
                    upstreams.path(),
                    upstreams.origin(),
                    "has the address that this relay listens on: it would connect to itself",
                    "name another address, or another port");
        }
    }
}
