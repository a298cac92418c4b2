package io.sallyport.gateway;

import io.sallyport.fault.Mistake;
import io.sallyport.profile.Address;
import io.sallyport.profile.Configuration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Whether what a configuration listens on can be had now. Each address is bound for a moment; nobody who knocks then is answered. */
public final class PortChecks {

    private PortChecks() {}

    /** A warning for each address that can't be had. It can't be told whether that is this very gateway, running already. */
    public static List<Mistake> of(Configuration configuration) {
        List<Mistake> mistakes = new ArrayList<>();
        configuration
                .relays()
                .values()
                .forEach(relay -> check(
                        "sallyport.relays." + relay.name() + ".listen.address",
                        relay.listen().address(),
                        mistakes));
        check("sallyport.admin.address", configuration.admin().address(), mistakes);
        return mistakes;
    }

    private static void check(String key, Address address, List<Mistake> mistakes) {
        if (address.port() == 0) {
            return; // The system will choose a free one.
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true); // As a relay does: what lingers of a former listener is no hindrance.
            probe.bind(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()), 1);
        } catch (IOException e) {
            mistakes.add(BindFailure.warning(key, address, e));
        }
    }
}
