package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import io.sallyport.peer.OpenSsl;
import io.sallyport.peer.Peer;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.pki.CertificateAuthority;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.Credential;
import io.sallyport.pki.PemWriter;
import io.sallyport.relay.ConnectionView;
import io.sallyport.relay.Upstream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several names, protocols and identities on one listener, each with a way of its own. */
class RoutesTest {

    private static final String[] VERSIONS = {"TLSv1.2", "TLSv1.3"};

    private final CertificateAuthority caOfA = TestPki.trustedRoot();
    private final CertificateAuthority caOfB = TestPki.otherRoot();
    private final Credential clientOfA =
            caOfA.issue(CertificateSpec.client("CN=client-a,OU=Orders", "URI:spiffe://test/orders/1"));
    private final Credential clientOfB = caOfB.issue(CertificateSpec.client("CN=client-b,OU=Orders"));

    private ReloadRig rig;
    private final List<Upstream> upstreams = new ArrayList<>();

    @BeforeEach
    void create() throws IOException {
        rig = new ReloadRig();
        show("a", caOfA.issue(CertificateSpec.server("CN=a.test", "DNS:a.test", "DNS:*.a.test")));
        show("b", caOfB.issue(CertificateSpec.server("CN=b.test", "DNS:b.test")));
        rig.write("other.crt", PemWriter.text(List.of(caOfB.certificate())));
    }

    @AfterEach
    void close() throws Exception {
        for (Upstream upstream : upstreams) {
            upstream.close();
        }
        rig.close();
    }

    private void show(String profile, Credential credential) {
        rig.write(profile + ".crt", PemWriter.text(credential.chain()));
        rig.write(profile + ".key", PemWriter.text(credential.key()));
    }

    /** An upstream that says who it is, and then repeats what it hears. */
    private int upstream(String name) throws IOException {
        Upstream upstream = Upstream.plain(peer -> {
            peer.write(name.getBytes(StandardCharsets.US_ASCII));
            byte[] buffer = new byte[1024];
            for (int read = peer.read(buffer); read >= 0; read = peer.read(buffer)) {
                peer.write(buffer, read);
            }
            peer.end();
        });
        upstreams.add(upstream);
        return upstream.port();
    }

    private static String to(int port) {
        return "connect: { addresses: [\"127.0.0.1:" + port + "\"] }";
    }

    /** A relay that listens with profile a, and whose own upstream is D. */
    private String yaml(String more, String... routes) throws IOException {
        return """
                sallyport:
                  profiles:
                    a: { cert: %1$s/a.crt, key: %1$s/a.key, ca: %1$s/ca.crt }
                    b: { cert: %1$s/b.crt, key: %1$s/b.key, ca: %1$s/other.crt }
                    anyone: { cert: %1$s/b.crt, key: %1$s/b.key, verify: none }
                  relays:
                    orders:
                      listen: { address: "127.0.0.1:0", profile: a }
                      %2$s
                      %3$s
                      routes:
                %4$s
                """.formatted(
                        rig.directory,
                        to(upstream("D")),
                        more,
                        Arrays.stream(routes).map(route -> "        - " + route).reduce("", (x, y) -> x + y + "\n"));
    }

    private void start(String more, String... routes) throws Exception {
        rig.configure(yaml(more, routes));
        rig.start();
    }

    private SSLContext ofA() {
        return TestTls.context(clientOfA, caOfA.certificate());
    }

    private SSLContext ofB() {
        return TestTls.context(clientOfB, caOfB.certificate());
    }

    private TlsPeer connect(SSLContext tls, String version, @Nullable String name) throws IOException {
        return TlsPeer.connect(rig.port("orders"), tls, version, name);
    }

    /** Which upstream a client reaches. */
    private static String reached(Peer client) throws IOException {
        return new String(client.readExactly(1), StandardCharsets.US_ASCII);
    }

    private static String subject(TlsPeer client) throws IOException {
        X509Certificate leaf = (X509Certificate) client.engine().getSession().getPeerCertificates()[0];
        return leaf.getSubjectX500Principal().getName();
    }

    private void assertReaches(String upstream, SSLContext tls, @Nullable String name) throws IOException {
        for (String version : VERSIONS) {
            try (TlsPeer client = connect(tls, version, name)) {
                assertThat(reached(client)).isEqualTo(upstream);
            }
        }
    }

