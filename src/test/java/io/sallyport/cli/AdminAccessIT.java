package io.sallyport.cli;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.restassured.RestAssured;
import io.restassured.config.SSLConfig;
import io.restassured.http.Cookie;
import io.restassured.http.Method;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.sallyport.TestPki;
import io.sallyport.peer.TestTls;
import io.sallyport.pki.Sha256;
import io.sallyport.relay.Upstream;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import org.apache.http.conn.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An admin side that other machines reach: TLS, client certificates, tokens, and what each of them opens. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AdminAccessIT {

    private static final String VIEW = "v".repeat(40);
    private static final String OPERATE = "o".repeat(40);
    private static Upstream upstream;
    private static Path directory;
    private static Program program;
    private static URI admin;

    /** @param operate whether it is more than looking */
    private record Endpoint(Method method, String path, boolean operate) {}

    @BeforeAll
    static void start() throws Exception {
        upstream = Upstream.echo();
        directory = TestConfiguration.directoryWith(configuration("optional", TestPki.SERVER_TRUSTED));
        write("view.token", VIEW);
        write("operate.token", OPERATE);
        program = Program.start(directory, "run");
        admin = URI.create("https://127.0.0.1:"
                + program.awaitErr(" ready relays=1 admin=https://0\\.0\\.0\\.0:(\\d+)")
                        .group(1));
        RestAssured.baseURI = admin.toString();
        RestAssured.config = RestAssured.config()
                .sslConfig(SSLConfig.sslConfig()
                        .sslSocketFactory(new SSLSocketFactory(
                                TestTls.context((TestPki) null), SSLSocketFactory.ALLOW_ALL_HOSTNAME_VERIFIER)));
    }

    private static String configuration(String verify, TestPki server) throws Exception {
        return """
                sallyport:
                  profiles:
                    edge: { cert: %1$s, key: %2$s, ca: %3$s }
                    admin: { cert: %4$s, key: %5$s, ca: %3$s, verify: %6$s }
                  relays:
                    orders:
                      listen: { address: "127.0.0.1:0", profile: edge }
                      connect: { addresses: ["127.0.0.1:%7$d"] }
                  reload: { watch: false }
                  drain: { deadline: 100ms }
                  admin:
                    address: "0.0.0.0:0"
                    profile: admin
                    view: { token-file: view.token }
                    operate:
                      token-file: operate.token
                      allow: { fingerprint: ["%8$s"] }
                """.formatted(
                        TestPki.SERVER_TRUSTED.cert(),
                        TestPki.SERVER_TRUSTED.key(),
                        TestPki.trustedCa(),
                        server.cert(),
                        server.key(),
                        verify,
                        upstream.port(),
                        Sha256.hex(TestPki.CLIENT_TRUSTED.leaf().getEncoded()));
    }

    private static void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text + "\n");
    }

    @AfterAll
    static void stop() throws IOException {
        RestAssured.reset();
        upstream.close();
        program.close();
    }

    private static RequestSpecification with(String token) {
        return given().header("Authorization", "Bearer " + token).redirects().follow(false);
    }

    private static RequestSpecification withNothing() {
        return given().redirects().follow(false);
    }

    /** Every path of the API's own document, and what else is served. */
    static Stream<Endpoint> endpoints() {
        JsonObject paths =
                new JsonObject(with(VIEW).get("/api/openapi.json").body().asString()).getJsonObject("paths");
        Stream<Endpoint> ofTheApi = paths.fieldNames().stream()
                .flatMap(path -> paths.getJsonObject(path).fieldNames().stream()
                        .map(method -> new Endpoint(
                                Method.valueOf(method.toUpperCase(java.util.Locale.ROOT)),
                                path.replaceAll("\\{.*?}", "4711"),
                                !method.equals("get"))));
        Stream<Endpoint> others = Stream.of(
                        "/console",
                        "/console/connections",
                        "/console/main.js",
                        "/console/live",
                        "/q/metrics",
                        "/q/health",
                        "/q/health/well",
                        "/api/openapi.json",
                        "/nothing",
                        "/")
                .map(path -> new Endpoint(Method.GET, path, false));
        Stream<Endpoint> changes = Stream.of(Method.POST, Method.PUT, Method.DELETE, Method.PATCH)
                .map(method -> new Endpoint(method, "/added/tomorrow", true));
        return Stream.of(ofTheApi, others, changes).flatMap(all -> all);
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    @Order(1)
    void eachRoleHolds(Endpoint endpoint) {
        Response stranger = withNothing().request(endpoint.method, endpoint.path);
        assertThat(stranger.statusCode()).isEqualTo(401);
        assertThat(stranger.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"sallyport\"");
        assertThat(stranger.body().jsonPath().getString("error")).isEqualTo("show a bearer token");
        Response guesser = with("x".repeat(40)).request(endpoint.method, endpoint.path);
        assertThat(guesser.statusCode()).isEqualTo(401);
        assertThat(guesser.header("WWW-Authenticate")).endsWith("error=\"invalid_token\"");
        int viewer = with(VIEW).request(endpoint.method, endpoint.path).statusCode();
        if (endpoint.operate) {
            assertThat(viewer).isEqualTo(403);
        } else {
            assertThat(viewer).isNotIn(401, 403);
        }
        assertThat(with(OPERATE).request(endpoint.method, endpoint.path).statusCode())
                .isNotIn(401, 403);
    }

    @Test
    @Order(1)
    void aBrowserIsLedToThePageWhereItSignsIn() {
        Response page = withNothing().header("Accept", "text/html,*/*").get("/console/profiles");
        assertThat(page.statusCode()).isEqualTo(303);
        assertThat(page.header("Location")).isEqualTo("/console/login");
        for (String open : List.of("/console/login", "/console/console.css", "/console/icon.svg")) {
            assertThat(withNothing().get(open).statusCode()).as(open).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "ready", "started"})
    @Order(1)
    void aProbeIsToldNoMoreThanWhetherAllIsWell(String kind) {
        Response answer = withNothing().get("/q/health/" + kind);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().asString()).isEqualTo("{\"status\":\"UP\",\"checks\":[]}");
        assertThat(with(VIEW).get("/q/health/" + kind).body().asString()).contains("\"name\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console",
                "/console/login",
                "/console/main.js",
                "/api/relays",
                "/q/metrics",
                "/q/health/live",
                "/nothing"
            })
    @Order(1)
    void everyAnswerHasTheHeadersThatKeepBrowsersSafe(String path) {
        for (Response answer : List.of(
                withNothing().get(path),
                with(VIEW).get(path),
                with(VIEW).post(path),
                with(OPERATE).header("Origin", "https://elsewhere.test").post(path))) {
            String policy = answer.header("Content-Security-Policy");
            assertThat(policy)
                    .contains("default-src 'none'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().getValues("Content-Security-Policy")).hasSize(1);
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("Referrer-Policy")).isIn("no-referrer", "same-origin");
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
            assertThat(answer.header("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
        }
    }

    @Test
    @Order(1)
    void whoeverAsksIsToldTheirRole() {
        assertThat(with(VIEW).get("/api/access").body().jsonPath().getMap(""))
                .containsEntry("role", "view")
                .containsEntry("mayOperate", false)
                .containsEntry("by", "token");
        assertThat(with(OPERATE).get("/api/access").body().jsonPath().getBoolean("mayOperate"))
                .isTrue();
    }

    private static Response signIn(String token) {
        return withNothing().formParam("token", token).post("/console/login");
    }

    @Test
    @Order(1)
    void aSignInIsACookieThatNoScriptAndNoOtherSiteGets() {
        Response refused = signIn("x".repeat(40));
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.detailedCookies().asList()).isEmpty();
        assertThat(refused.body().asString()).contains("not one of this gateway's tokens");

        Response welcome = signIn(VIEW);
        assertThat(welcome.statusCode()).isEqualTo(303);
        assertThat(welcome.header("Location")).isEqualTo("/console");
        Cookie cookie = welcome.detailedCookie("__Host-sallyport");
        assertThat(cookie.isHttpOnly()).isTrue();
        assertThat(cookie.isSecured()).isTrue();
        assertThat(cookie.getSameSite()).isEqualTo("Strict");
        assertThat(cookie.getPath()).isEqualTo("/");
        assertThat(cookie.getValue()).doesNotContain(VIEW).hasSizeGreaterThan(40);

        assertThat(withNothing()
                        .cookie(cookie)
                        .get("/api/access")
                        .body()
                        .jsonPath()
                        .getString("by"))
                .isEqualTo("sign_in");
        assertThat(withNothing().cookie(cookie).post("/api/reload").statusCode())
                .isEqualTo(403);
        assertThat(withNothing().cookie(cookie).post("/console/logout").statusCode())
                .isEqualTo(303);
        assertThat(withNothing().cookie(cookie).get("/api/access").statusCode()).isEqualTo(401);
    }

    @Test
    @Order(1)
    void aFormOfAnotherSiteChangesNothing() {
        Cookie cookie = signIn(OPERATE).detailedCookie("__Host-sallyport");
        for (String origin : List.of("https://elsewhere.test", "http://" + admin.getAuthority(), "null")) {
            assertThat(withNothing()
                            .cookie(cookie)
                            .header("Origin", origin)
                            .post("/api/reload")
                            .statusCode())
                    .as(origin)
                    .isEqualTo(403);
            assertThat(withNothing()
                            .header("Origin", origin)
                            .formParam("token", OPERATE)
                            .post("/console/login")
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(withNothing()
                        .cookie(cookie)
                        .header("Sec-Fetch-Site", "same-site")
                        .post("/api/reload")
                        .statusCode())
                .isEqualTo(403);
        assertThat(withNothing()
                        .cookie(cookie)
                        .header("Origin", admin.toString())
                        .post("/api/reload")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    @Order(1)
    void aLongFormIsNotRead() {
        assertThat(signIn("x".repeat(5000)).statusCode()).isEqualTo(413);
    }

    private static HttpResponse<String> send(TestPki own, String method, String path) throws Exception {
        return send(HttpClient.newBuilder().sslContext(TestTls.context(own)).build(), method, path);
    }

    private static HttpResponse<String> send(HttpClient http, String method, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(admin.resolve(path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    @Order(1)
    void aCertificateOpensWhatItsHolderMay() throws Exception {
        JsonObject viewer = new JsonObject(
                send(TestPki.CLIENT_TRUSTED_ED25519, "GET", "/api/access").body());
        assertThat(viewer.getString("role")).isEqualTo("view");
        assertThat(viewer.getString("identity")).isEqualTo("CN=client.test,O=Orders");
        assertThat(send(TestPki.CLIENT_TRUSTED_ED25519, "POST", "/api/reload").statusCode())
                .isEqualTo(403);
        assertThat(send(TestPki.CLIENT_TRUSTED, "POST", "/api/reload").statusCode())
                .isEqualTo(200);
        assertThat(program.awaitErr("\\[sallyport.admin] admin request method=POST path=/api/reload by=certificate .*")
                        .group())
                .contains("identity=\"CN=client.test,O=Orders\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CLIENT_OTHER_CA", "CLIENT_EXPIRED", "CLIENT_SELF_SIGNED", "CLIENT_WITH_SERVER_PURPOSE"})
    @Order(1)
    void aClientThatARelayWouldRefuseIsRefusedHereToo(String client) {
        assertThatThrownBy(() -> send(TestPki.valueOf(client), "GET", "/api/access"))
                .isInstanceOf(IOException.class);
        program.awaitErr("\\[sallyport.admin] admin client refused refusal="
                + (client.equals("CLIENT_OTHER_CA") ? "unknown_ca" : ""));
    }

    @Test
    @Order(2)
    void aReloadTakesUpTokensCertificateAndRules() throws Exception {
        HttpClient kept = HttpClient.newBuilder()
                .sslContext(TestTls.context(TestPki.CLIENT_TRUSTED_ED25519))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        assertThat(send(kept, "GET", "/api/access").statusCode()).isEqualTo(200);
        Cookie cookie = signIn(OPERATE).detailedCookie("__Host-sallyport");

        write("operate.token", "n".repeat(40) + "\n" + "m".repeat(40));
        Files.writeString(
                directory.resolve("config/sallyport.yaml"),
                configuration("optional", TestPki.SERVER_TRUSTED_P384)
                        .replace("admin: { cert", "admin: { allow: { cn: [somebody] }, cert"));
        Response reload = with(OPERATE).post("/api/reload");
        assertThat(reload.body().jsonPath().getList("settings", String.class))
                .containsExactly("sallyport.admin.operate.token-file");

        assertThat(with(OPERATE).get("/api/access").statusCode()).isEqualTo(401);
        assertThat(withNothing().cookie(cookie).get("/api/access").statusCode()).isEqualTo(401);
        assertThat(with("n".repeat(40)).get("/api/access").statusCode()).isEqualTo(200);
        assertThat(send(kept, "GET", "/api/access").statusCode())
                .as("on a connection from before")
                .isEqualTo(401);
        HttpClient fresh = HttpClient.newBuilder()
                .sslContext(TestTls.context(TestPki.CLIENT_WITHOUT_SUBJECT))
                .build();
        assertThatThrownBy(() -> send(fresh, "GET", "/api/access")).isInstanceOf(IOException.class);
        assertThat(shown().getPublicKey())
                .isEqualTo(TestPki.SERVER_TRUSTED_P384.leaf().getPublicKey());
    }

    private static X509Certificate shown() throws Exception {
        try (javax.net.ssl.SSLSocket socket = (javax.net.ssl.SSLSocket)
                TestTls.context((TestPki) null).getSocketFactory().createSocket("127.0.0.1", admin.getPort())) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    @Order(3)
    void aReloadThatWouldLetAnybodyInIsRefused() throws Exception {
        String open = configuration("none", TestPki.SERVER_TRUSTED).replaceAll("(?s)  admin:\n    address.*", "");
        Files.writeString(directory.resolve("config/sallyport.yaml"), open + "  admin: { address: \"127.0.0.1:0\" }\n");
        Response refused = with("n".repeat(40)).post("/api/reload");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body().asString()).contains("would ask nobody who they are");
        assertThat(withNothing().get("/api/access").statusCode()).isEqualTo(401);
    }

    @Test
    @Order(1)
    void withoutCredentialsItDoesNotStartElsewhereThanOnLoopback() throws Exception {
        Path open = TestConfiguration.directoryWith(Files.readString(directory.resolve("config/sallyport.yaml"))
                .replaceAll("(?s)    profile: admin\n.*", ""));
        Program.Ended ended = Program.run(open, "run");
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err())
                .contains(
                        "error: sallyport.admin.address: '0.0.0.0:0' is reached by other machines, and nobody is asked")
                .contains(
                        "hint: set admin.profile to a profile that verifies clients, or admin.operate.token-file, or use 127.0.0.1:");
    }

    @Test
    @Order(1)
    void aTokenFileThatOthersMayReadIsRefused() throws Exception {
        Path open = TestConfiguration.directoryWith(Files.readString(directory.resolve("config/sallyport.yaml")));
        Files.writeString(open.resolve("view.token"), "short\n");
        Files.writeString(open.resolve("operate.token"), OPERATE);
        Program.Ended ended = Program.run(open, "check");
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.out() + ended.err())
                .contains("operate.token is open to others than user")
                .contains("hint: chmod 600 operate.token")
                .contains("token 1 of view.token has 5 characters")
                .doesNotContain(OPERATE);
    }
}
