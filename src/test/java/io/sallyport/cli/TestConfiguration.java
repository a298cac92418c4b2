package io.sallyport.cli;

import io.sallyport.TestPki;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes configurations for tests of the packaged program. */
final class TestConfiguration {

    private TestConfiguration() {}

    /** A new directory with {@code config/sallyport.yaml}: a relay {@code orders} from TLS to a plain upstream. */
    static Path tlsToPlain(int upstreamPort) {
        return directoryWith("""
                sallyport:
                  profiles:
                    edge:
                      cert: %s
                      key: %s
                      ca: %s
                      verify: required
                      depth: 1
                      ciphers: "ECDHE+AESGCM"
                  relays:
                    orders:
                      listen: { address: "127.0.0.1:0", profile: edge }
                      connect: { addresses: ["127.0.0.1:%d"] }
                  drain: { deadline: 100ms }
                  admin: { address: "127.0.0.1:0" }
                """.formatted(
                TestPki.SERVER_TRUSTED.cert(), TestPki.SERVER_TRUSTED.key(), TestPki.trustedCa(), upstreamPort));
    }

    /** A new directory with this text as {@code config/sallyport.yaml}. */
    static Path directoryWith(String yaml) {
        try {
            Path directory = TestPki.temporaryDirectory("run");
            Files.createDirectory(directory.resolve("config"));
            Files.writeString(directory.resolve("config/sallyport.yaml"), yaml);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