    private double refused(Refusal refusal) {
        return rig.registry.get("sallyport.handshake.failures").tag("refusal", refusal.code()).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private void assertTurnedDown(SSLContext tls, String name) {
        for (String version : VERSIONS) {
            assertThatThrownBy(() -> {
                        try (TlsPeer client = connect(tls, version, name)) {
                            reached(client);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void eachNameHasItsCertificateItsCaAndItsUpstream() throws Exception {
        start("", "{ sni: [b.test], profile: b, " + to(upstream("B")) + " }");

        for (String version : VERSIONS) {
            try (TlsPeer client = connect(ofB(), version, "b.test")) {
                assertThat(subject(client)).isEqualTo("CN=b.test");
                assertThat(reached(client)).isEqualTo("B");
                ConnectionView connection =
                        rig.gateway.connections().page(null, 0, 1).connections().get(0);
                assertThat(connection.route()).isEqualTo("1");
                assertThat(connection.profile()).isEqualTo("b");
                assertThat(String.valueOf(connection.clientSession())).contains("client-b");
            }
            await().until(() -> rig.gateway.connections().count() == 0);
            try (TlsPeer client = connect(ofA(), version, "a.test")) {
                assertThat(subject(client)).isEqualTo("CN=a.test");
                assertThat(reached(client)).isEqualTo("D");
                ConnectionView connection =
                        rig.gateway.connections().page(null, 0, 1).connections().get(0);
                assertThat(connection.route()).isNull();
                assertThat(connection.profile()).isEqualTo("a");
            }
            await().until(() -> rig.gateway.connections().count() == 0);
        }
        // Trusted for the one name, and for that one alone.
        assertTurnedDown(TestTls.context(clientOfA, caOfB.certificate()), "b.test");
        assertTurnedDown(TestTls.context(clientOfB, caOfA.certificate()), "a.test");
        await().until(() -> refused(Refusal.UNKNOWN_CA) == 4);
    }

    /** One connection that sends a line; gives what the client printed. */
    private String openssl(String version, String name, @Nullable Credential credential, String... more)
            throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("s_client", "-connect", "127.0.0.1:" + rig.port("orders"), "-servername", name, version));
        if (credential != null) {
            show("client", credential);
            arguments.addAll(List.of(
                    "-cert",
                    rig.directory.resolve("client.crt").toString(),
                    "-key",
                    rig.directory.resolve("client.key").toString()));
        }
        arguments.addAll(List.of(more));
        try (OpenSsl openssl = OpenSsl.start(arguments.toArray(String[]::new))) {
            openssl.type("ping\n");
            await().until(() ->
                    openssl.output().contains("ping") || openssl.output().contains("alert"));
            openssl.endInput();
            return openssl.awaitEnd();
        }
    }

    @ParameterizedTest
    @CsvSource({"-tls1_2,", "-tls1_2, -no_ticket", "-tls1_3,"})
    void aSessionOfOneNameNeverOpensTheOther(String version, @Nullable String ticket) throws Exception {
        start("", "{ sni: [b.test], profile: b, " + to(upstream("B")) + " }");
        String file = rig.directory.resolve("session.pem").toString();
        String[] save = ticket == null ? new String[] {"-sess_out", file} : new String[] {"-sess_out", file, ticket};
        String[] offer = ticket == null ? new String[] {"-sess_in", file} : new String[] {"-sess_in", file, ticket};

        assertThat(openssl(version, "a.test", clientOfA, save))
                .contains("New, TLSv1", "CN = a.test", "CN = Trusted Root")
                .doesNotContain("CN = Other Root");
        assertThat(openssl(version, "a.test", clientOfA, offer)).contains("Reused, TLSv1");
        assertThat(rig.gateway.connections().count()).isZero();

        assertThat(openssl(version, "b.test", clientOfB, offer))
                .contains("New, TLSv1", "CN = b.test", "CN = Other Root")
                .doesNotContain("Reused, TLSv1");
        assertThat(openssl(version, "b.test", clientOfA, offer)).contains("alert unknown ca");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.test", "A.Test", "x.a.test", "X.A.TEST"})
    void aNameMatchesInAnyLetterCaseAndAWildcardStandsForOneLabel(String name) throws Exception {
        start("", "{ sni: [A.test, \"*.a.test\"], " + to(upstream("A")) + " }");

        assertReaches("A", ofA(), name);
        assertReaches("D", ofA(), "x." + name + ".test");
        assertReaches("D", ofA(), "x.x.a.test");
        assertReaches("D", ofA(), null);
    }

    @Test
    void theFirstRouteThatMatchesIsTaken() throws Exception {
        start(
                "",
                "{ sni: [a.test], alpn: [mqtt], " + to(upstream("M")) + " }",
                "{ sni: [x.a.test], " + to(upstream("X")) + " }",
                "{ sni: [\"*.a.test\", a.test], " + to(upstream("A")) + " }",
                "{ alpn: [mqtt, h2], " + to(upstream("P")) + " }");

        assertThat(openssl("-tls1_3", "a.test", clientOfA, "-alpn", "h2,mqtt")).contains("Mping");
        assertThat(openssl("-tls1_3", "a.test", clientOfA, "-alpn", "h2")).contains("Aping");
        assertThat(openssl("-tls1_2", "c.test", clientOfA, "-alpn", "h2")).contains("Pping");
        assertReaches("X", ofA(), "x.a.test");
        assertReaches("A", ofA(), "y.a.test");
        assertReaches("D", ofA(), "c.test");
    }

    @Test
    void anIdentityChoosesTheUpstreamAlsoWhereItResumes() throws Exception {
        start(
                "",
                "{ sni: [b.test], identity: { cn: [client-b] }, profile: b, " + to(upstream("B")) + " }",
                "{ identity: { uri: [\"spiffe://test/orders/*\"] }, name: orders, " + to(upstream("O")) + " }",
                "{ identity: { ou: [Orders] }, " + to(upstream("U")) + " }");
        Credential other = caOfA.issue(CertificateSpec.client("CN=other"));
        Credential unit = caOfA.issue(CertificateSpec.client("CN=unit,OU=Orders"));
        Credential stranger = caOfB.issue(CertificateSpec.client("CN=stranger"));

        assertReaches("O", ofA(), "a.test");
        assertReaches("U", TestTls.context(unit, caOfA.certificate()), "a.test");
        assertReaches("D", TestTls.context(other, caOfA.certificate()), "a.test");
        assertReaches("B", ofB(), "b.test");
        // Nobody but the relay's own profile has judged those who go to the relay's own upstream.
        assertTurnedDown(TestTls.context(stranger, caOfB.certificate()), "b.test");
        await().until(() -> refused(Refusal.NO_ROUTE) == 2);

        String file = rig.directory.resolve("session.pem").toString();
        assertThat(openssl("-tls1_3", "a.test", clientOfA, "-sess_out", file)).contains("New, TLSv1.3", "Oping");
        assertThat(openssl("-tls1_3", "a.test", clientOfA, "-sess_in", file)).contains("Reused, TLSv1.3", "Oping");
    }

    @Test
    void whoTakesNoRouteIsRefusedByAnAlertWhereThatIsWanted() throws Exception {
        start(
                "unmatched: refuse",
                "{ sni: [a.test] }",
                "{ sni: [m.test], alpn: [mqtt] }",
                "{ sni: [raw.test], passthrough: true, " + to(upstream("R")) + " }");

        assertReaches("D", ofA(), "a.test");
        for (String version : new String[] {"-tls1_2", "-tls1_3"}) {
            assertThat(openssl(version, "c.test", clientOfA)).contains("alert number 112");
            assertThat(openssl(version, "10.0.0.1", clientOfA)).contains("alert number 112");
            assertThat(openssl(version, "m.test", clientOfA, "-alpn", "h2")).contains("alert number 120");
            assertThat(openssl(version, "m.test", clientOfA)).contains("alert number 120");
        }
        assertThatThrownBy(() -> connect(ofA(), "TLSv1.3", null)).hasMessageContaining("unrecognized_name");
        // The client may read its alert before we have counted it.
        await().until(() -> refused(Refusal.UNRECOGNIZED_NAME) == 5);
        await().until(() -> refused(Refusal.NO_APPLICATION_PROTOCOL) == 4);
        try (PlainPeer client = PlainPeer.connect(rig.port("orders"))) {
            client.write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.readAll().bytes()).isZero();
        }
        await().until(() -> refused(Refusal.NOT_TLS) == 1);
    }

    @Test
    void whatIsNoTlsGetsTheSameAnswerAsWithoutRoutes() throws Exception {
        start("", "{ sni: [b.test], profile: b }");

        try (PlainPeer client = PlainPeer.connect(rig.port("orders"))) {
            client.write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            client.readAll();
        }
        await().until(() -> refused(Refusal.NOT_TLS_HTTP) == 1);
        try (PlainPeer client = PlainPeer.connect(rig.port("orders"))) {
            client.write(new byte[] {22, 3, 1, 0, 4, 1, 0, 0, 0});
            byte[] alert = client.readExactly(7);
            assertThat(alert).containsExactly(21, 3, 3, 0, 2, 2, 50);
        }
        await().until(() -> refused(Refusal.BAD_HANDSHAKE) == 1);
    }

    @Test
    void aPassedThroughConnectionIsBetweenClientAndUpstreamAlone() throws Exception {
        Upstream raw = Upstream.tls(TestTls.context(TestPki.SERVER_TRUSTED), "TLSv1.3", null);
        upstreams.add(raw);
        start("", "{ sni: [server.test], passthrough: true, name: raw, " + to(raw.port()) + " }");

        try (TlsPeer client = connect(TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", "server.test");
                Peer behind = raw.take()) {
            assertThat(subject(client)).isEqualTo("CN=server.test");
            ConnectionView connection =
                    rig.gateway.connections().page(null, 0, 1).connections().get(0);
            assertThat(connection.route()).isEqualTo("raw");
            assertThat(connection.profile()).isNull();
            assertThat(connection.clientSession()).isNull();
            // Half-closed by the client, and still the whole reply comes.
            client.write(new byte[] {1});
            client.end();
            assertThat(behind.readAll().bytes()).isEqualTo(1);
            behind.write(new byte[100_000]);
            behind.end();
            Peer.Received received = client.readAll();
            assertThat(received.bytes()).isEqualTo(100_000);
            assertThat(received.end()).isEqualTo(Peer.Seen.CLOSE_NOTIFY);
        }
    }

    @Test
    void notAByteOfWhatIsPassedThroughDiffers() throws Exception {
        Upstream raw = Upstream.plain(null);
        upstreams.add(raw);
        start("", "{ sni: [raw.test], passthrough: true, " + to(raw.port()) + " }");
        byte[] hello = hello("raw.test");

        try (Socket socket = new Socket("127.0.0.1", rig.port("orders"))) {
            socket.setTcpNoDelay(true);
            for (byte one : hello) {
                socket.getOutputStream().write(one);
            }
            socket.getOutputStream().write(new byte[] {7, 8, 9});
            socket.shutdownOutput();
            try (Peer behind = raw.take()) {
                assertThat(behind.readExactly(hello.length)).isEqualTo(hello);
                assertThat(behind.readExactly(3)).containsExactly(7, 8, 9);
                assertThat(behind.read(new byte[1])).isEqualTo(-1);
                assertThat(behind.seen()).isEqualTo(Peer.Seen.FIN);
            }
        }
    }

    /** A ClientHello as Java's TLS writes it. */
    private static byte[] hello(String name) throws Exception {
        javax.net.ssl.SSLEngine engine = TestTls.context((TestPki) null).createSSLEngine();
        engine.setUseClientMode(true);
        javax.net.ssl.SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new javax.net.ssl.SNIHostName(name)));
        engine.setSSLParameters(parameters);
        java.nio.ByteBuffer out = java.nio.ByteBuffer.allocate(64 * 1024);
        engine.wrap(java.nio.ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    @Test
    void aReloadChangesRoutesAndLeavesOpenConnectionsAlone() throws Exception {
        String before = yaml("", "{ sni: [b.test], profile: b, " + to(upstream("B")) + " }");
        rig.configure(before);
        rig.start();

        try (TlsPeer live = connect(ofB(), "TLSv1.3", "b.test")) {
            assertThat(reached(live)).isEqualTo("B");
            rig.configure(yaml("", "{ sni: [b.test], profile: b, " + to(upstream("C")) + " }"));
            assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);
            assertReaches("C", ofB(), "b.test");
            rig.configure(yaml("", "{ sni: [c.test], profile: b, " + to(upstream("C")) + " }"));
            assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);
            assertTurnedDown(ofB(), "b.test");
            live.write(new byte[] {'x'});
            assertThat(reached(live)).isEqualTo("x");
        }
    }

    private static String optional(String yaml) {
        return yaml.replace("ca.crt }", "ca.crt, verify: optional }");
    }

    @Test
    void aClientWithoutACertificateGoesElsewhere() throws Exception {
        rig.configure(optional(yaml(
                "unverified: { " + to(upstream("W")) + " }",
                "{ sni: [b.test], profile: b, " + to(upstream("B")) + " }",
                "{ identity: { uri: [\"spiffe://test/orders/*\"] }, " + to(upstream("O")) + " }")));
        rig.start();
        SSLContext nobody = TestTls.context((Credential) null, caOfA.certificate());

        assertReaches("W", nobody, "a.test");
        assertReaches("W", nobody, null);
        assertReaches("O", ofA(), "a.test");
        assertReaches("B", ofB(), "b.test");
        // A bad certificate is not the same as none.
        assertTurnedDown(TestTls.context(clientOfB, caOfA.certificate()), "a.test");
        String file = rig.directory.resolve("session.pem").toString();
        assertThat(openssl("-tls1_3", "a.test", null, "-sess_out", file)).contains("New, TLSv1.3", "Wping");
        assertThat(openssl("-tls1_3", "a.test", clientOfA, "-sess_in", file)).contains("Reused, TLSv1.3", "Wping");
    }

    @Test
    void aClientWithoutACertificateIsKeptWaitingAndDropped() throws Exception {
        rig.configure(optional(yaml("unverified: { hold: 300ms }", "{ sni: [b.test], profile: b }")));
        rig.start();
        SSLContext nobody = TestTls.context((Credential) null, caOfA.certificate());

        for (String version : VERSIONS) {
            try (TlsPeer client = connect(nobody, version, "a.test")) {
                await().until(() -> rig.gateway.connections().page(null, 0, 1).connections().stream()
                        .anyMatch(connection -> connection.state().equals("holding")));
                client.write(new byte[10]);
                assertThat(client.readAll()).extracting(Peer.Received::bytes).isEqualTo(0L);
            }
            await().until(() -> rig.gateway.connections().count() == 0);
        }
        await().until(() -> refused(Refusal.NO_CERTIFICATE) == 2);
        try (TlsPeer client = connect(nobody, "TLSv1.3", "a.test")) {
            client.reset();
        }
        await().until(() -> rig.gateway.connections().count() == 0);
        await().until(() -> refused(Refusal.NO_CERTIFICATE) == 2);
        assertReaches("D", ofA(), "a.test");
    }

    private String curl(String name) throws Exception {
        show("client", name.startsWith("b.") ? clientOfB : clientOfA);
        String port = String.valueOf(rig.port("orders"));
        Process curl;
        try {
            curl = new ProcessBuilder(
                            "curl",
                            "-sS",
                            "--resolve",
                            name + ":" + port + ":127.0.0.1",
                            "--cacert",
                            rig.directory
                                    .resolve(name.startsWith("b.") ? "other.crt" : "ca.crt")
                                    .toString(),
                            "--cert",
                            rig.directory.resolve("client.crt").toString(),
                            "--key",
                            rig.directory.resolve("client.key").toString(),
                            "https://" + name + ":" + port + "/")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "curl isn't installed");
            throw e;
        }
        String printed = new String(curl.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(curl.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return printed;
    }

    @Test
    void curlReachesEachNameByItsRules() throws Exception {
        Upstream ofA = httpServer("a's");
        Upstream ofB = httpServer("b's");
        start("", "{ sni: [a.test], " + to(ofA.port()) + " }", "{ sni: [b.test], profile: b, " + to(ofB.port()) + " }");

        assertThat(curl("a.test")).isEqualTo("a's");
        assertThat(curl("b.test")).isEqualTo("b's");
    }

    private Upstream httpServer(String says) throws IOException {
        byte[] answer = ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + says.length() + "\r\n\r\n" + says)
                .getBytes(StandardCharsets.US_ASCII);
        Upstream upstream = Upstream.plain(peer -> {
            peer.readExactly("GET / HTTP/1.1\r\n".length());
            peer.write(answer);
            peer.end();
            peer.readAll();
        });
        upstreams.add(upstream);
        return upstream;
    }

    @Test
    void aClientThatStopsInItsHelloIsCut() throws Exception {
        start("timeouts: { handshake: 200ms }", "{ sni: [b.test], profile: b }");

        try (PlainPeer client = PlainPeer.connect(rig.port("orders"))) {
            client.write(new byte[] {22, 3, 1, 2, 0, 1});
            client.readAll();
        }
        await().until(() -> refused(Refusal.HANDSHAKE_TIMEOUT) == 1);
    }
}
