package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import io.sallyport.OcspResponder;
import io.sallyport.TestPki;
import io.sallyport.peer.OpenSsl;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.relay.Upstream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console in a browser, beside a running gateway with real traffic. */
class ConsoleIT {

    private static final String VIEW = "v".repeat(40);
    private static final String OPERATE = "o".repeat(40);
    private static final String SECRET = "3540s";
    private static Upstream upstream;
    private static Program program;
    private static Browser browser;
    private static URI admin;
    private static int port;
    private static int deadEnd;
    private static int strict;
    private static int audited;
    private static OcspResponder responder;
    private static Path directory;

    @BeforeAll
    static void start() throws IOException {
        Browser.assumeInstalled();
        upstream = Upstream.echo();
        responder = new OcspResponder();
        responder.answers(good -> good);
        directory = TestConfiguration.directoryWith("""
                sallyport:
                  profiles:
                    edge: { cert: "%1$s", key: "%2$s", ca: "%3$s" }
                    watched:
                      cert: %4$s
                      key: %5$s
                      ca: %3$s
                      ocsp: { check: soft, responder: "%6$s", staple: true, staple-responder: "%6$s" }
                      unsafe-key-log: watched.keys
                  relays:
                    orders:
                      listen: { address: "127.0.0.1:0", profile: edge }
                      connect: { addresses: ["127.0.0.1:%7$d"] }
                    archive:
                      listen: { address: "127.0.0.1:0" }
                      connect: { addresses: ["127.0.0.1:%8$d"] }
                    strict:
                      listen: { address: "127.0.0.1:0", profile: edge, allow: { cn: [nobody] } }
                      connect: { addresses: ["127.0.0.1:%7$d"] }
                      timeouts: { idle: "${idle-of-strict}" }
                    audited:
                      listen: { address: "127.0.0.1:0", profile: watched }
                      connect: { addresses: ["127.0.0.1:%7$d"] }
                  reload: { watch: false }
                  admin:
                    address: "127.0.0.1:0"
                    view: { token-file: view.token }
                    operate: { token-file: operate.token }
                """.formatted(
                        "certs/orders.crt",
                        "certs/orders.key",
                        "certs/ca.crt",
                        "certs/audit.crt",
                        "certs/audit.key",
                        responder.url(),
                        upstream.port(),
                        closedPort()));
        // By relative paths, as an operator writes them: pages and pictures show them.
        Files.createDirectory(directory.resolve("certs"));
        Files.copy(TestPki.SERVER_VIA_ONE_INTERMEDIATE.cert(), directory.resolve("certs/orders.crt"));
        Files.copy(TestPki.SERVER_VIA_ONE_INTERMEDIATE.key(), directory.resolve("certs/orders.key"));
        Files.copy(TestPki.SERVER_TRUSTED.cert(), directory.resolve("certs/audit.crt"));
        Files.copy(TestPki.SERVER_TRUSTED.key(), directory.resolve("certs/audit.key"));
        Files.copy(TestPki.trustedCa(), directory.resolve("certs/ca.crt"));
        write("view.token", VIEW);
        write("operate.token", OPERATE);
        Files.createDirectory(directory.resolve("secrets"));
        Files.writeString(directory.resolve("secrets/idle-of-strict"), SECRET);
        program = Program.start(directory, Map.of("SALLYPORT_SECRETS_DIR", "secrets"), "run");
        port = listening("orders");
        deadEnd = listening("archive");
        strict = listening("strict");
        audited = listening("audited");
        admin = URI.create(program.awaitErr(" ready relays=4 admin=(\\S+)").group(1));
        browser = Browser.start(admin);
        signIn(OPERATE);
    }

