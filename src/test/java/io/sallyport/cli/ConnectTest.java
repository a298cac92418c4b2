package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.peer.OpenSsl;
import io.sallyport.profile.Address;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Relay;
import io.sallyport.profile.VerifyMode;
import io.sallyport.relay.MySqlServer;
import io.sallyport.relay.NativeTransport;
import io.sallyport.relay.RelayRig;
import io.sallyport.relay.Upstream;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sallyport connect} to openssl's server, and to ports where something else answers, or nothing. */
class ConnectTest {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    /** A server that sends each line back reversed, and ends when we do. */
    private static final String END = "-----END CERTIFICATE-----";

    static OpenSsl server(TestPki role, String... more) throws Exception {
        return serverAt("127.0.0.1:0", role, more);
    }

    private static OpenSsl serverAt(String address, TestPki role, String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                "s_server",
                "-accept",
                address,
                "-cert",
                role.cert().toString(),
                "-key",
                role.key().toString(),
                "-CAfile",
                TestPki.trustedCa().toString(),
                "-rev"));
        String chain = Files.readString(role.cert());
        String intermediates = chain.substring(chain.indexOf(END) + END.length());
        if (!intermediates.isBlank()) {
            Path file = TestPki.temporaryDirectory("chain").resolve("intermediates.pem");
            words.addAll(List.of(
                    "-cert_chain", Files.writeString(file, intermediates).toString()));
        }
        words.addAll(List.of(more));
        return OpenSsl.start(words.toArray(String[]::new));
    }

    /** Skips the test where there is no IPv6. */
    static OpenSsl serverAtIpv6() throws Exception {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            assumeThat(probe.isBound()).isTrue();
        } catch (IOException e) {
            assumeThat(true).as("no IPv6 here").isFalse();
        }
        return serverAt("[::1]:0", TestPki.SERVER_TRUSTED);
    }

    static Typed connect(String input, Object... words) {
        Object[] all = new Object[words.length + 1];
        all[0] = "connect";
        System.arraycopy(words, 0, all, 1, words.length);
        return Typed.reading(input.getBytes(StandardCharsets.US_ASCII), all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void aTrustedServerIsShownAndTalkedTo(String version) throws Exception {
        try (OpenSsl server = server(TestPki.SERVER_VIA_ONE_INTERMEDIATE, version)) {
            Typed talk = connect("abc\n", "localhost:" + server.awaitPort(), "--ca", TestPki.trustedCa());
            assertThat(talk.status()).as(talk.err()).isZero();
            assertThat(talk.out()).isEqualTo("cba\n");
            assertThat(talk.err())
                    .contains("connected to 127.0.0.1:", "handshake ", "SNI localhost")
                    .contains(version.equals("-tls1_2") ? "TLSv1.2, ECDHE-" : "TLSv1.3, TLS_")
                    .contains("CN=First Intermediate,O=Sallyport Test (expires in ")
                    .contains("└─ CN=server.test (expires in ")
                    .contains("trusted, by CN=Trusted Root,O=Sallyport Test");
        }
    }

    /** Netty just closes there where a TCP socket would tell the end, and what just closes was reset. */
    @Test
    void theEndOfAUnixSocketIsToldAsOne() throws Exception {
        Path path = TestPki.temporaryDirectory("unix").resolve("server.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            Thread answering = new Thread(() -> {
                try (SocketChannel client = server.accept()) {
                    client.write(ByteBuffer.wrap("hello\n".getBytes(StandardCharsets.US_ASCII)));
                    ByteBuffer rest = ByteBuffer.allocate(16);
                    while (client.read(rest) >= 0) {
                        rest.clear(); // What isn't read would make a reset of the close.
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            answering.start();
            Typed talk = connect("", "--plain", "unix:" + path);
            answering.join();
            assertThat(talk.status()).isZero();
            assertThat(talk.out()).isEqualTo("hello\n");
            assertThat(talk.err()).doesNotContain("reset");
        }
    }

    @Test
    void aServerMayBeBehindAUnixSocket() throws Exception {
        assumeThat(NativeTransport.absence()).as("native transport").isEmpty();
        Path path = TestPki.temporaryDirectory("unix").resolve("server.sock");
        String to = "unix:" + path;
        Profile edge = RelayRig.profile("edge", TestPki.SERVER_TRUSTED, VerifyMode.NONE, Profile.DEFAULT_DEPTH);
        try (Upstream echo = Upstream.echo();
                RelayRig rig = new RelayRig()) {
            Relay relay = new Relay(
                    "orders",
                    new Relay.Listen(Address.parse(to), edge.name(), false),
                    new Relay.Connect(List.of(new Address("127.0.0.1", echo.port())), null, PeerName.OF_ADDRESS),
                    RelayRig.TIMEOUTS);
            rig.start(relay, edge, null);

            Typed talk = connect("abc\n", to, "--ca", TestPki.trustedCa(), "--sni", "localhost");
            assertThat(talk.status()).as(talk.err()).isZero();
            assertThat(talk.out()).isEqualTo("abc\n");
            assertThat(talk.err()).contains("connected to " + to, "SNI localhost", "trusted, by CN=Trusted Root");

            Typed unnamed = connect("", to, "--ca", TestPki.trustedCa());
            assertThat(unnamed.status()).isEqualTo(2);
            assertThat(unnamed.err())
                    .contains(to + " has no host name to send and to check", "give the server's with --sni");
        }
        Typed gone = connect("", "--plain", "unix:" + path.resolveSibling("none"));
        assertThat(gone.status()).isEqualTo(1);
        assertThat(gone.err()).contains("can't connect to unix:" + path.resolveSibling("none"), "check the path");
    }

    @ParameterizedTest
    @CsvSource({
        "SERVER_OTHER_CA, unknown_ca",
        "SERVER_EXPIRED, certificate_expired",
        "SERVER_NOT_YET_VALID, certificate_not_yet_valid",
        "SERVER_WRONG_NAME, name_mismatch",
        "SERVER_WITHOUT_NAMES, name_mismatch",
        "SERVER_SELF_SIGNED, self_signed",
        "SERVER_WITH_CLIENT_PURPOSE, wrong_purpose"
    })
    void aServerThatIsNotTrustedGetsNothing(TestPki role, String code) throws Exception {
        try (OpenSsl server = server(role)) {
            Typed talk = connect("secret\n", "localhost:" + server.awaitPort(), "--ca", TestPki.trustedCa());
            assertThat(talk.status()).isEqualTo(1);
            assertThat(talk.out()).isEmpty();
            assertThat(talk.err()).contains("not trusted: " + code + ": ", ": " + code + "\n");
            assertThat(server.output()).doesNotContain("secret");
        }
    }

    @Test
    void programsGetJson() throws Exception {
        try (OpenSsl server = server(TestPki.SERVER_TRUSTED, "-alpn", "mqtt")) {
            Typed talk = connect(
                    "not sent\n",
                    "127.0.0.1:" + server.awaitPort(),
                    "--ca",
                    TestPki.trustedCa(),
                    "--alpn",
                    "mqtt",
                    "--format",
                    "json");
            assertThat(talk.status()).as(talk.err()).isZero();
            assertThat(talk.err()).isEmpty();
            JsonObject report = new JsonObject(talk.out());
            assertThat(report.getBoolean("trusted")).isTrue();
            assertThat(report.getString("alpn")).isEqualTo("mqtt");
            assertThat(report.getString("serverName"))
                    .as("an IP address is no SNI")
                    .isNull();
            assertThat(report.getJsonArray("chain").getJsonObject(0).getString("verdict"))
                    .isEqualTo("good");
            assertThat(server.output()).doesNotContain("not sent");
        }
    }

    @Test
    void theChainComesAsPem() throws Exception {
        try (OpenSsl server = server(TestPki.SERVER_VIA_TWO_INTERMEDIATES)) {
            Typed talk = connect(
                    "", "localhost:" + server.awaitPort(), "--ca", TestPki.trustedCa(), "--show-chain-pem", "--quiet");
            assertThat(talk).isEqualTo(new Typed(0, Files.readString(TestPki.SERVER_VIA_TWO_INTERMEDIATES.cert()), ""));
        }
    }

    @Test
    void anotherNameIsSentAndChecked() throws Exception {
        try (OpenSsl server = server(TestPki.SERVER_WRONG_NAME)) {
            assertThat(connect(
                                    "",
                                    "localhost:" + server.awaitPort(),
                                    "--ca",
                                    TestPki.trustedCa(),
                                    "--sni",
                                    "other.test")
                            .err())
                    .contains("SNI other.test", "\ntrusted, by ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void aClientCertificateIsShown(String version) throws Exception {
        try (OpenSsl server = server(TestPki.SERVER_TRUSTED, version, "-Verify", "1", "-verify_return_error")) {
            int port = server.awaitPort();
            Typed without = connect("abc\n", "localhost:" + port, "--ca", TestPki.trustedCa());
            assertThat(without.status()).as(without.err()).isEqualTo(1);
            assertThat(without.err())
                    .contains("error: ")
                    .contains(
                            version.equals("-tls1_2")
                                    ? "hint: it has no version or cipher in common with us, or wants a client certificate"
                                    : "hint: it wants a client certificate: give --cert and --key\n");
            assertThat(without.out()).isEmpty();
            Typed with = connect(
                    "abc\n",
                    "localhost:" + port,
                    "--ca",
                    TestPki.trustedCa(),
                    "--cert",
                    TestPki.CLIENT_TRUSTED.cert(),
                    "--key",
                    TestPki.CLIENT_TRUSTED.key());
            assertThat(with.status()).as(with.err()).isZero();
            assertThat(with.out()).isEqualTo("cba\n");
        }
    }

    @Test
    void aProfileOfTheConfigurationServes() throws Exception {
        var directory = TestConfiguration.directoryWith("""
                sallyport:
                  profiles:
                    broker: { ca: %s, protocols: [TLSv1.2], server-name: broker.test }
                  relays:
                    out: { listen: { address: "127.0.0.1:0" }, connect: { addresses: ["127.0.0.1:9"], profile: broker } }
                """.formatted(TestPki.trustedCa()));
        try (OpenSsl server = server(TestPki.SERVER_TRUSTED)) {
            Typed talk = connect(
                    "abc\n",
                    "127.0.0.1:" + server.awaitPort(),
                    "--profile",
                    "broker",
                    "--config",
                    directory.resolve("config/sallyport.yaml"));
            assertThat(talk.status()).as(talk.err()).isZero();
            assertThat(talk.err()).contains("TLSv1.2", "SNI broker.test");
            Typed unknown = connect(
                    "", "127.0.0.1:1", "--profile", "brokr", "--config", directory.resolve("config/sallyport.yaml"));
            assertThat(unknown.status()).isEqualTo(2);
            assertThat(unknown.err()).contains("there is no profile brokr", "broker");
        }
    }

    @Test
    void aProfileJudgesByItsAllowListsToo() throws Exception {
        var directory = TestConfiguration.directoryWith("""
                sallyport:
                  profiles:
                    broker: { ca: %s, allow: { dns: ["other.test"] } }
                  relays:
                    out: { listen: { address: "127.0.0.1:0" }, connect: { addresses: ["127.0.0.1:9"], profile: broker } }
                """.formatted(TestPki.trustedCa()));
        try (OpenSsl server = server(TestPki.SERVER_TRUSTED)) {
            Typed talk = connect(
                    "secret\n",
                    "localhost:" + server.awaitPort(),
                    "--profile",
                    "broker",
                    "--config",
                    directory.resolve("config/sallyport.yaml"));
            assertThat(talk.status()).isEqualTo(1);
            assertThat(talk.err()).contains("not trusted: not_allowed: ");
            assertThat(server.output()).doesNotContain("secret");
        }
    }

    /** Bytes pass, as the profile says; the status still says that nobody was proven. */
    @Test
    void aProfileThatTrustsAnybodyProvesNobody() throws Exception {
        var directory = TestConfiguration.directoryWith("""
                sallyport:
                  profiles:
                    anybody: { verify: none }
                  relays:
                    out: { listen: { address: "127.0.0.1:0" }, connect: { addresses: ["127.0.0.1:9"], profile: anybody } }
                """);
        try (OpenSsl server = server(TestPki.SERVER_OTHER_CA)) {
            Typed talk = connect(
                    "abc\n",
                    "localhost:" + server.awaitPort(),
                    "--profile",
                    "anybody",
                    "--config",
                    directory.resolve("config/sallyport.yaml"));
            assertThat(talk.out()).isEqualTo("cba\n");
            assertThat(talk.err()).contains("not trusted: nobody asked");
            assertThat(talk.status()).isEqualTo(1);
        }
    }

    @Test
    void anIpv6AddressStandsInBrackets() throws Exception {
        try (OpenSsl server = serverAtIpv6()) {
            Typed talk = connect("abc\n", "[::1]:" + server.awaitPort(), "--ca", TestPki.trustedCa());
            assertThat(talk.status()).as(talk.err()).isZero();
            assertThat(talk.err()).contains("connected to [::1]:");
        }
    }

    /** Answers one connection with a text, once it has read something or its end. */
    private static Thread answering(ServerSocket listening, String answer) {
        Thread thread = new Thread(() -> {
            try (Socket socket = listening.accept()) {
                InputStream in = socket.getInputStream();
                StringBuilder all = new StringBuilder();
                byte[] block = new byte[4096];
                for (int n = in.read(block); n >= 0; n = in.read(block)) {
                    all.append(new String(block, 0, n, StandardCharsets.ISO_8859_1));
                    if (!answer.equals("echo")) {
                        break;
                    }
                }
                String text = answer.equals("echo") ? all.toString() : answer;
                socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
                socket.shutdownOutput();
                while (in.read(block) >= 0) {
                    // Until the other side has ended too.
                }
            } catch (IOException e) {
                // The test ended.
            }
        });
        thread.start();
        return thread;
    }

    private static ServerSocket listening() throws IOException {
        return new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
    }

    @Test
    void aPlainHttpPortIsTold() throws Exception {
        try (ServerSocket port = listening()) {
            answering(port, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
            Typed talk = connect("", "127.0.0.1:" + port.getLocalPort());
            assertThat(talk.status()).isEqualTo(1);
            assertThat(talk.err())
                    .isEqualTo("error: 127.0.0.1:" + port.getLocalPort() + " speaks plain HTTP, not TLS\n"
                            + "hint: connect with --plain, or to its HTTPS port\n");
        }
    }

    @Test
    void aClosedPortIsTold() throws Exception {
        int port;
        try (ServerSocket closed = listening()) {
            port = closed.getLocalPort();
        }
        Typed talk = connect("", "127.0.0.1:" + port);
        assertThat(talk.status()).isEqualTo(1);
        assertThat(talk.err())
                .startsWith("error: can't connect to 127.0.0.1:" + port
                        + ": the connection was refused: nothing listens there\nhint: ");
    }

    @Test
    void aPortThatNeverAnswersIsTold() throws Exception {
        try (ServerSocket port = listening()) {
            Typed talk = connect("", "127.0.0.1:" + port.getLocalPort(), "--timeout", "1");
            assertThat(talk.status()).isEqualTo(1);
            assertThat(talk.err()).contains("takes connections, but didn't answer the TLS handshake within 1 s");
        }
    }

    /** What a port does with whoever speaks TLS to it. */
    enum Odd {
        CLOSES_AT_ONCE,
        RESETS_AT_ONCE,
        READS_AND_CLOSES,
        SPEAKS_FIRST,
        ANSWERS_JUNK,
        CUTS_A_RECORD_SHORT,
        SENDS_AN_ALERT,
        ECHOES
    }

    private static void serve(Odd odd, Socket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        byte[] block = new byte[4096];
        switch (odd) {
            case CLOSES_AT_ONCE -> {}
            case RESETS_AT_ONCE -> socket.setSoLinger(true, 0);
            case READS_AND_CLOSES -> socket.getInputStream().read(block);
            case SPEAKS_FIRST -> {
                out.write("SSH-2.0-OpenSSH_9.9\r\n".getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().read(block);
            }
            case ANSWERS_JUNK -> {
                socket.getInputStream().read(block);
                out.write(new byte[] {0, 1, 2, 3, 4, 5, 6, 7});
            }
            case CUTS_A_RECORD_SHORT -> {
                socket.getInputStream().read(block);
                out.write(HexFormat.of().parseHex("160303007a02"));
            }
            case SENDS_AN_ALERT -> {
                socket.getInputStream().read(block);
                out.write(HexFormat.of().parseHex("15030300020270"));
            }
            case ECHOES -> out.write(block, 0, socket.getInputStream().read(block));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "CLOSES_AT_ONCE ; peer_(closed|reset): .*\\nhint: it may speak another protocol",
                "RESETS_AT_ONCE ; (peer_reset: .*|can't connect .*)\\nhint: ",
                "READS_AND_CLOSES ; peer_closed: .*\\nhint: it may speak another protocol, or want another server name",
                "SPEAKS_FIRST ; speaks first, and not TLS: 'SSH-2.0-OpenSSH_9.9'\\nhint: connect with --plain",
                "ANSWERS_JUNK ; not_tls: the peer began with .*\\nhint: ",
                "CUTS_A_RECORD_SHORT ; peer_closed: .*\\nhint: it may speak another protocol",
                "SENDS_AN_ALERT ; the peer sent the alert unrecognized_name\\nhint: it serves no such name: .* --sni",
                "ECHOES ; bad_handshake: .*\\nhint: the peer broke the TLS protocol"
            })
    void aPortWhereSomethingElseIsIsTold(Odd odd, String told) throws Exception {
        try (ServerSocket port = listening()) {
            Thread server = new Thread(() -> {
                try (Socket socket = port.accept()) {
                    serve(odd, socket);
                } catch (IOException e) {
                    // The test ended.
                }
            });
            server.start();
            Typed talk = connect("secret\n", "127.0.0.1:" + port.getLocalPort());
            assertThat(talk.status()).isEqualTo(1);
            assertThat(talk.out()).isEmpty();
            assertThat(talk.err()).startsWith("error: ").containsPattern(told).doesNotContain("Exception");
            server.join();
        }
    }

    @Test
    void aPlainConnectionKeepsHalfClose() throws Exception {
        try (ServerSocket port = listening()) {
            answering(port, "echo");
            Typed talk = connect("one\ntwo\n", "--plain", "127.0.0.1:" + port.getLocalPort());
            assertThat(talk.status()).as(talk.err()).isZero();
            assertThat(talk.out()).isEqualTo("one\ntwo\n");
            assertThat(talk.err()).contains("plain: nobody proved anything");
        }
    }

    @Test
    void wrongUseIsNamed() {
        for (String line : List.of(
                "localhost",
                "::1:443",
                "localhost:0",
                "localhost:https",
                "localhost:443 --key x",
                "localhost:443 --ca nowhere.crt",
                "localhost:443 --cert nowhere.crt",
                "localhost:443 --profile x --config nowhere.yaml")) {
            Typed wrong = connect("", (Object[]) line.split(" "));
            assertThat(wrong.status()).as(line).isEqualTo(2);
            assertThat(wrong.out()).isEmpty();
            assertThat(wrong.err()).as(line).startsWith("error: ").doesNotContain("Exception");
        }
    }

    @Test
    void aServerOfAProtocolIsAskedForTls() throws Exception {
        try (PlainThenTls server = new PlainThenTls(
                "220 real.test ESMTP\r\n",
                "EHLO localhost\r\n",
                "250-real\r\n250 STARTTLS\r\n",
                "STARTTLS\r\n",
                "220 go\r\n")) {
            Typed talk =
                    connect("NOOP\n", "localhost:" + server.port(), "--starttls", "smtp", "--ca", TestPki.trustedCa());

            assertThat(talk.status()).as(talk.err()).isZero();
            assertThat(talk.err()).contains("trusted, by CN=Trusted Root,O=Sallyport Test");
            assertThat(talk.out()).isEqualTo("NOOP\n");
        }
    }

    @Test
    void aServerThatRefusesTlsGetsNothing() throws Exception {
        try (PlainThenTls server = new PlainThenTls(
                "220 real\r\n", "EHLO localhost\r\n", "250-real\r\n250 STARTTLS\r\n", "STARTTLS\r\n", "454 no\r\n")) {
            Typed talk = connect("secret\n", "localhost:" + server.port(), "--starttls", "smtp");

            assertThat(talk.status()).isEqualTo(1);
            assertThat(talk.err())
                    .contains("failed: starttls_refused: the server refused to start TLS: '454 no'")
                    .contains("hint: turn STARTTLS on at the server");
            assertThat(server.heardLast()).doesNotContain("secret");
        }
    }

    /** Who only looks at the certificate of a MySQL server, day after day, isn't locked out by it. */
    @ParameterizedTest
    @ValueSource(strings = {"text", "json"})
    void aMySqlServerHearsWhoOnlyLooks(String format) throws Exception {
        try (MySqlServer server = new MySqlServer(MySqlServer.Tls.ASKED_FOR)) {
            Typed talk = connect(
                    "",
                    "localhost:" + server.port(),
                    "--starttls",
                    "mysql",
                    "--format",
                    format,
                    "--ca",
                    TestPki.trustedCa(),
                    "--cert",
                    TestPki.CLIENT_TRUSTED.cert(),
                    "--key",
                    TestPki.CLIENT_TRUSTED.key(),
                    "--sni",
                    "server.test");

            assertThat(talk.status()).as(talk.err()).isZero();
            await().atMost(Duration.ofSeconds(10)).until(() -> server.left.get() + server.faults.size() == 1);
            assertThat(server.faults).isEmpty();
        }
    }

    @Test
    void starttlsNeedsAProtocolThatThereIs() {
        assertThat(connect("", "localhost:1", "--starttls", "smpt").err()).contains("'smpt' is not one of smtp, imap");
        assertThat(connect("", "localhost:1", "--starttls", "smtp", "--plain").status())
                .isEqualTo(2);
    }
}
