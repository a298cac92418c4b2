package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.fault.Refusal;
import io.sallyport.peer.Peer;
import io.sallyport.peer.PlainPeer;
import io.sallyport.profile.Address;
import io.sallyport.profile.Balancing;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Relay;
import io.sallyport.profile.StartTls;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Upstreams that are asked for TLS in their protocol, behind clients in plain. */
class StartTlsUpstreamTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** A server that does it, and what its client gets before the first echo. */
    private record Case(StartTls protocol, String greeting, String firstInTls, List<StartTlsServer.Turn> turns) {

        @Override
        public String toString() {
            return protocol.label();
        }
    }

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private static StartTlsServer.Turn turn(String expected, String answer) {
        return new StartTlsServer.Turn(expected, answer);
    }

    private static Case of(StartTls protocol, String greeting, StartTlsServer.Turn... turns) {
        return new Case(protocol, greeting, "", List.of(turns));
    }

    static Stream<Case> servers() {
        String ldap = "0\u001d\2\1\1w\u0018\u0080\u00161.3.6.1.4.1.1466.20037";
        String tls = "urn:ietf:params:xml:ns:xmpp-tls";
        String stream = "<?xml version='1.0'?><stream:stream to='server.test' xmlns='jabber:client'"
                + " xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
        return Stream.of(
                of(
                        StartTls.SMTP,
                        "220 sallyport ESMTP\r\n",
                        turn("", "220 real.test ESMTP\r\n"),
                        turn("EHLO localhost\r\n", "250-real.test\r\n250 STARTTLS\r\n"),
                        turn("STARTTLS\r\n", "220 go\r\n")),
                of(
                        StartTls.IMAP,
                        "* OK [CAPABILITY IMAP4rev1] ready\r\n",
                        turn("", "* OK real\r\n"),
                        turn("a STARTTLS\r\n", "a OK go\r\n")),
                of(StartTls.POP3, "+OK sallyport ready\r\n", turn("", "+OK real\r\n"), turn("STLS\r\n", "+OK go\r\n")),
                of(
                        StartTls.FTP,
                        "220 sallyport ready\r\n",
                        turn("", "220 real\r\n"),
                        turn("AUTH TLS\r\n", "234 go\r\n")),
                of(
                        StartTls.NNTP,
                        "200 sallyport ready\r\n",
                        turn("", "200 real\r\n"),
                        turn("STARTTLS\r\n", "382 go\r\n")),
                of(StartTls.IRC, "", turn("STARTTLS\r\n", ":real 670 * :go\r\n")),
                new Case(
                        StartTls.SIEVE,
                        "\"IMPLEMENTATION\" \"real\"\r\nOK\r\n",
                        "\"IMPLEMENTATION\" \"real\"\r\nOK\r\n",
                        List.of(
                                turn("", "\"IMPLEMENTATION\" \"real\"\r\n\"STARTTLS\"\r\nOK\r\n"),
                                turn("STARTTLS\r\n", "OK\r\n"))),
                of(
                        StartTls.XMPP,
                        "",
                        turn(
                                stream,
                                "<stream:stream><stream:features><starttls xmlns='" + tls + "'/></stream:features>"),
                        turn("<starttls xmlns='" + tls + "'/>", "<proceed xmlns='" + tls + "'/>")),
                of(StartTls.LDAP, "", turn(ldap, "0\u000c\2\1\1x\7\n\1\0\4\0\4\0")),
                of(StartTls.POSTGRESQL, "", turn("\0\0\0\u0008\u0004\u00d2\u0016\u002f", "S")));
    }

    private int start(StartTls protocol, Balancing balancing, int... ports) throws Exception {
        return start(protocol, RelayRig.broker(), balancing, ports);
    }

    private int start(StartTls protocol, @Nullable Profile profile, Balancing balancing, int... ports)
            throws Exception {
        Relay relay = new Relay(
                "orders",
                new Relay.Listen(new Address("127.0.0.1", 0), null, false),
                new Relay.Connect(
                                IntStream.of(ports)
                                        .mapToObj(port -> new Address("127.0.0.1", port))
                                        .toList(),
                                "broker",
                                new PeerName("server.test", null))
                        .withBalancing(balancing)
                        .withStartTls(protocol),
                new Relay.Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofMinutes(1)));
        return rig.start(relay, null, profile);
    }

    private static void assertTalks(int port, String greeting) throws Exception {
        try (Peer client = PlainPeer.connect(port)) {
            client.write("first words".getBytes(StandardCharsets.US_ASCII));
            String expected = greeting + "first words";
            assertThat(new String(client.readExactly(expected.length()), StandardCharsets.US_ASCII))
                    .isEqualTo(expected);
            client.end();
            assertThat(client.readAll().bytes()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aPlainClientReachesAServerThatIsAskedForTls(Case server) throws Exception {
        try (StartTlsServer upstream =
                new StartTlsServer(server.firstInTls(), server.turns().toArray(StartTlsServer.Turn[]::new))) {
            int port = start(server.protocol(), Balancing.DEFAULT, upstream.port());

            assertTalks(port, server.greeting());

            assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.DONE);
            assertThat(rig.events.clientSessions).hasSize(1);
            assertThat(upstream.heard)
                    .containsExactly(server.turns().stream()
                            .map(StartTlsServer.Turn::expected)
                            .reduce("", String::concat));
        }
    }

    private static StartTlsServer withoutTls() throws Exception {
        return new StartTlsServer(
                null, turn("", "220 real\r\n"), turn("EHLO localhost\r\n", "250-real\r\n250 AUTH PLAIN\r\n"));
    }

    private static StartTlsServer withTls() throws Exception {
        return new StartTlsServer(
                "",
                turn("", "220 real\r\n"),
                turn("EHLO localhost\r\n", "250-real\r\n250 STARTTLS\r\n"),
                turn("STARTTLS\r\n", "220 go\r\n"));
    }

    @Test
    void aServerThatRefusesHearsNothingInPlain() throws Exception {
        try (StartTlsServer upstream = withoutTls()) {
            int port = start(StartTls.SMTP, Balancing.DEFAULT, upstream.port());
            try (Peer client = PlainPeer.connect(port)) {
                client.write("AUTH PLAIN secret\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(client.readAll().bytes()).isZero();
            }
            assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.STARTTLS_REFUSED);
            assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.UPSTREAM_REFUSED);
            await().atMost(LIMIT).untilAsserted(() -> assertThat(upstream.heard).containsExactly("EHLO localhost\r\n"));
        }
    }

    @Test
    void theNextServerIsAskedWhereOneRefuses() throws Exception {
        try (StartTlsServer refusing = withoutTls();
                StartTlsServer willing = withTls()) {
            int port = start(StartTls.SMTP, Balancing.DEFAULT, refusing.port(), willing.port());

            assertTalks(port, "220 sallyport ESMTP\r\n");

            assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.STARTTLS_REFUSED);
            assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.DONE);
        }
    }

    @Test
    void whatIsInsertedBehindTheConsentIsARefusal() throws Exception {
        try (StartTlsServer upstream = new StartTlsServer(
                null,
                turn("", "220 real\r\n"),
                turn("EHLO localhost\r\n", "250-real\r\n250 STARTTLS\r\n"),
                turn("STARTTLS\r\n", "220 go\r\n250 for whatever comes first in TLS\r\n"))) {
            int port = start(StartTls.SMTP, Balancing.DEFAULT, upstream.port());
            try (Peer client = PlainPeer.connect(port)) {
                assertThat(client.readAll().bytes()).isZero();
            }
            assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.STARTTLS_INJECTION);
        }
    }

    @Test
    void aServerThatStaysSilentIsGivenUpAfterTheHandshakeTime() throws Exception {
        try (StartTlsServer silent = new StartTlsServer(null, turn("never said", ""));
                StartTlsServer willing = withTls()) {
            int port = start(StartTls.SMTP, Balancing.DEFAULT, silent.port(), willing.port());

            assertTalks(port, "220 sallyport ESMTP\r\n");

            assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.HANDSHAKE_TIMEOUT);
        }
    }

    @Test
    void aCheckAsksForTlsToo() throws Exception {
        try (StartTlsServer refusing = withoutTls();
                StartTlsServer willing = withTls()) {
            Balancing checked = new Balancing(
                    Balancing.Method.ROUND_ROBIN,
                    new Balancing.Health(Duration.ofMillis(300), 1, 1),
                    new Balancing.Ejection(100, Duration.ofMinutes(1)));
            start(StartTls.SMTP, checked, refusing.port(), willing.port());

            await().atMost(LIMIT).until(() -> willing.heard.size() > 1 && !rig.events.upstreams.isEmpty());

            assertThat(rig.events.upstreams).containsExactly("127.0.0.1:" + refusing.port() + " down");
        }
    }
}
