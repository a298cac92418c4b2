package io.sallyport.cli;

import io.sallyport.profile.Address;
import io.sallyport.profile.Configuration;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Protocol;
import io.sallyport.profile.Relay;
import io.sallyport.profile.VerifyMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The demo's configuration, made in code: what an operator would write as YAML. */
final class DemoConfiguration {

    /** Clients prove themselves here; the upstream gets plain bytes. */
    static final String IN = "tls-to-plain";

    /** Plain bytes come in here, and leave with our certificate. */
    static final String OUT = "plain-to-tls";

    /** Of the system's choice. */
    private static final Address ANY_PORT = new Address("127.0.0.1", 0);

    /** Where health, metrics and the API are served. */
    static final Address ADMIN = ANY_PORT;

    private DemoConfiguration() {}

    static Configuration create(DemoCertificates certificates, Address upstream) throws IOException {
        Map<String, Profile> profiles = new LinkedHashMap<>();
        profiles.put("edge", profile("edge", certificates, certificates.serverFiles()));
        profiles.put("broker", profile("broker", certificates, certificates.clientFiles()));

        Map<String, Relay> relays = new LinkedHashMap<>();
        Address between = new Address("127.0.0.1", freePort());
        relays.put(IN, relay(IN, between, "edge", upstream, null));
        relays.put(OUT, relay(OUT, ANY_PORT, null, between, "broker"));
        return new Configuration(profiles, relays, new Configuration.Admin(ANY_PORT));
    }

    private static Profile profile(String name, DemoCertificates certificates, Profile.OwnCertificate own) {
        return new Profile(
                name,
                own,
                new Profile.Trust(certificates.caFile().toString(), VerifyMode.REQUIRED, 1),
                new Profile.Negotiation(
                        Profile.DEFAULT_CIPHERS, List.of(Protocol.values()), Profile.DEFAULT_GROUPS, List.of()),
                PeerName.OF_ADDRESS);
    }

    private static Relay relay(
            String name,
            Address listen,
            @Nullable String listenProfile,
            Address connect,
            @Nullable String connectProfile) {
        return new Relay(
                name,
                new Relay.Listen(listen, listenProfile, false),
                new Relay.Connect(List.of(connect), connectProfile, PeerName.OF_ADDRESS),
                Relay.Timeouts.DEFAULT);
    }

    /** One relay connects to the other, so its port must be known before either listens. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
