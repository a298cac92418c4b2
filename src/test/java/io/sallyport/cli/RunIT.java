package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import io.restassured.RestAssured;
import io.sallyport.TestPki;
import io.sallyport.observe.Promtool;
import io.sallyport.peer.Peer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.relay.Upstream;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The running program: bytes through it, and what can be seen of them from outside. */
class RunIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static Upstream upstream;
    private static Program program;
    private static int port;
    private static URI admin;

    @BeforeAll
    static void start() throws IOException {
        upstream = Upstream.echo();
        program = Program.start(TestConfiguration.tlsToPlain(upstream.port()), "run");
        port = Integer.parseInt(program.awaitErr("relay listens relay=orders address=127\\.0\\.0\\.1:(\\d+)")
                .group(1));
        admin = URI.create(program.awaitErr(" ready relays=1 admin=(\\S+)").group(1));
    }

    @AfterAll
    static void stop() throws Exception {
        upstream.close();
        try (Program ending = program) {
            ending.signal("TERM");
            assertThat(ending.awaitEnd().status()).isZero();
        }
    }

    private static HttpResponse<String> get(String path) {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(admin.resolve(path))
                            .header("Accept", path.equals("/q/metrics") ? "text/plain" : "application/json")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            return fail(e);
        }
    }

    private static JsonObject json(String path) {
        return new JsonObject(get(path).body());
    }

    private static double metric(String sample) {
        return get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bytesComeBackAndAreAccountedFor(String version) throws IOException {
        double inBefore = metric("sallyport_bytes_total{direction=\"in\",relay=\"orders\",}");
        byte[] sent = "what the client says".getBytes(StandardCharsets.UTF_8);
        try (TlsPeer client = TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), version, "orders.test")) {
            client.write(sent);
            assertThat(client.readExactly(sent.length)).isEqualTo(sent);
            client.end();
            assertThat(client.readAll().end()).isEqualTo(Peer.Seen.CLOSE_NOTIFY);
        }
        assertThat(program.awaitErr("\\[sallyport\\.access] connection closed .* version="
                                + Pattern.quote(version)
                                + " .* bytes_in=20 bytes_out=20 duration_ms=\\d+ closed_first=client reason=done$")
                        .group())
                .contains("relay=orders route=- profile=edge sni=orders.test ")
                .contains(" resumed=false identity=\"CN=client.test,O=Orders\" upstream=127.0.0.1:" + upstream.port()
                        + " ");
        await().untilAsserted(() -> assertThat(metric("sallyport_bytes_total{direction=\"in\",relay=\"orders\",}"))
                .isEqualTo(inBefore + 20));
        assertThat(get("/q/metrics").body())
                .containsPattern(
                        "sallyport_handshakes_total\\{cipher=\"\\w[\\w-]+\",profile=\"edge\",resumed=\"false\","
                                + "side=\"server\",version=\"" + Pattern.quote(version) + "\",} [1-9]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aRefusalIsCountedAndLoggedAndTheClientReadsAnAlert(String version) {
        String counter =
                "sallyport_handshake_failures_total{profile=\"edge\",refusal=\"certificate_expired\",side=\"server\",}";
        double before = metric(counter);
        assertThatThrownBy(() -> {
                    try (TlsPeer client =
                            TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_EXPIRED), version, "orders.test")) {
                        client.readAll();
                    }
                })
                .hasMessageContaining("certificate_expired");
        await().untilAsserted(() -> assertThat(metric(counter)).isEqualTo(before + 1));
        assertThat(program.awaitErr("\\[sallyport\\.refusals] handshake refused .* refusal=certificate_expired ")
                        .group())
                .contains("side=server");
        assertThat(program.awaitErr("connection closed .* reason=client_refused refusal=certificate_expired .*")
                        .group())
                .contains("openssl=10 openssl_name=X509_V_ERR_CERT_HAS_EXPIRED");
    }

    @Test
    void anOpenConnectionIsListed() throws IOException {
        try (TlsPeer client =
                TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", "orders.test")) {
            client.write(new byte[] {1});
            assertThat(client.readExactly(1)).isEqualTo(new byte[] {1});

            JsonArray open = json("/api/connections?relay=orders").getJsonArray("connections");
            assertThat(open).hasSize(1);
            JsonObject connection = open.getJsonObject(0);
            assertThat(connection.getString("state")).isEqualTo("relaying");
            assertThat(connection.getLong("bytesIn")).isEqualTo(1);
            assertThat(connection.getJsonObject("clientTls").getString("identity"))
                    .isEqualTo("CN=client.test,O=Orders");
            assertThat(metric("sallyport_connections_active{relay=\"orders\",}"))
                    .isEqualTo(1);
            assertThat(json("/api/connections?relay=other").getJsonArray("connections"))
                    .isEmpty();
        }
        await().untilAsserted(() ->
                assertThat(json("/api/connections").getInteger("total")).isZero());
    }

    @Test
    void healthIsGoodAndNamesTheRelay() {
        for (String kind : List.of("live", "started", "ready")) {
            HttpResponse<String> health = get("/q/health/" + kind);
            assertThat(health.statusCode()).as(kind).isEqualTo(200);
            assertThat(new JsonObject(health.body()).getString("status")).isEqualTo("UP");
        }
        assertThat(new Admin(admin).check("relays"))
                .isEqualTo(new JsonObject()
                        .put("orders", "listens on 127.0.0.1:" + port)
                        .put("phase", "running"));
    }

    @Test
    void relaysAndProfilesAreTold() {
        JsonObject relay = json("/api/relays").getJsonArray("relays").getJsonObject(0);
        assertThat(relay.getString("name")).isEqualTo("orders");
        assertThat(relay.getString("listening")).isEqualTo("127.0.0.1:" + port);
        assertThat(relay.getJsonObject("listen").getString("profile")).isEqualTo("edge");
        JsonObject upstream = relay.getJsonArray("upstreams").getJsonObject(0);
        assertThat(upstream.getString("address")).startsWith("127.0.0.1:");
        assertThat(upstream.getBoolean("up")).isTrue();
        assertThat(upstream.getInteger("weight")).isEqualTo(1);

        JsonObject profile = json("/api/profiles").getJsonArray("profiles").getJsonObject(0);
        assertThat(profile.getString("verify")).isEqualTo("required");
        assertThat(profile.getInteger("depth")).isEqualTo(1);
        assertThat(profile.getString("ciphers")).isEqualTo("ECDHE+AESGCM");
        assertThat(profile.getJsonArray("usedBy")).containsExactly("orders.listen");
        JsonObject leaf = profile.getJsonArray("chain").getJsonObject(0);
        assertThat(leaf.getString("subject")).isEqualTo("CN=server.test");
        assertThat(leaf.getString("notAfter"))
                .isEqualTo(
                        TestPki.SERVER_TRUSTED.leaf().getNotAfter().toInstant().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/nothing", "/api/nothing", "/q/nothing"})
    void anUnknownPathIsAnsweredInJson(String path) {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(new JsonObject(answer.body()).getInteger("status")).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=1001", "limit=many", "after=-1"})
    void aPageThatCannotBeIsRefused(String query) {
        HttpResponse<String> answer = get("/api/connections?" + query);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("error")).contains("must be a number from");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/relays", "/q/health/ready", "/q/metrics", "/nothing"})
    void noAnswerMayBeKeptOrReinterpreted(String path) {
        HttpResponse<String> answer = get(path);
        assertThat(answer.headers().allValues("cache-control")).containsExactly("no-store");
        assertThat(answer.headers().allValues("x-content-type-options")).containsExactly("nosniff");
    }

    /** As a page of elsewhere.test has it sent once its name leads to 127.0.0.1: of one origin with what it asks for. */
    @ParameterizedTest
    @CsvSource({"GET,/api/relays", "GET,/q/metrics", "GET,/console", "POST,/api/reload"})
    void aNameThatWasMadeToLeadHereIsRefused(String method, String path) {
        for (String name : List.of("elsewhere.test", "127.0.0.1.elsewhere.test", "localhost.elsewhere.test")) {
            assertThat(RestAssured.given()
                            .header("Host", name + ":" + admin.getPort())
                            .header("Origin", "http://" + name + ":" + admin.getPort())
                            .request(method, admin.resolve(path))
                            .statusCode())
                    .as(name)
                    .isEqualTo(403);
        }
        assertThat(RestAssured.given()
                        .header("Host", "localhost:" + admin.getPort())
                        .get(admin.resolve("/api/access"))
                        .body()
                        .asString())
                .isEqualTo("{\"role\":\"operate\",\"mayOperate\":true,\"by\":\"loopback\",\"identity\":null}");
    }

    @Test
    void promtoolHasNoFindingOnOurNames() throws IOException, InterruptedException {
        Promtool.assumeInstalled();
        assertThat(Promtool.findings(get("/q/metrics").body())).noneMatch(finding -> finding.startsWith("sallyport_"));
    }

    @Test
    void nativeMemoryIsCountedInTheProgramAsItIsStarted() {
        assertThat(metric("sallyport_native_contexts")).isEqualTo(1);
        assertThat(metric("sallyport_native_buffers_bytes")).isGreaterThan(0);
    }
}
