package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.relay.Upstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** 600 clients at a program that may have 256 open files: it neither spins nor floods its log, and serves them all. */
class DescriptorsIT {

    private static final int CLIENTS = 600;
    private static final String FAILURES = "sallyport_accept_failures_total{relay=\"orders\",}";

    @Test
    void whoFindsNoDescriptorWaitsUntilThereIsOne() throws Exception {
        List<Socket> waiting = new ArrayList<>();
        try (Upstream upstream = Upstream.echo();
                Program program = Program.startWithDescriptors(256, directory(upstream.port()), "run")) {
            int port = program.awaitPort("orders");
            Admin admin = Admin.of(program);
            program.awaitErr(
                    "the limit of open files allows fewer connections than limits.connections connections=\\d+");
            for (int i = 0; i < CLIENTS; i++) {
                Socket client = new Socket("127.0.0.1", port);
                client.getOutputStream().write(7);
                waiting.add(client);
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> admin.metric(FAILURES) >= 1);
            assertThat(admin.metric("sallyport_connections_active{relay=\"orders\",}"))
                    .isBetween(5.0, 125.0);

            hold(program, admin);

            // Each that has its echo makes room for another, until all have had it.
            while (!waiting.isEmpty()) {
                await().atMost(Duration.ofSeconds(20))
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> waiting.stream().anyMatch(DescriptorsIT::isServed));
                List<Socket> served =
                        waiting.stream().filter(DescriptorsIT::isServed).toList();
                for (Socket each : served) {
                    each.close();
                }
                waiting.removeAll(served);
            }
            await().until(() -> admin.metric("sallyport_connections_active{relay=\"orders\",}") == 0);
            assertThat(admin.metric(
                            "sallyport_upstream_up{relay=\"orders\",upstream=\"127.0.0.1:" + upstream.port() + "\",}"))
                    .isEqualTo(1);
            assertThat(program.err()).noneMatch(line -> line.contains("upstream not reached"));
        } finally {
            for (Socket client : waiting) {
                client.close();
            }
        }
    }

    /** While it lasts: counts of failures and of lines tell that nothing turns round and round. */
    private static void hold(Program program, Admin admin) throws IOException {
        int linesBefore = program.err().size();
        double failuresBefore = admin.metric(FAILURES);
        long cpuBefore = program.cpuTicks();
        long began = System.nanoTime();
        await().atMost(Duration.ofSeconds(20)).until(() -> admin.metric(FAILURES) >= failuresBefore + 3);
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds() + 1;
        assertThat(admin.metric(FAILURES) - failuresBefore).isLessThanOrEqualTo(seconds);
        assertThat(program.err().size() - linesBefore).isLessThanOrEqualTo((int) seconds);
        assertThat(admin.get("/q/health/ready").statusCode()).isEqualTo(200);
        // A spinning loop would have used a hundred ticks in each second.
        long ticks = program.cpuTicks() - cpuBefore;
        System.out.printf("descriptors: %d s without, %d ticks of 10 ms used%n", seconds, ticks);
        assertThat(ticks).isLessThan(100 * seconds / 2);
    }

    private static boolean isServed(Socket client) {
        try {
            return client.getInputStream().available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path directory(int upstreamPort) {
        return TestConfiguration.directoryWith("""
                sallyport:
                  relays:
                    orders:
                      listen: { address: "127.0.0.1:0" }
                      connect: { addresses: ["127.0.0.1:%d"] }
                  admin: { address: "127.0.0.1:0" }
                """.formatted(upstreamPort));
    }
}