    private static void write(String name, String text) throws IOException {
        Path file = Files.createFile(
                directory.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }

    private static void signIn(String token) {
        browser.go("/console");
        assertThat(browser.title()).isEqualTo("Sign in · Sallyport");
        browser.element("input").sendKeys(token);
        browser.element("button").click();
        browser.awaitText("#live-text", "live");
    }

    private static void signOut() {
        browser.element("#who button").click();
        await().ignoreExceptions().until(() -> browser.title().startsWith("Sign in"));
    }

    private static int listening(String relay) {
        return Integer.parseInt(program.awaitErr("relay listens relay=" + relay + " address=127\\.0\\.0\\.1:(\\d+)")
                .group(1));
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (program != null) {
            program.close();
            upstream.close();
            responder.close();
        }
    }

    private static TlsPeer client(TestPki own, String version) throws IOException {
        return TlsPeer.connect(port, TestTls.context(own), version, "orders.test");
    }

    /** A connection that has carried something. */
    private static TlsPeer established(TestPki own) throws IOException {
        TlsPeer client = client(own, "TLSv1.3");
        byte[] sent = "what the client says".getBytes(StandardCharsets.UTF_8);
        client.write(sent);
        assertThat(client.readExactly(sent.length)).isEqualTo(sent);
        return client;
    }

    private static void beRefused() throws IOException {
        try (TlsPeer client = client(TestPki.CLIENT_EXPIRED, "TLSv1.2")) {
            client.readAll();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("certificate_expired");
        }
    }

    private static void findNobody() throws IOException {
        try (java.net.Socket socket = new java.net.Socket("127.0.0.1", deadEnd)) {
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        } catch (java.net.SocketException reset) {
            // The relay gives up the client as it finds best.
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console",
                "/console/relays/orders",
                "/console/connections",
                "/console/profiles",
                "/console/events",
                "/console/configuration"
            })
    void aPageIsWithoutFault(String path) throws IOException {
        beRefused();
        findNobody();
        try (TlsPeer open = established(TestPki.CLIENT_TRUSTED)) {
            assertThat(open).isNotNull();
            browser.complaints();
            browser.strangers();
            browser.open(path);
            assertThat(browser.accessibilityFaults()).isEmpty();
            browser.dark(true);
            assertThat(browser.contrastFaults()).as("dark").isEmpty();
            browser.size(360, 740);
            assertThat(browser.run("const page = document.documentElement; return page.scrollWidth - page.clientWidth"))
                    .as("how much wider than a phone")
                    .isEqualTo(0L);
            assertThat(browser.complaints()).isEmpty();
            assertThat(browser.strangers()).isEmpty();
        } finally {
            browser.size(1280, 1000);
            browser.dark(false);
        }
    }

    @Test
    void theOverviewCountsWhatHappens() throws IOException {
        beRefused();
        try (TlsPeer open = established(TestPki.CLIENT_TRUSTED)) {
            assertThat(open).isNotNull();
            browser.open("/console");
            browser.awaitText("#page", "certificate expired");
            browser.awaitText(".figures", "ready");
            browser.awaitText("#page", "1 of 10,000");
            browser.awaitText("#page", "CN=server.test");
        }
    }

    /** Seconds from what the gateway says to the moment when the page shows it, by the browser's clock. */
    private static double delayOfARefusal() throws IOException {
        browser.run("""
                const seen = new Set([...document.querySelectorAll('.event')].map((one) => one.textContent));
                window.delay = null;
                const observer = new MutationObserver(() => {
                  const event = document.querySelector('.event');
                  if (event && window.delay === null && !seen.has(event.textContent)) {
                    window.delay = (Date.now() - new Date(event.querySelector('time').dateTime)) / 1000;
                    observer.disconnect();
                  }
                });
                observer.observe(document.querySelector('.events'), { childList: true });""");
        beRefused();
        await().until(() -> browser.run("return window.delay") instanceof Number);
        return ((Number) browser.run("return window.delay")).doubleValue();
    }

    @Test
    void aRefusedClientAppearsWithinTwoSecondsWithItsReasonAndWhatToDo() throws IOException {
        browser.open("/console/events");
        double least = Double.MAX_VALUE;
        // A machine that is busy with something else may be late once.
        for (int i = 0; i < 5 && least >= 2; i++) {
            least = Math.min(least, delayOfARefusal());
        }
        assertThat(least).isLessThan(2);
        assertThat(browser.text(".event"))
                .contains("certificate expired", "client refused", "orders", "profile edge", "OpenSSL 10")
                .contains("What to do: renew the certificate");
        findNobody();
        browser.awaitText(".event", "connect refused");
        assertThat(browser.text(".event")).contains("upstream not reached", "archive");
        for (int i = 0; i < 3; i++) {
            findNobody();
        }
        browser.awaitText(".events", "down · upstream · archive");
        browser.open("/console/relays/archive");
        browser.awaitText("#page", "down");
    }

    @Test
    void closingAConnectionClosesIt() throws IOException {
        try (TlsPeer client = established(TestPki.CLIENT_TRUSTED_RSA)) {
            browser.open("/console/connections");
            browser.element("input").sendKeys("client.test");
            browser.awaitText("#result", "TLSv1.3");
            // In one step: the list may be drawn anew between finding and pressing.
            browser.run("document.querySelector('#result button').click()");
            assertThat(client.readAll().bytes()).isZero();
            browser.awaitText("#page [role=status]", "is closed");
            assertThat(program.awaitErr("connection closed .* reason=closed_by_operator")
                            .group())
                    .contains("relay=orders");
        }
    }

    private static OpenSsl clientWithScript(int port) throws IOException {
        return OpenSsl.start(
                "s_client",
                "-quiet",
                "-connect",
                "127.0.0.1:" + port,
                "-servername",
                "<img src=x onerror=document.title=1>",
                "-cert",
                TestPki.CLIENT_WITH_SCRIPT.cert().toString(),
                "-key",
                TestPki.CLIENT_WITH_SCRIPT.key().toString());
    }

    private static void assertThatNothingRan(String title) {
        assertThat(browser.run("return document.querySelectorAll('main img, main script').length"))
                .isEqualTo(0L);
        assertThat(browser.title()).isEqualTo(title + " · Sallyport");
    }

    @Test
    void namesThatHoldScriptAreShownAsTextWhereTheyAreLetIn() throws IOException {
        try (OpenSsl client = clientWithScript(port)) {
            assertThat(client).isNotNull();
            browser.open("/console/connections");
            browser.awaitText("#result", "\\<img src\\=x onerror");
            browser.awaitText("#result", "<img src=x onerror=document.title=1>"); // The SNI.
            assertThatNothingRan("Connections");
        }
    }

    @Test
    void namesThatHoldScriptAreShownAsTextWhereTheyAreRefused() throws Exception {
        try (OpenSsl client = clientWithScript(strict)) {
            client.awaitEnd();
        }
        browser.open("/console/events");
        browser.awaitText(".events", "not allowed");
        browser.awaitText(".events", "URI:x:<img src=x onerror=document.title=2>");
        assertThatNothingRan("Events");
        browser.open("/console/profiles");
        browser.open("/console");
        assertThatNothingRan("Overview");
    }

    @Test
    void theConfigurationIsShownWithItsSourcesAndWithoutItsSecrets() {
        browser.open("/console/configuration");
        browser.awaitText("#entries", "sallyport.relays.strict.timeouts.idle");
        assertThat(browser.text("#entries"))
                .contains("********", "config/sallyport.yaml:", "default")
                .doesNotContain(SECRET);
        browser.element("input[type=search]").sendKeys("strict.timeouts.idle");
        await().until(() -> browser.text("#entries").contains("1 of "));
    }

    @Test
    void aReloadIsShownBeforeItIsDone() throws IOException {
        Path file = directory.resolve("config/sallyport.yaml");
        String before = Files.readString(file);
        browser.open("/console/configuration");
        try {
            Files.writeString(file, before + "  drain: { deadline: 7s }\n");
            browser.button("What would a reload change?").click();
            browser.awaitText("#reload", "A reload would change this:");
            browser.awaitText("#reload", "sallyport.drain.deadline 25s 7s");
            assertThat(browser.text("#entries")).doesNotContain("7s");
            browser.button("Reload now").click();
            browser.awaitText("#reload", "Reloaded. This is otherwise now:");
            browser.awaitText("#entries", "sallyport.drain.deadline 7s");

            Files.writeString(file, before + "  drain: { dedline: 7s }\n");
            browser.button("What would a reload change?").click();
            browser.awaitText("#reload", "would be refused");
            browser.awaitText("#reload", "did you mean deadline?");
            assertThat(browser.button("Reload now").isDisplayed()).isFalse();
            browser.open("/console/events");
            browser.awaitText(".events", "applied · configuration read again");
            browser.awaitText(".events", "asked for by api; settings: sallyport.drain");
            browser.open("/console/configuration");
        } finally {
            Files.writeString(file, before);
            browser.button("What would a reload change?").click();
            browser.awaitText("#reload", "sallyport.drain.deadline 7s 25s");
            browser.button("Reload now").click();
            browser.awaitText("#reload", "Reloaded");
        }
    }

    @Test
    void whoMayOnlyViewSeesNoButtons() throws IOException {
        try (TlsPeer open = established(TestPki.CLIENT_TRUSTED)) {
            assertThat(open).isNotNull();
            browser.open("/console");
            signOut();
            signIn(VIEW);
            browser.awaitText("#who", "may view");
            browser.open("/console/connections");
            browser.awaitText("#result", "client.test");
            assertThat(browser.run("return document.querySelectorAll('#result button').length"))
                    .isEqualTo(0L);
            browser.open("/console/configuration");
            browser.awaitText("#entries", "sallyport.admin.address");
            assertThat(browser.run("return document.querySelectorAll('#reload').length"))
                    .isEqualTo(0L);
        } finally {
            signOut();
            signIn(OPERATE);
        }
    }

    @Test
    void aProfileShowsItsSessionsAndTheAgeOfItsKeys() throws IOException {
        established(TestPki.CLIENT_TRUSTED).close();
        browser.open("/console/profiles");
        browser.awaitText("#page", "made by this process");
        browser.awaitText("#page", "tickets issued");
        browser.awaitText("#page", "None: no list says whether a certificate was revoked.");
    }

    @Test
    void aProfileShowsHowOldItsOcspResponsesAre() throws IOException {
        try (TlsPeer client = TlsPeer.connect(audited, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", null)) {
            client.write(new byte[] {1});
            assertThat(client.readExactly(1)).hasSize(1);
        }
        // The response for clients is fetched in the background.
        await().ignoreExceptions().atMost(Duration.ofSeconds(30)).until(() -> {
            browser.open("/console/profiles");
            return browser.text("#profile-watched").contains("in 23 hours, at ");
        });
        assertThat(browser.text("#profile-watched"))
                .contains("Its OCSP response, shown to clients", "OCSP answers about peers")
                .containsPattern("Issued\\s\\d+ (seconds?|minutes?|hours?) ago")
                .containsPattern("Held now\\s1")
                .containsPattern("Oldest issued\\s\\d+ (seconds?|minutes?|hours?) ago")
                .containsPattern("responder\\sgood\\s1");
        assertThat(browser.text("#profile-edge")).doesNotContain("OCSP");
    }

    @Test
    void whatIsUnsafeIsSaidWhereverOneLooks() throws Exception {
        String says = "watched.keys; whoever reads that file can read all that they carry";
        browser.open("/console");
        browser.awaitText(".danger", "Unsafe: sallyport.profiles.watched.unsafe-key-log is set: ");
        assertThat(browser.text(".danger")).contains(says);
        browser.open("/console/profiles");
        browser.awaitText("#profile-watched .danger", "watched.keys");
        assertThat(browser.text("#profile-edge")).doesNotContain("Unsafe");
        HttpRequest health = HttpRequest.newBuilder(admin.resolve("/q/health/ready"))
                .header("Authorization", "Bearer " + VIEW)
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(health, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("unsafe settings", "sallyport.profiles.watched.unsafe-key-log", says);
    }

    @Test
    void theKeyboardReachesThePage() {
        browser.open("/console");
        assertThat(
                        browser.run(
                                "return getComputedStyle(document.querySelector('.skip')).position + document.querySelector('nav [aria-current]').textContent"))
                .isEqualTo("absoluteOverview");
        browser.run("document.querySelector('.skip').focus()");
        browser.element(".skip").click();
        assertThat(browser.run("return document.activeElement.id")).isEqualTo("page");
    }

    @Test
    void whoFindsNoPlaceForAWebSocketPolls() {
        HttpClient http = HttpClient.newHttpClient();
        List<WebSocket> others = new ArrayList<>();
        try {
            browser.leave();
            assertThat(statusOnceFull(http, others)).isEqualTo(503);
            browser.go("/console");
            browser.awaitText("#live-text", "asking every two seconds");
            browser.awaitText(".figures", "ready");
        } finally {
            others.forEach(WebSocket::abort);
        }
    }

    private static int statusOnceFull(HttpClient http, List<WebSocket> others) {
        for (int i = 0; i < 100; i++) {
            try {
                others.add(http.newWebSocketBuilder()
                        .header("Authorization", "Bearer " + VIEW)
                        .buildAsync(live(), new WebSocket.Listener() {})
                        .join());
            } catch (CompletionException e) {
                return status(e);
            }
        }
        return 0;
    }

    private static URI live() {
        return URI.create("ws://" + admin.getAuthority() + "/console/live");
    }

    @Test
    void anotherSitesPageIsNotFed() {
        WebSocket.Builder foreign =
                HttpClient.newHttpClient().newWebSocketBuilder().header("Origin", "http://elsewhere.test");
        try {
            foreign.buildAsync(live(), new WebSocket.Listener() {}).join();
            fail("it was fed");
        } catch (CompletionException e) {
            assertThat(status(e)).isEqualTo(403);
        }
    }

    /** Of the answer to a WebSocket that was not opened. */
    private static int status(CompletionException failure) {
        if (failure.getCause() instanceof WebSocketHandshakeException refused) {
            return refused.getResponse().statusCode();
        }
        throw failure;
    }

    /** Takes the pictures of the documentation: docs/pictures/take.sh. */
    @Test
    @EnabledIfSystemProperty(named = "pictures.write", matches = "true")
    void pictures() throws Exception {
        List<TlsPeer> clients = new ArrayList<>();
        Path file = directory.resolve("config/sallyport.yaml");
        String before = Files.readString(file);
        try {
            Files.writeString(file, before.replaceFirst("(?m)^ *unsafe-key-log.*\\R", ""));
            reload();
            TlsPeer.connect(audited, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", "audit.test")
                    .close();
            for (int i = 0; i < 12; i++) {
                clients.add(established(TestPki.CLIENT_TRUSTED));
            }
            beRefused();
            beRefused();
            findNobody();
            browser.size(1180, 1060);
            browser.open("/console");
            for (int round = 0; round < 60; round++) {
                for (TlsPeer client : clients.subList(0, 7 + (int) Math.round(5 * Math.sin(round / 5.0)))) {
                    byte[] sent = new byte[16_000];
                    client.write(sent);
                    assertThat(client.readExactly(sent.length)).hasSize(sent.length);
                }
                browser.awaitBeat();
            }
            Path pictures = Path.of("docs", "pictures");
            Files.write(pictures.resolve("console.png"), browser.picture());
            browser.size(1180, 900);
            browser.dark(true);
            browser.open("/console/profiles");
            browser.awaitText("#page", "Its policy");
            browser.run("document.querySelector('#profile-watched').scrollIntoView()");
            Files.write(pictures.resolve("profile.png"), browser.picture());
            browser.size(390, 800);
            browser.dark(false);
            browser.open("/console/events");
            browser.awaitText(".events", "certificate expired");
            Files.write(pictures.resolve("events-on-a-phone.png"), browser.picture());
        } finally {
            browser.size(1280, 1000);
            for (TlsPeer client : clients) {
                client.close();
            }
            Files.writeString(file, before);
            reload();
        }
    }

    private static void reload() throws Exception {
        HttpRequest reload = HttpRequest.newBuilder(admin.resolve("/api/reload"))
                .header("Authorization", "Bearer " + OPERATE)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(reload, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
    }
}
