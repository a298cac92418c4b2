package io.sallyport.gateway;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sallyport.LeakWatch;
import io.sallyport.TestPki;
import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import io.sallyport.peer.TlsPeer;
import io.sallyport.pki.CertificateAuthority;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.Credential;
import io.sallyport.pki.PemWriter;
import io.sallyport.profile.Address;
import io.sallyport.profile.ConfigurationLoader;
import io.sallyport.relay.Upstream;
import io.sallyport.tls.NativeCounts;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A gateway with its configuration and certificates in a directory, where a test changes them; closing it proves that nothing native is left. */
final class ReloadRig implements AutoCloseable {

    /** Issues what the gateway shows, and is what its clients trust. */
    final CertificateAuthority ca = TestPki.trustedRoot();

    final Path directory = TestPki.temporaryDirectory("reload");
    final MeterRegistry registry = new SimpleMeterRegistry();
    final Upstream upstream;
    final Gateway gateway;
    final Reloader reloader;

    private final long contextsBefore = NativeCounts.contexts();
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));

    ReloadRig() throws IOException {
        upstream = Upstream.echo();
        gateway = new Gateway(vertx, registry);
        reloader = new Reloader(gateway, registry);
        write("ca.crt", PemWriter.text(List.of(ca.certificate())));
    }

    /**
     * One relay {@code orders} from TLS, with the profile {@code edge}, to the echo.
     *
     * @param more keys of the profile, such as {@code depth: 0}
     */
    String tlsToPlain(String... more) {
        return """
                sallyport:
                  profiles:
                    edge: { cert: %1$s/edge.crt, key: %1$s/edge.key, ca: %1$s/ca.crt%3$s }
                  relays:
                    orders:
                      listen: { address: "127.0.0.1:0", profile: edge }
                      connect: { addresses: ["127.0.0.1:%2$d"] }
                """.formatted(
                        directory,
                        upstream.port(),
                        Stream.of(more).map(key -> ", " + key).collect(joining()));
    }

    /** Writes a file as a careful program does: under another name, and then renamed. */
    void write(String name, String text) {
        try {
            Path draft = Files.writeString(directory.resolve(name + ".draft"), text);
            Files.move(draft, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Writes the configuration. Files aren't watched unless it says so: a test asks for each reload itself. */
    void configure(String yaml) {
        write("sallyport.yaml", yaml.contains("  reload:") ? yaml : yaml + "  reload: { watch: false }\n");
    }

    Credential server() {
        return ca.issue(CertificateSpec.server("CN=server.test", "DNS:localhost", "IP:127.0.0.1"));
    }

    /** Puts a new certificate and its key in place. */
    X509Certificate renew(String profile) {
        Credential credential = server();
        write(profile + ".crt", PemWriter.text(credential.chain()));
        write(profile + ".key", PemWriter.text(credential.key()));
        return credential.leaf();
    }

    void start() throws MistakesException {
        ConfigurationLoader loader = new ConfigurationLoader(directory.resolve("sallyport.yaml"), Map.of(), Map.of());
        reloader.start(loader, Blueprint.of(loader.load()));
    }

    Reload reload() {
        return reloader.reload(Reload.Trigger.API);
    }

    /** What a reload says that must be refused. */
    List<Mistake> refusal() {
        Reload reload = reload();
        assertThat(reload.result()).isEqualTo(Reload.Result.REFUSED);
        return reload.mistakes();
    }

    /** What runs. */
    Blueprint blueprint() {
        return Objects.requireNonNull(gateway.blueprint());
    }

    double count(Reload.Result result) {
        return registry.get("sallyport.reloads")
                .tag("result", result.code())
                .counter()
                .count();
    }

    /** What the metrics say of the configuration. */
    boolean isCurrent() {
        return registry.get("sallyport.configuration.current").gauge().value() == 1;
    }

    int port(String relay) {
        return gateway.relays().stream()
                .filter(status -> status.name().equals(relay))
                .map(RelayStatus::listening)
                .filter(Objects::nonNull)
                .mapToInt(Address::port)
                .findFirst()
                .orElseThrow();
    }

    TlsPeer connect(String relay, SSLContext tls, String version) throws IOException {
        return TlsPeer.connect(port(relay), tls, version, null);
    }

    /** Whether the gateway resumed a session that a client of {@code orders} offered to it. */
    boolean resumes(SSLContext client, String version) throws IOException {
        try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", port("orders"))) {
            socket.setEnabledProtocols(new String[] {version});
            socket.getOutputStream().write(7);
            // With the answer come the tickets.
            assertThat(socket.getInputStream().read()).isEqualTo(7);
            return gateway.connections().page("orders", 0, 10).connections().stream()
                    .anyMatch(connection -> connection.clientSession() != null
                            && connection.clientSession().resumed());
        }
    }

    /** The serial number of what a new client is shown. */
    BigInteger serialShown(String relay, SSLContext tls) throws IOException {
        try (TlsPeer client = connect(relay, tls, "TLSv1.3")) {
            return ((X509Certificate) client.engine().getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }

    void awaitContexts(long expected) {
        await().untilAsserted(() ->
                assertThat(NativeCounts.contexts() - contextsBefore).isEqualTo(expected));
    }

    @Override
    public void close() throws Exception {
        reloader.stop();
        gateway.stop();
        awaitContexts(0);
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        upstream.close();
        LeakWatch.assertNothingLeaked();
    }
}
