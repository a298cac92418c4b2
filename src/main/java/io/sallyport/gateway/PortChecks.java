package io.sallyport.gateway;

import io.sallyport.fault.Mistake;
import io.sallyport.profile.Address;
import io.sallyport.profile.Binding;
import io.sallyport.profile.Configuration;
import io.sallyport.profile.Relay;
import io.sallyport.relay.UnixSocketFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the sockets that a configuration wants can be had now. Each TCP address is bound for a moment, and nobody who knocks
 * then is answered; of unix sockets only the file is looked at. What systemd would hand over can't be known.
 */
public final class PortChecks {

    private PortChecks() {}

    /** A warning for each address that can't be had. It can't be told whether that is this very gateway, running already. */
    public static List<Mistake> of(Configuration configuration) {
        List<Mistake> mistakes = new ArrayList<>();
        configuration.relays().values().forEach(relay -> check(relay, mistakes));
        check("sallyport.admin.address", configuration.admin().address(), Binding.DEFAULT, mistakes);
        return mistakes;
    }

    private static void check(Relay relay, List<Mistake> mistakes) {
        String key = "sallyport.relays." + relay.name() + ".";
        check(key + "listen.address", relay.listen().address(), relay.listen().binding(), mistakes);
        relay.ways().forEach((way, connect) -> {
            InetAddress source = connect.source();
            if (source != null) {
                source(key + way + ".source", source, mistakes);
            }
        });
    }

    private static void check(String key, Address address, Binding binding, List<Mistake> mistakes) {
        try {
            if (address.isUnix()) {
                UnixSocketFile.look(address.path(), binding);
            } else if (address.port() != 0) { // Else the system will choose a free one.
                bind(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()), binding.port());
            }
        } catch (IOException e) {
            mistakes.add(BindFailure.warning(key, address, e));
        }
    }

    private static void bind(InetSocketAddress address, Binding.Sharing sharing) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true); // As a relay does: what lingers of a former listener is no hindrance.
            if (sharing == Binding.Sharing.SHARED) {
                probe.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            probe.bind(address, 1);
        }
    }

    private static void source(String key, InetAddress source, List<Mistake> mistakes) {
        try {
            bind(new InetSocketAddress(source, 0), Binding.Sharing.EXCLUSIVE);
        } catch (IOException e) {
            mistakes.add(Mistake.warning(
                    key,
                    null,
                    source.getHostAddress() + " is no address of this machine, so no connection can come from it",
                    "take one of `ip address`, or remove it"));
        }
    }
}
