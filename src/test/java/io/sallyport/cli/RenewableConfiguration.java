package io.sallyport.cli;

import io.sallyport.TestPki;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.Credential;
import io.sallyport.pki.PemWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A relay {@code orders} from TLS to a plain upstream, whose certificate can be renewed. */
record RenewableConfiguration(Path directory) {

    static RenewableConfiguration to(int upstreamPort) {
        return of("""
                sallyport:
                  profiles:
                    edge: { cert: edge.crt, key: edge.key, ca: %s }
                  relays:
                    orders:
                      listen: { address: "127.0.0.1:0", profile: edge }
                      connect: { addresses: ["127.0.0.1:%d"] }
                  reload: { watch: false }
                  admin: { address: "127.0.0.1:0" }
                """.formatted(TestPki.trustedCa(), upstreamPort));
    }

    static RenewableConfiguration of(String yaml) {
        RenewableConfiguration made = new RenewableConfiguration(TestConfiguration.directoryWith(yaml));
        made.renew();
        return made;
    }

    /** Puts a new certificate and its key in place. */
    BigInteger renew() {
        Credential credential =
                TestPki.trustedRoot().issue(CertificateSpec.server("CN=server.test", "DNS:localhost", "IP:127.0.0.1"));
        write("edge.crt", PemWriter.text(credential.chain()));
        write("edge.key", PemWriter.text(credential.key()));
        return credential.leaf().getSerialNumber();
    }

    /** By rename. */
    void write(String name, String text) {
        try {
            Path draft = Files.writeString(directory.resolve(name + ".draft"), text);
            Files.move(draft, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String read(String name) {
        try {
            return Files.readString(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
