package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.peer.OpenSsl;
import io.sallyport.pki.Credential;
import io.sallyport.pki.PemWriter;
import io.sallyport.tls.TlsSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code openssl s_client}, which keeps its sessions in files. */
final class SessionClient {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final RelayRig rig;
    private final Path directory;
    private final Path files;
    private final Credential credential;

    /**
     * @param directory of the session files, and of those of the credential
     * @param credential what it shows
     */
    SessionClient(RelayRig rig, Path directory, Credential credential) throws IOException {
        this.rig = rig;
        this.directory = directory;
        this.files = Files.createTempDirectory(directory, "client");
        this.credential = credential;
        PemWriter.writeChain(cert(), credential.chain().subList(0, 1));
        PemWriter.writeKey(files.resolve("client.key"), credential.key());
        if (hasIntermediates()) {
            PemWriter.writeChain(
                    intermediates(),
                    credential.chain().subList(1, credential.chain().size()));
        }
    }

    private boolean hasIntermediates() {
        return credential.chain().size() > 1;
    }

    private Path cert() {
        return files.resolve("client.crt");
    }

    private Path intermediates() {
        return files.resolve("client-chain.crt");
    }

    /** Starts it with the session in the file {@code in}; sessions that it is given go to {@code out}. */
    OpenSsl start(int port, String version, @Nullable String in, @Nullable String out) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "s_client",
                "-connect",
                "127.0.0.1:" + port,
                "-cert",
                cert().toString(),
                "-key",
                files.resolve("client.key").toString(),
                "-CAfile",
                TestPki.trustedCa().toString(),
                version));
        if (hasIntermediates()) {
            arguments.addAll(List.of("-cert_chain", intermediates().toString()));
        }
        if (in != null) {
            arguments.addAll(List.of("-sess_in", directory.resolve(in).toString()));
        }
        if (out != null) {
            arguments.addAll(List.of("-sess_out", directory.resolve(out).toString()));
        }
        return OpenSsl.start(arguments.toArray(String[]::new));
    }

    /** One connection that is echoed; gives what the relay says of it, once the client has said the same. */
    TlsSession connect(int port, String version, @Nullable String in, @Nullable String out) throws Exception {
        int before = rig.events.serverSessions.size();
        try (OpenSsl client = start(port, version, in, out)) {
            // The echo comes behind the tickets.
            client.type("tell me this again\n");
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(client.output()).contains("tell me this again"));
            client.endInput();
            String said = client.awaitEnd();
            TlsSession session = rig.events.serverSessions.get(before);
            assertThat(said).contains(session.resumed() ? "Reused, TLSv1" : "New, TLSv1");
            return session;
        }
    }

    /** One connection that is turned down; gives what the client said. */
    String refused(int port, String version, @Nullable String in) throws Exception {
        int before = rig.events.refusals.size();
        try (OpenSsl client = start(port, version, in, null)) {
            client.type("let me in\n");
            rig.events.awaitRefusal(before + 1);
            return client.awaitEnd();
        }
    }
}
