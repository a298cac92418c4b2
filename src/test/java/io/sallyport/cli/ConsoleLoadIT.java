package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.peer.Peer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.relay.Upstream;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the console costs: with a few connections and little traffic in every build, with ten thousand connections and gigabytes by
 * {@code -Psoak}, which prints what docs/performance.md says.
 */
class ConsoleLoadIT {

    private static final int CONNECTIONS = Integer.getInteger("soak.connections", 120);
    private static final int ROUNDS = Integer.getInteger("soak.console-rounds", 1);
    private static final int MEGABYTES = Integer.getInteger("soak.console-megabytes", 5);
    private static final int BROWSERS = 20;
    private static final int MOVING = 8;

    /** What the page of connections asks for first, here of one relay. */
    private static final String FIRST_PAGE = "/api/connections?sort=-opened&limit=50&offset=0&relay=idle";

    /** Files that a process has open without any connection, more than ever were counted. */
    private static final int OTHER_FILES = 600;

    /** This process has both ends: the client's, and the upstream's. So has the gateway. */
    private static int possible() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .mapToInt(line -> Integer.parseInt(line.split(" {2,}")[1]))
                .map(most -> (most - OTHER_FILES) / 2)
                .findFirst()
                .orElse(CONNECTIONS);
    }

    private static Upstream echo;
    private static Upstream silent;
    private static Program program;
    private static Admin admin;

    @BeforeAll
    static void start() throws IOException {
        echo = Upstream.echo();
        silent = Upstream.create(null, "", 0);
        Path directory = TestConfiguration.directoryWith("""
                sallyport:
                  profiles:
                    edge: { cert: "%s", key: "%s", ca: "%s" }
                  relays:
                    orders:
                      listen: { address: "127.0.0.1:0", profile: edge }
                      connect: { addresses: ["127.0.0.1:%d"] }
                    idle:
                      listen: { address: "127.0.0.1:0", profile: edge }
                      connect: { addresses: ["127.0.0.1:%d"] }
                  drain: { deadline: 100ms }
                  admin: { address: "127.0.0.1:0" }
                """.formatted(
                        TestPki.SERVER_TRUSTED.cert(),
                        TestPki.SERVER_TRUSTED.key(),
                        TestPki.trustedCa(),
                        echo.port(),
                        silent.port()));
        // The long run is about the program as it is used, and so with the launcher's options.
        program = ROUNDS > 1
                ? Program.start(
                        directory,
                        Map.of(),
                        List.of(Path.of("sallyport").toAbsolutePath().toString(), "run"))
                : Program.start(directory, "run");
        admin = Admin.of(program);
    }

    @AfterAll
    static void stop() throws IOException {
        if (program != null) {
            program.close();
        }
        echo.close();
        silent.close();
    }

    @Test
    void aPageOfConnectionsIsAsLongHoweverManyThereAre() throws Exception {
        int wanted = Math.min(CONNECTIONS, possible());
        Queue<Peer> clients = new ConcurrentLinkedQueue<>();
        try {
            int port = program.awaitPort("idle");
            connect(port, wanted, clients);
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> admin.json(FIRST_PAGE).getInteger("matching") == wanted);

            byte[] body = admin.get(FIRST_PAGE).body().getBytes(StandardCharsets.UTF_8);
            JsonObject page = new JsonObject(new String(body, StandardCharsets.UTF_8));
            assertThat(page.getJsonArray("connections")).hasSize(50);
            assertThat(body.length).isLessThan(50 * 700);
            String overview = admin.get("/api/overview").body();
            assertThat(overview).hasSizeLessThan(5_000);
            System.out.printf(
                    "console: connections=%d page_bytes=%d page_ms=%.1f search_without_find_ms=%.1f overview_bytes=%d%n",
                    wanted,
                    body.length,
                    medianMillis(FIRST_PAGE),
                    medianMillis(FIRST_PAGE + "&search=nothing-like-it"),
                    overview.length());
            if (CONNECTIONS > 1000) {
                inABrowser();
            }
        } finally {
            for (Peer client : clients) {
                client.close();
            }
        }
    }

    private static void connect(int port, int wanted, Queue<Peer> clients) throws Exception {
        SSLContext own = TestTls.context(TestPki.CLIENT_TRUSTED);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<CompletableFuture<Void>> coming = new ArrayList<>();
            for (int i = 0; i < wanted; i++) {
                coming.add(CompletableFuture.runAsync(
                        () -> {
                            try {
                                clients.add(TlsPeer.connect(port, own, "TLSv1.3", "orders.test"));
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        },
                        threads));
            }
            CompletableFuture.allOf(coming.toArray(CompletableFuture[]::new)).get();
        } finally {
            threads.shutdown();
        }
    }

    private static double medianMillis(String path) {
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < 21; i++) {
            long start = System.nanoTime();
            assertThat(admin.get(path).statusCode()).isEqualTo(200);
            times.add((System.nanoTime() - start) / 1e6);
        }
        return median(times);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static void inABrowser() {
        Browser.assumeInstalled();
        try (Browser browser = Browser.start(admin.address())) {
            browser.open("/console/connections");
            browser.awaitText("#result", "TLSv1.3");
            assertThat(browser.run("return document.querySelectorAll('#result tbody tr').length"))
                    .isEqualTo(50L);
            System.out.println("console: in a browser, until the list is there: " + browser.run("""
                    const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
                    const list = all.find((one) => one.name.includes('/api/connections'));
                    return `${all.filter((one) => one.startTime <= list.startTime).reduce((sum, one) => sum + one.transferSize, 0)} bytes, `
                      + `${Math.round(list.responseEnd)} ms`;"""));
        }
    }

    /** What one browser is fed with. */
    private record Feed(AtomicInteger messages, Set<String> texts) implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            if (last) {
                messages.incrementAndGet();
            }
            texts.add(data.toString());
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    @Test
    void twentyBrowsersAreFedWithWhatIsMadeOnce() throws Exception {
        URI live = URI.create("ws://" + admin.address().getAuthority() + "/console/live");
        Traffic traffic = Traffic.start(echo, program.awaitPort("orders"), MOVING);
        List<Double> with = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            without.add(microsForEachMegabyte(traffic));
            Feed feed = new Feed(new AtomicInteger(), ConcurrentHashMap.newKeySet());
            List<WebSocket> sockets = connect(live, feed);
            with.add(microsForEachMegabyte(traffic));
            await().until(() -> feed.messages().get() >= 3 * BROWSERS);
            sockets.forEach(WebSocket::abort);
            // Each beat's text is the same for all; one more may be made for those who have just come.
            assertThat(feed.texts()).hasSizeLessThanOrEqualTo(feed.messages().get() / BROWSERS + 3);
        }
        traffic.stop();
        System.out.printf(
                "console: gateway CPU in us for each MB, %d rounds of %d MB: without %s median %.0f, with %d browsers %s median %.0f%n",
                ROUNDS, MEGABYTES, rounded(without), median(without), BROWSERS, rounded(with), median(with));
    }

    private static List<WebSocket> connect(URI live, Feed feed) {
        HttpClient http = HttpClient.newHttpClient();
        List<WebSocket> sockets = new ArrayList<>();
        for (int i = 0; i < BROWSERS; i++) {
            sockets.add(http.newWebSocketBuilder().buildAsync(live, feed).join());
        }
        return sockets;
    }

    private static double microsForEachMegabyte(Traffic traffic) throws IOException {
        long from = traffic.moved();
        long ticks = program.cpuTicks();
        await().atMost(Duration.ofMinutes(5)).until(() -> traffic.moved() - from >= MEGABYTES * 1_000_000L);
        return (program.cpuTicks() - ticks) * 10_000.0 / ((traffic.moved() - from) / 1e6);
    }

    private static Set<Long> rounded(List<Double> values) {
        Set<Long> sorted = new TreeSet<>();
        values.forEach(value -> sorted.add(Math.round(value)));
        return sorted;
    }
}
