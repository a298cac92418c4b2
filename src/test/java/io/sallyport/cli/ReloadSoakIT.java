package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.relay.Upstream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

/**
 * Many reloads with changed certificates under connections that move bytes: a few in every build, 500 with {@code -Psoak}.
 * Behaviours B4, J1 and M13.
 */
class ReloadSoakIT {

    private static final int RELOADS = Integer.getInteger("soak.reloads", 20);
    private static final int WARM = 100;
    private static final int MOVING = 10;
    private static final int HANDSHAKES = 20;
    private static final String CONTEXTS = "sallyport_native_contexts";

    private final SSLContext client = TestTls.context(TestPki.CLIENT_TRUSTED);
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicLong moved = new AtomicLong();

    private void move(int port, String version) throws IOException {
        Random random = new Random(port);
        byte[] block = new byte[16 * 1024];
        try (TlsPeer peer = TlsPeer.connect(port, client, version, null)) {
            while (!done.get()) {
                random.nextBytes(block);
                peer.write(block);
                assertThat(peer.readExactly(block.length)).isEqualTo(block);
                moved.addAndGet(block.length);
                // Steady traffic, and no race for the processor.
                LockSupport.parkNanos(1_000_000);
            }
            peer.end();
            assertThat(peer.readAll().bytes()).isZero();
        }
    }

    private BigInteger serialShown(int port) throws IOException {
        try (TlsPeer peer = TlsPeer.connect(port, client, "TLSv1.3", null)) {
            return ((X509Certificate) peer.engine().getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }

    @Test
    void noByteIsLostAndNothingIsLeftBehind() throws Exception {
        try (Upstream upstream = Upstream.echo()) {
            RenewableConfiguration configuration = RenewableConfiguration.to(upstream.port());
            // A heap that is all there from the start, so that only other memory can grow.
            Map<String, String> heap = Map.of("JAVA_TOOL_OPTIONS", "-Xms64m -Xmx64m -XX:+AlwaysPreTouch");
            try (Program program = Program.start(configuration.directory(), heap, "run")) {
                int port =
                        Integer.parseInt(program.awaitErr("relay listens relay=orders address=127\\.0\\.0\\.1:(\\d+)")
                                .group(1));
                Admin admin = Admin.of(program);
                assertThat(admin.metric(CONTEXTS)).isEqualTo(1);
                List<CompletableFuture<Void>> moving = new ArrayList<>();
                for (int i = 0; i < MOVING; i++) {
                    String version = i % 2 == 0 ? "TLSv1.2" : "TLSv1.3";
                    moving.add(upstream.async(() -> {
                        move(port, version);
                        return null;
                    }));
                }
                await().until(() -> moved.get() > 0);
                long warm = 0;
                long warmDescriptors = 0;
                for (int i = 1; i <= RELOADS; i++) {
                    BigInteger renewed = configuration.renew();
                    assertThat(admin.post("/api/reload").body()).contains("\"result\":\"applied\"");
                    for (int j = 0; j < HANDSHAKES; j++) {
                        assertThat(serialShown(port)).isEqualTo(renewed);
                    }
                    if (i == WARM) {
                        warm = residentKib(program);
                        warmDescriptors = descriptors(program);
                    }
                }
                done.set(true);
                for (CompletableFuture<Void> each : moving) {
                    each.get();
                }
                await().untilAsserted(() -> assertThat(admin.metric(CONTEXTS)).isEqualTo(1));
                assertThat(admin.metric("sallyport_native_connections")).isZero();
                long resident = residentKib(program);
                System.out.printf(
                        "soak: reloads=%d handshakes=%d bytes_moved=%d rss_kib_after_100=%d rss_kib_at_end=%d%n",
                        RELOADS, RELOADS * HANDSHAKES, moved.get(), warm, resident);
                if (RELOADS > WARM) {
                    assertThat(resident).isLessThan(warm + 8 * 1024);
                    assertThat(descriptors(program)).isLessThanOrEqualTo(warmDescriptors);
                }
            }
        }
    }

    private static long residentKib(Program program) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + program.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private static long descriptors(Program program) throws IOException {
        try (var entries = Files.list(Path.of("/proc/" + program.pid() + "/fd"))) {
            return entries.count();
        }
    }
}
