package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code top} makes of answers that no gateway gives at will; TopIT asks a real one. */
class TopTest {

    private static final Instant NOW = Instant.parse("2026-01-01T08:00:00Z");

    @TempDir
    Path directory;

    private HttpServer server;
    private String address;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /** What is answered; an empty text is 404. */
    private volatile Function<URI, String> answers = uri -> "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            String answer = answers.apply(exchange.getRequestURI());
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.isEmpty() ? 404 : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        address = "127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static String overview() {
        return new JsonObject()
                .put("at", NOW.toString())
                .put("phase", "running")
                .put("ready", true)
                .put("connections", 3)
                .put(
                        "relays",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("name", "orders")
                                        .put("active", 3)
                                        .put("limit", 10)))
                .encode();
    }

    private static JsonObject connection(int id, Duration age, long bytes) {
        return new JsonObject()
                .put("id", id)
                .put("relay", "orders")
                .put("state", "relaying")
                .put("client", "10.0.0." + id + ":40000")
                .put("clientTls", new JsonObject().put("version", "TLSv1.3").put("identity", "CN=c" + id + "\u001b[2J"))
                .put("upstream", "10.0.1.1:5671")
                .put("bytesIn", bytes)
                .put("bytesOut", 0)
                .put("openedAt", NOW.minus(age).toString());
    }

    private static JsonObject page(JsonObject... connections) {
        return new JsonObject()
                .put("total", 3)
                .put("matching", 3)
                .put("connections", new JsonArray(List.of(connections)));
    }

    private Typed top(Object... more) {
        Object[] words = new Object[3 + more.length];
        words[0] = "top";
        words[1] = "--admin";
        words[2] = address;
        System.arraycopy(more, 0, words, 3, more.length);
        return Typed.run(words);
    }

    @Test
    void aTableHasAllThatIsKnownAndNoControlCharacters() {
        answers = uri -> uri.getPath().equals("/api/overview")
                ? overview()
                : page(connection(1, Duration.ofMinutes(3), 2048), connection(22, Duration.ofSeconds(4), 8))
                        .encode();
        Typed shown = top().done();
        assertThat(shown.err()).isEmpty();
        assertThat(shown.out()).isEqualTo("""
                sallyport at %s: running, ready, 3 open
                orders 3 of 10

                ID  RELAY   STATE     CLIENT           TLS      UPSTREAM         AGE    IN  OUT  RATE/S  IDENTITY
                 1  orders  relaying  10.0.0.1:40000   TLSv1.3  10.0.1.1:5671  3m00s  2.0K    0      11  CN=c1?[2J
                22  orders  relaying  10.0.0.22:40000  TLSv1.3  10.0.1.1:5671     4s     8    0       2  CN=c22?[2J
                and 1 more
                """.formatted(address));
        assertThat(asked).contains("/api/connections?sort=-bytes&limit=1000");
    }

    @Test
    void byRateAllPagesAreCompared() {
        answers = uri -> {
            if (uri.getPath().equals("/api/overview")) {
                return overview();
            }
            boolean first = uri.getQuery().startsWith("after=0&");
            return (first
                            ? page(connection(1, Duration.ofHours(1), 5000)).put("next", 1)
                            : page(connection(2, Duration.ofSeconds(10), 4000)))
                    .encode();
        };
        assertThat(top("--sort", "rate", "--relay", "orders").done().out())
                .containsSubsequence("10.0.0.2:40000", " 400 ", "10.0.0.1:40000", " 1 ")
                .doesNotContain("more");
        assertThat(asked)
                .contains(
                        "/api/connections?after=0&limit=1000&relay=orders",
                        "/api/connections?after=1&limit=1000&relay=orders");
    }

    @Test
    void onATerminalItLooksAgainUntilNobodyAnswers() {
        AtomicInteger looks = new AtomicInteger();
        answers = uri -> {
            if (uri.getPath().equals("/api/overview")) {
                return looks.incrementAndGet() > 2 ? "" : overview();
            }
            return page(connection(1, Duration.ofHours(1), looks.get() * 100_000L))
                    .encode();
        };
        Typed shown = Typed.watched("top", "--admin", address, "--interval", "1s");
        assertThat(shown.out()).containsOnlyOnce(" 97.7K ").containsOnlyOnce(" 195.3K ");
        assertThat(shown.out().split("\u001b\\[H", -1)).hasSize(3);
        assertThat(shown.status()).isEqualTo(2);
    }

    @Test
    void whatIsNoGatewayIsSaidSo() {
        Typed shown = top();
        assertThat(shown.status()).isEqualTo(2);
        assertThat(shown.out()).isEmpty();
        assertThat(shown.err())
                .isEqualTo("error: what listens at " + address
                        + " is not the admin side of a gateway: it has no /api/overview\n"
                        + "hint: name admin.address with --admin HOST:PORT; relays listen elsewhere\n");
        answers = uri -> "<html>";
        assertThat(top().err()).contains("what it answered is no JSON");
    }

    @Test
    void whereNothingListensItSaysSo() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = "127.0.0.1:" + free.getLocalPort();
        }
        Typed shown = top();
        assertThat(shown.status()).isEqualTo(2);
        assertThat(shown.err()).startsWith("error: nothing listens at " + address + "\nhint: is the gateway running?");
    }

    @Test
    void wrongUseIsTold() throws IOException {
        answers = uri -> overview();
        assertThat(top("--relay", "nobody").err())
                .isEqualTo("error: there is no relay nobody at " + address + "\nhint: there is orders\n");
        assertThat(top("--interval", "0s").err()).contains("'0s' is not a time from 1s to 1h, such as 2s or 1m");
        assertThat(top("--sort", "size").status()).isEqualTo(2);
        assertThat(Typed.run("top", "--admin", "nowhere").err())
                .contains("--admin 'nowhere' has no port; expected host:port");
        Path tokens = directory.resolve("tokens");
        assertThat(top("--token-file", tokens).err()).isEqualTo("error: the token file " + tokens + " doesn't exist\n");
        Files.writeString(tokens, "two words\n");
        assertThat(top("--token-file", tokens).err())
                .contains(tokens + " holds no bearer token")
                .doesNotContain("two words");
    }

    @Test
    void anAddressThatTheSystemChoseIsNotGuessed() {
        Path config = TestConfiguration.tlsToPlain(9).resolve("config/sallyport.yaml");
        Typed shown = Typed.run("top", "--config", config);
        assertThat(shown.status()).isEqualTo(2);
        assertThat(shown.err()).contains("admin.address of the configuration has port 0");
    }

    @ParameterizedTest
    @CsvSource({"0,0s", "59,59s", "185,3m05s", "7380,2h03m", "352800,4d02h"})
    void agesHaveTheTwoGreatestUnits(long seconds, String text) {
        assertThat(TopTable.age(Duration.ofSeconds(seconds))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1023,1023", "1024,1.0K", "1048570,1.0M", "1610612736,1.5G", "9223372036854775807,8.0E"})
    void sizesHaveOneUnit(long bytes, String text) {
        assertThat(TopTable.size(bytes)).isEqualTo(text);
    }
}
