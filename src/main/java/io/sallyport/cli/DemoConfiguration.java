package io.sallyport.cli;

import io.sallyport.gateway.AdminAccess;
import io.sallyport.profile.Address;
import io.sallyport.profile.Configuration;
import io.sallyport.profile.ConfigurationLoader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The demo's configuration: a file as an operator would write it, loaded as {@code run} would load it. */
final class DemoConfiguration {

    /** Clients prove themselves here; the upstream gets plain bytes. */
    static final String IN = "tls-to-plain";

    /** Plain bytes come in here, and leave with our certificate. */
    static final String OUT = "plain-to-tls";

    /** The system chooses the port. */
    static final AdminAccess ADMIN = AdminAccess.open(new Configuration.Admin(new Address("127.0.0.1", 0)));

    private static final String TEXT = """
            # Written by: sallyport demo
            sallyport:
              profiles:
                edge:                        # what clients meet
                  cert: %1$s/server.crt
                  key: %1$s/server.key
                  ca: %1$s/ca.crt
                  verify: required
                  depth: 1
                broker:                      # what the gateway shows where it connects
                  cert: %1$s/client.crt
                  key: %1$s/client.key
                  ca: %1$s/ca.crt
              relays:
                %2$s:
                  listen: { address: "127.0.0.1:%4$d", profile: edge }
                  connect: { addresses: ["%6$s"] }
                %3$s:
                  listen: { address: "127.0.0.1:%5$d" }
                  connect: { addresses: ["127.0.0.1:%4$d"], profile: broker }
              admin: { address: "127.0.0.1:0" }
            """;

    private DemoConfiguration() {}

    /** Writes it beside the certificates. */
    static Path write(Path directory, Address upstream) throws IOException {
        Path file = file(directory);
        // One relay connects to the other, so their ports must be known before either listens.
        Files.writeString(file, TEXT.formatted(directory, IN, OUT, freePort(), freePort(), upstream));
        return file;
    }

    static Path file(Path directory) {
        return directory.resolve("sallyport.yaml");
    }

    /** Loads it. What the environment says is meant for other configurations than this one. */
    static ConfigurationLoader loader(Path file) {
        return new ConfigurationLoader(file, Map.of(), Map.of());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
