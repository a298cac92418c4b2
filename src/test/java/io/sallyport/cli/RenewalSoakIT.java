package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.Credential;
import io.sallyport.pki.PemWriter;
import io.sallyport.relay.Upstream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Certificates are renewed as certbot and Kubernetes do it, under connections that move bytes, and the running program
 * takes them up by itself: a few times in every build, 100 times with {@code -Psoak}.
 */
class RenewalSoakIT {

    private static final int RENEWALS = Integer.getInteger("soak.renewals", 3);
    private static final int WARM = 50;
    private static final int MOVING = 20;

    /** Who puts new files in place. */
    enum Renewer {
        /** One link for each file, changed one after the other. */
        CERTBOT("live/edge/fullchain.pem", "live/edge/privkey.pem") {
            @Override
            void renew(Path directory, int number, Credential credential) throws IOException {
                Path archive = Files.createDirectories(directory.resolve("archive/edge"));
                Path live = Files.createDirectories(directory.resolve("live/edge"));
                write(archive.resolve("privkey" + number + ".pem"), PemWriter.text(credential.key()));
                write(archive.resolve("fullchain" + number + ".pem"), PemWriter.text(credential.chain()));
                link(live.resolve("privkey.pem"), Path.of("../../archive/edge/privkey" + number + ".pem"));
                link(live.resolve("fullchain.pem"), Path.of("../../archive/edge/fullchain" + number + ".pem"));
            }
        },
        /** One link for the directory that holds both; the old one is removed. */
        KUBERNETES("secret/tls.crt", "secret/tls.key") {
            @Override
            void renew(Path directory, int number, Credential credential) throws IOException {
                Path mount = Files.createDirectories(directory.resolve("secret"));
                Path data = Files.createDirectory(mount.resolve("..2026_" + number));
                write(data.resolve("tls.crt"), PemWriter.text(credential.chain()));
                write(data.resolve("tls.key"), PemWriter.text(credential.key()));
                link(mount.resolve("..data"), data.getFileName());
                if (number == 0) {
                    link(mount.resolve("tls.crt"), Path.of("..data/tls.crt"));
                    link(mount.resolve("tls.key"), Path.of("..data/tls.key"));
                } else {
                    Path old = mount.resolve("..2026_" + (number - 1));
                    Files.delete(old.resolve("tls.crt"));
                    Files.delete(old.resolve("tls.key"));
                    Files.delete(old);
                }
            }
        };

        private final String cert;
        private final String key;

        Renewer(String cert, String key) {
            this.cert = cert;
            this.key = key;
        }

        abstract void renew(Path directory, int number, Credential credential) throws IOException;

        private static void write(Path file, String text) throws IOException {
            Files.writeString(file, text);
        }

        private static void link(Path link, Path target) throws IOException {
            Path draft = Files.createSymbolicLink(link.resolveSibling(link.getFileName() + "_tmp"), target);
            Files.move(draft, link, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static Credential credential() {
        return TestPki.trustedRoot().issue(CertificateSpec.server("CN=server.test", "DNS:localhost", "IP:127.0.0.1"));
    }

    private static Path directory(Renewer renewer, int upstreamPort) throws IOException {
        Path directory = TestConfiguration.directoryWith(
                """
                sallyport:
                  profiles:
                    edge: { cert: %s, key: %s, ca: %s }
                  relays:
                    orders:
                      listen: { address: "127.0.0.1:0", profile: edge }
                      connect: { addresses: ["127.0.0.1:%d"] }
                  reload: { interval: 50ms }
                  admin: { address: "127.0.0.1:0" }
                """.formatted(renewer.cert, renewer.key, TestPki.trustedCa(), upstreamPort));
        renewer.renew(directory, 0, credential());
        return directory;
    }

    @ParameterizedTest
    @EnumSource
    void everyRenewalIsNoticedAndNothingIsLost(Renewer renewer) throws Exception {
        try (Upstream upstream = Upstream.echo()) {
            Path directory = directory(renewer, upstream.port());
            try (Program program = Program.start(directory, ReloadSoakIT.STEADY_HEAP, "run")) {
                int port = program.awaitPort("orders");
                Admin admin = Admin.of(program);
                Traffic traffic = Traffic.start(upstream, port, MOVING);
                long warm = 0;
                long warmDescriptors = 0;
                for (int i = 1; i <= RENEWALS; i++) {
                    Credential renewed = credential();
                    renewer.renew(directory, i, renewed);
                    BigInteger serial = renewed.leaf().getSerialNumber();
                    // A handshake that fails meanwhile ends the test.
                    await().atMost(Duration.ofSeconds(30))
                            .pollInterval(Duration.ofMillis(20))
                            .until(() -> Traffic.serialShown(port).equals(serial));
                    if (i == Math.min(WARM, RENEWALS)) {
                        warm = program.residentKib();
                        warmDescriptors = program.descriptors();
                    }
                }
                long resident = program.residentKib();
                long descriptors = program.descriptors();
                long moved = traffic.stop();
                double refused = admin.metric("sallyport_reloads_total{result=\"refused\",}");
                System.out.printf(
                        "soak: renewer=%s renewals=%d bytes_moved=%d reloads_refused=%.0f descriptors_warm=%d"
                                + " descriptors_at_end=%d rss_kib_warm=%d rss_kib_at_end=%d%n",
                        renewer, RENEWALS, moved, refused, warmDescriptors, descriptors, warm, resident);
                assertThat(admin.metric("sallyport_reloads_total{result=\"applied\",}"))
                        .isEqualTo(RENEWALS);
                assertThat(program.err()).noneMatch(line -> line.contains("handshake refused"));
                // A handshake or an admin request may have just come or gone.
                assertThat(descriptors).isLessThanOrEqualTo(warmDescriptors + 4);
                if (RENEWALS > WARM) {
                    assertThat(resident).isLessThan(warm + 8 * 1024);
                }
                await().untilAsserted(() ->
                        assertThat(admin.metric("sallyport_native_contexts")).isEqualTo(1));
            }
        }
    }
}
