package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.relay.Upstream;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The running program takes up what has changed, by signal and by its API. */
class ReloadIT {

    private Upstream upstream;
    private RenewableConfiguration configuration;
    private Program program;
    private Admin admin;
    private int port;

    @BeforeEach
    void start() throws IOException {
        upstream = Upstream.echo();
        configuration = RenewableConfiguration.to(upstream.port());
        program = Program.start(configuration.directory(), "run");
        port = Integer.parseInt(program.awaitErr("relay listens relay=orders address=127\\.0\\.0\\.1:(\\d+)")
                .group(1));
        admin = Admin.of(program);
    }

    @AfterEach
    void stop() throws Exception {
        upstream.close();
        program.close();
    }

    private BigInteger serialShown() throws IOException {
        try (TlsPeer peer = TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", null)) {
            return ((X509Certificate) peer.engine().getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }

    @Test
    void hangupTakesUpARenewedCertificate() throws Exception {
        BigInteger renewed = configuration.renew();
        assertThat(serialShown()).isNotEqualTo(renewed);
        program.signal("HUP");
        program.awaitErr(
                " configuration reloaded trigger=signal profiles_added=\"\" profiles_removed=\"\""
                        + " profiles_changed=edge relays_added=\"\" relays_removed=\"\" relays_changed=\"\" settings=\"\" files=2$");
        assertThat(serialShown()).isEqualTo(renewed);
        assertThat(admin.metric("sallyport_reloads_total{result=\"applied\",}")).isEqualTo(1);

        program.signal("HUP");
        program.awaitErr(" configuration reloaded, nothing has changed trigger=signal$");
        JsonObject leaf = admin.json("/api/profiles")
                .getJsonArray("profiles")
                .getJsonObject(0)
                .getJsonArray("chain")
                .getJsonObject(0);
        assertThat(leaf.getString("serial")).isEqualTo(renewed.toString(16));
    }

    @Test
    void theAnswerOfTheApiSaysWhatChanged() {
        configuration.renew();
        configuration.write(
                "config/sallyport.yaml",
                configuration.read("config/sallyport.yaml") + "  limits: { connections: 100 }\n");
        HttpResponse<String> answer = admin.post("/api/reload");
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonObject outcome = new JsonObject(answer.body());
        assertThat(outcome.getString("result")).isEqualTo("applied");
        assertThat(outcome.getJsonObject("profiles").getJsonArray("changed")).containsExactly("edge");
        assertThat(outcome.getJsonObject("relays").getJsonArray("unchanged")).containsExactly("orders");
        assertThat(outcome.getJsonArray("settings")).containsExactly("sallyport.limits");
        assertThat(outcome.getJsonArray("files")).containsExactly("config/sallyport.yaml", "edge.crt", "edge.key");
        assertThat(outcome.getJsonArray("mistakes")).isEmpty();
        assertThat(new JsonObject(admin.post("/api/reload").body()).getString("result"))
                .isEqualTo("unchanged");
        assertThat(admin.get("/api/reload").statusCode()).isEqualTo(405);
    }

    @Test
    void aDryRunSaysWhatWouldChangeAndChangesNothing() throws Exception {
        BigInteger shown = serialShown();
        configuration.renew();

        HttpResponse<String> answer = admin.post("/api/reload?dry-run=true");

        assertThat(answer.statusCode()).isEqualTo(200);
        JsonObject outcome = new JsonObject(answer.body());
        assertThat(outcome.getBoolean("dryRun")).isTrue();
        assertThat(outcome.getString("result")).isEqualTo("applied");
        assertThat(outcome.getJsonObject("profiles").getJsonArray("changed")).containsExactly("edge");
        assertThat(outcome.getJsonArray("files")).containsExactly("edge.crt", "edge.key");
        assertThat(serialShown()).isEqualTo(shown);
        // A word that isn't known must not become a reload in earnest.
        assertThat(admin.post("/api/reload?dryrun").statusCode()).isEqualTo(400);
        assertThat(admin.post("/api/reload?dry-run=yes").statusCode()).isEqualTo(400);
        assertThat(serialShown()).isEqualTo(shown);

        configuration.write("edge.crt", "broken");
        answer = admin.post("/api/reload?dry-run");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(new JsonObject(answer.body()).getJsonArray("mistakes")).hasSize(1);
        assertThat(admin.check("configuration").getString("state")).isEqualTo("current");
        assertThat(admin.metric("sallyport_reloads_total{result=\"refused\",}")).isZero();

        BigInteger renewed = configuration.renew();
        outcome = new JsonObject(admin.post("/api/reload?dry-run=false").body());
        assertThat(outcome.getBoolean("dryRun")).isFalse();
        assertThat(outcome.getString("result")).isEqualTo("applied");
        assertThat(serialShown()).isEqualTo(renewed);
    }

    @Test
    void aPageOfAnotherSiteCannotAskForIt() {
        configuration.renew();
        assertThat(admin.post("/api/reload", "Origin", "http://evil.test").statusCode())
                .isEqualTo(403);
        assertThat(admin.post("/api/reload", "Origin", "null").statusCode()).isEqualTo(403);
        assertThat(admin.post("/api/reload", "Sec-Fetch-Site", "cross-site").statusCode())
                .isEqualTo(403);
        String own = "http://" + admin.address().getAuthority();
        HttpResponse<String> answer = admin.post("/api/reload", "Origin", own, "Sec-Fetch-Site", "same-origin");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(answer.body()).getString("result")).isEqualTo("applied");
    }

    @Test
    void aBrokenFileIsNamedEverywhereAndTheOldOneServesOn() throws Exception {
        BigInteger shown = serialShown();
        String key = configuration.read("edge.key");
        configuration.write("edge.key", key.substring(0, 80));

        HttpResponse<String> answer = admin.post("/api/reload");

        assertThat(answer.statusCode()).isEqualTo(422);
        JsonObject outcome = new JsonObject(answer.body());
        assertThat(outcome.getString("result")).isEqualTo("refused");
        JsonArray mistakes = outcome.getJsonArray("mistakes");
        assertThat(mistakes).hasSize(1);
        assertThat(mistakes.getJsonObject(0).getString("severity")).isEqualTo("error");
        assertThat(mistakes.getJsonObject(0).getString("key")).isEqualTo("sallyport.profiles.edge.key");
        assertThat(mistakes.getJsonObject(0).getString("origin")).isEqualTo("config/sallyport.yaml:3");
        assertThat(mistakes.getJsonObject(0).getString("message")).startsWith("edge.key line 1: ");
        program.awaitErr("ERROR .* configuration refused, the one before stays in force trigger=api errors=1$");
        program.awaitErr("ERROR .* key=sallyport\\.profiles\\.edge\\.key .* detail=\"edge\\.key line 1: ");
        assertThat(serialShown()).isEqualTo(shown);
        assertThat(admin.get("/q/health/ready").statusCode()).isEqualTo(200);
        JsonObject health = admin.check("configuration");
        assertThat(health.getString("state")).isEqualTo("stale config");
        assertThat(health.getString("why")).contains("edge.key");
        assertThat(admin.metric("sallyport_reloads_total{result=\"refused\",}")).isEqualTo(1);
        // Never what a key file holds.
        assertThat(String.join("\n", program.err()) + answer.body() + health)
                .doesNotContain(key.lines().skip(1).findFirst().orElseThrow());

        configuration.write("edge.key", key);
        assertThat(admin.post("/api/reload").statusCode()).isEqualTo(200);
        assertThat(admin.check("configuration").getString("state")).isEqualTo("current");
        assertThat(admin.check("configuration").fieldNames())
                .isEqualTo(java.util.Set.copyOf(List.of("state", "inForceSince")));
    }

    @Test
    void aRelayAndAnUpstreamAreDrainedAndResumed() {
        assertThat(admin.post("/api/relays/orders/upstreams/127.0.0.1:" + upstream.port() + "/drain")
                        .statusCode())
                .isEqualTo(204);
        JsonObject relay = admin.json("/api/relays").getJsonArray("relays").getJsonObject(0);
        assertThat(relay.getJsonArray("upstreams").getJsonObject(0).getBoolean("drained"))
                .isTrue();
        assertThat(admin.post("/api/relays/orders/upstreams/127.0.0.1:1/resume").statusCode())
                .isEqualTo(404);
        for (String other : List.of("unix%3A%2Frun%2Fother.sock", "_amqps._tcp.broker.test")) {
            assertThat(admin.post("/api/relays/orders/upstreams/" + other + "/resume")
                            .statusCode())
                    .isEqualTo(404);
        }
        assertThat(admin.post("/api/relays/orders/upstreams/nowhere/resume").statusCode())
                .isEqualTo(400);

        assertThat(admin.post("/api/relays/orders/drain").statusCode()).isEqualTo(204);
        relay = admin.json("/api/relays").getJsonArray("relays").getJsonObject(0);
        assertThat(relay.getBoolean("drained")).isTrue();
        assertThat(relay.getString("listening")).isNull();
        // It was the only one.
        HttpResponse<String> health = admin.get("/q/health/ready");
        assertThat(health.statusCode()).isEqualTo(503);
        assertThat(health.body()).contains("\"orders\": \"drained\"");
        assertThat(admin.post("/api/relays/nobody/drain").statusCode()).isEqualTo(404);

        assertThat(admin.post("/api/relays/orders/resume").statusCode()).isEqualTo(204);
        assertThat(admin.get("/q/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void aLogLevelIsChangedWhileItRuns() throws Exception {
        String path = "/api/log-levels/sallyport.access";
        assertThat(send("PUT", path + "?level=off")).isEqualTo(204);
        assertThat(send("PUT", path + "?level=loud")).isEqualTo(400);
        assertThat(send("PUT", "/api/log-levels/io.netty?level=debug")).isEqualTo(404);
        assertThat(admin.json("/api/log-levels").getJsonArray("levels").getJsonObject(0))
                .isEqualTo(new JsonObject().put("category", "sallyport.access").put("level", "off"));
        serialShown();
        await().until(() -> admin.metric("sallyport_connections_active{relay=\"orders\",}") == 0);
        assertThat(send("DELETE", path)).isEqualTo(204);
        serialShown();
        program.awaitErr("connection closed id=2 ");
        assertThat(program.err()).noneMatch(line -> line.contains("connection closed id=1 "));
    }

    private int send(String method, String path) {
        return admin.send(HttpRequest.newBuilder(admin.address().resolve(path))
                        .method(method, HttpRequest.BodyPublishers.noBody()))
                .statusCode();
    }
}
