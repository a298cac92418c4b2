package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.relay.Upstream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console in a browser, beside a running gateway with real traffic. */
class ConsoleIT {

    private static Upstream upstream;
    private static Program program;
    private static Browser browser;
    private static URI admin;
    private static int port;
    private static int deadEnd;

    @BeforeAll
    static void start() throws IOException {
        Browser.assumeInstalled();
        upstream = Upstream.echo();
        program = Program.start(
                TestConfiguration.directoryWith("""
                sallyport:
                  profiles:
                    edge:
                      cert: %s
                      key: %s
                      ca: %s
                  relays:
                    orders:
                      listen: { address: "127.0.0.1:0", profile: edge }
                      connect: { addresses: ["127.0.0.1:%d"] }
                    archive:
                      listen: { address: "127.0.0.1:0" }
                      connect: { addresses: ["127.0.0.1:%d"] }
                  admin: { address: "127.0.0.1:0" }
                """.formatted(
                                TestPki.SERVER_VIA_ONE_INTERMEDIATE.cert(),
                                TestPki.SERVER_VIA_ONE_INTERMEDIATE.key(),
                                TestPki.trustedCa(),
                                upstream.port(),
                                closedPort())),
                "run");
        port = listening("orders");
        deadEnd = listening("archive");
        admin = URI.create(program.awaitErr(" ready relays=2 admin=(\\S+)").group(1));
        browser = Browser.start(admin);
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
                "/console/events"
            })
    void aPageIsWithoutFault(String path) throws IOException {
        beRefused();
        findNobody();
        try (TlsPeer open = established(TestPki.CLIENT_TRUSTED)) {
            assertThat(open).isNotNull();
            browser.complaints();
            browser.strangers();
            browser.open(path);
            for (boolean dark : List.of(false, true)) {
                browser.dark(dark);
                assertThat(browser.accessibilityFaults()).as("dark: " + dark).isEmpty();
            }
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

    @Test
    void aRefusedClientAppearsWithItsReasonAndWhatToDo() throws IOException {
        browser.open("/console/events");
        long before = (Long) browser.run("return document.querySelectorAll('.event').length");
        beRefused();
        await().until(() -> (Long) browser.run("return document.querySelectorAll('.event').length") > before);
        assertThat(browser.text(".event"))
                .contains("certificate expired", "client refused", "orders", "profile edge", "OpenSSL 10")
                .contains("What to do: renew the certificate");
        findNobody();
        browser.awaitText(".event", "connect refused");
        assertThat(browser.text(".event")).contains("upstream not reached", "archive");
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

    @Test
    void aNameThatHoldsScriptIsShownAsText() throws IOException {
        try (TlsPeer open = established(TestPki.CLIENT_WITH_SCRIPT)) {
            assertThat(open).isNotNull();
            browser.open("/console/connections");
            browser.awaitText("#result", "\\<img src\\=x onerror");
            assertThat(browser.run("return document.querySelectorAll('main img, main script').length"))
                    .isEqualTo(0L);
            assertThat(browser.title()).isEqualTo("Connections · Sallyport");
        }
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
        try {
            for (int i = 0; i < 12; i++) {
                clients.add(established(TestPki.CLIENT_TRUSTED));
            }
            beRefused();
            beRefused();
            findNobody();
            browser.size(1180, 960);
            browser.open("/console");
            for (int round = 0; round < 60; round++) {
                for (TlsPeer client : clients.subList(0, 3 + round % 7)) {
                    byte[] sent = new byte[16_000];
                    client.write(sent);
                    assertThat(client.readExactly(sent.length)).hasSize(sent.length);
                }
                Thread.sleep(500);
            }
            Files.write(Path.of("docs", "pictures", "console.png"), browser.picture());
        } finally {
            browser.size(1280, 1000);
            for (TlsPeer client : clients) {
                client.close();
            }
        }
    }
}
