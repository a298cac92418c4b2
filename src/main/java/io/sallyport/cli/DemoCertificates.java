package io.sallyport.cli;

import io.sallyport.pki.CertificateAuthority;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.Credential;
import io.sallyport.pki.PemWriter;
import io.sallyport.profile.Profile.OwnCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The demo's certificates: a CA, and a server and a client that it issued. They are worth nothing outside it: the CA's
 * key is never written.
 *
 * @param directory holds {@code ca.crt}, and {@code server} and {@code client} as {@code .crt} and {@code .key}
 */
record DemoCertificates(Path directory, X509Certificate ca, Credential server, Credential client) {

    private static final Duration LIFE = Duration.ofDays(90);

    /** Makes them, and writes them as files. */
    static DemoCertificates create(Path directory) throws IOException {
        Instant now = Instant.now();
        Instant end = now.plus(LIFE);
        CertificateAuthority ca = CertificateAuthority.root(
                CertificateSpec.ca("CN=Sallyport demo CA").withValidity(now, end));
        Credential server = ca.issue(
                CertificateSpec.server("CN=server.demo.test", "DNS:localhost", "IP:127.0.0.1", "DNS:server.demo.test")
                        .withValidity(now, end));
        Credential client = ca.issue(CertificateSpec.client("CN=client.demo.test", "URI:spiffe://demo.test/client")
                .withValidity(now, end));
        DemoCertificates made = new DemoCertificates(directory, ca.certificate(), server, client);
        made.write();
        return made;
    }

    private void write() throws IOException {
        Files.createDirectories(directory);
        PemWriter.writeChain(caFile(), List.of(ca));
        PemWriter.writeChain(serverFiles().cert(), server.chain());
        PemWriter.writeKey(serverFiles().key(), server.key());
        PemWriter.writeChain(clientFiles().cert(), client.chain());
        PemWriter.writeKey(clientFiles().key(), client.key());
    }

    Path caFile() {
        return directory.resolve("ca.crt");
    }

    OwnCertificate serverFiles() {
        return files("server");
    }

    OwnCertificate clientFiles() {
        return files("client");
    }

    private OwnCertificate files(String name) {
        return new OwnCertificate(directory.resolve(name + ".crt"), directory.resolve(name + ".key"), null);
    }

    List<Path> all() {
        return List.of(
                caFile(),
                serverFiles().cert(),
                serverFiles().key(),
                clientFiles().cert(),
                clientFiles().key());
    }

    /** Deletes the directory of a demo that was not told to keep it. */
    void delete() throws IOException {
        for (Path file : all()) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(DemoConfiguration.file(directory));
        Files.deleteIfExists(directory);
    }
}
