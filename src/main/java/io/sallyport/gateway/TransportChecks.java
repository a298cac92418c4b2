package io.sallyport.gateway;

import io.sallyport.fault.Mistake;
import io.sallyport.profile.Address;
import io.sallyport.profile.Binding;
import io.sallyport.profile.Relay;
import io.sallyport.relay.NativeTransport;
import java.util.ArrayList;
import java.util.List;

/** Whether a relay wants sockets that this system, or what of Netty is there, doesn't have. */
final class TransportChecks {

    private TransportChecks() {}

    static List<Mistake> of(Relay relay) {
        String key = "sallyport.relays." + relay.name() + ".";
        Address listen = relay.listen().address();
        List<Mistake> mistakes = new ArrayList<>();
        if (!listen.isTcp()) {
            demand(key + "listen.address", listen.toString(), mistakes);
        }
        if (relay.listen().binding().port() == Binding.Sharing.SHARED) {
            demand(key + "listen.reuse-port", "true", mistakes);
        }
        relay.ways()
                .forEach((way, connect) -> connect.addresses().stream()
                        .filter(Address::isUnix)
                        .forEach(upstream -> demand(key + way + ".addresses", upstream.toString(), mistakes)));
        return mistakes;
    }

    private static void demand(String key, String value, List<Mistake> mistakes) {
        NativeTransport.absence()
                .ifPresent(reason -> mistakes.add(Mistake.error(
                        key,
                        null,
                        "'" + value + "' can't be had here: " + reason,
                        "use a TCP address, or run it on Linux")));
    }
}
