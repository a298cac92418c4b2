package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.relay.Upstream;
import java.math.BigInteger;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Many reloads with changed certificates under connections that move bytes: a few in every build, 500 with {@code -Psoak}.
 * Behaviours B4, J1 and M13.
 */
class ReloadSoakIT {

    /** A heap that is all there from the start, so that only other memory can grow. */
    static final Map<String, String> STEADY_HEAP = Map.of("JAVA_TOOL_OPTIONS", "-Xms64m -Xmx64m -XX:+AlwaysPreTouch");

    private static final int RELOADS = Integer.getInteger("soak.reloads", 20);
    private static final int WARM = 100;
    private static final int MOVING = 10;
    private static final int HANDSHAKES = 20;
    private static final String CONTEXTS = "sallyport_native_contexts";

    @Test
    void noByteIsLostAndNothingIsLeftBehind() throws Exception {
        try (Upstream upstream = Upstream.echo()) {
            RenewableConfiguration configuration = RenewableConfiguration.to(upstream.port());
            try (Program program = Program.start(configuration.directory(), STEADY_HEAP, "run")) {
                int port = program.awaitPort("orders");
                Admin admin = Admin.of(program);
                assertThat(admin.metric(CONTEXTS)).isEqualTo(1);
                Traffic traffic = Traffic.start(upstream, port, MOVING);
                long warm = 0;
                long warmDescriptors = 0;
                for (int i = 1; i <= RELOADS; i++) {
                    BigInteger renewed = configuration.renew();
                    assertThat(admin.post("/api/reload").body()).contains("\"result\":\"applied\"");
                    for (int j = 0; j < HANDSHAKES; j++) {
                        assertThat(Traffic.serialShown(port)).isEqualTo(renewed);
                    }
                    if (i == WARM) {
                        warm = program.residentKib();
                        warmDescriptors = program.descriptors();
                    }
                }
                long moved = traffic.stop();
                await().untilAsserted(() -> assertThat(admin.metric(CONTEXTS)).isEqualTo(1));
                assertThat(admin.metric("sallyport_native_connections")).isZero();
                long resident = program.residentKib();
                System.out.printf(
                        "soak: reloads=%d handshakes=%d bytes_moved=%d rss_kib_after_100=%d rss_kib_at_end=%d%n",
                        RELOADS, RELOADS * HANDSHAKES, moved, warm, resident);
                if (RELOADS > WARM) {
                    assertThat(resident).isLessThan(warm + 8 * 1024);
                    assertThat(program.descriptors()).isLessThanOrEqualTo(warmDescriptors);
                }
            }
        }
    }
}
