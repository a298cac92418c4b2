package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import io.sallyport.peer.OpenSsl;
import io.sallyport.peer.Peer;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.PrefixedSocket;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.profile.Address;
import io.sallyport.profile.Network;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Profile;
import io.sallyport.profile.ProxyProtocol;
import io.sallyport.profile.Relay;
import io.sallyport.profile.StartTls;
import io.sallyport.profile.VerifyMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that ask for TLS in their protocol. */
class StartTlsListenerTest {

    private static final ProxyProtocol.Accept ACCEPT = new ProxyProtocol.Accept(
            Set.of(ProxyProtocol.Version.V1), List.of(Network.parse("127.0.0.0/8")), Duration.ofSeconds(5));

    private static final Duration LIMIT = Duration.ofSeconds(15);

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private final Upstream upstream = rig.closing(Upstream.plain(null));

    private int start(StartTls protocol) throws Exception {
        return start(protocol, RelayRig.edge(), null, upstream.port());
    }

    private int start(@Nullable StartTls protocol, Profile edge, ProxyProtocol.@Nullable Accept accept, int to)
            throws Exception {
        Relay relay = new Relay(
                "orders",
                new Relay.Listen(new Address("127.0.0.1", 0), edge.name(), false)
                        .withProxyProtocol(accept)
                        .withStartTls(protocol),
                new Relay.Connect(List.of(new Address("127.0.0.1", to)), null, PeerName.OF_ADDRESS),
                new Relay.Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMinutes(1)));
        return rig.start(relay, edge, null);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String read(Peer from, int length) throws Exception {
        return new String(from.readExactly(length), StandardCharsets.ISO_8859_1);
    }

    /** The upstream greets as its protocol has it; what the client sees of that behind TLS is what its protocol has there. */
    @ParameterizedTest
    @CsvSource({
        "smtp, smtp, 220-real\\r\\n220 ESMTP\\r\\n, ''",
        "imap, imap, * OK real\\r\\n, ''",
        "pop3, pop3, +OK real\\r\\n, ''",
        "ftp, ftp, 220 real\\r\\n, ''",
        "nntp, nntp, 200 real\\r\\n, ''",
        "sieve, sieve, \"IMPLEMENTATION\" \"real\"\\r\\nOK\\r\\n, real",
        "irc, irc, '', ''",
        "xmpp, xmpp, '', ''",
        "ldap, ldap, '', ''",
        "postgresql, postgres, '', ''",
    })
    void openSslGetsThrough(String protocol, String word, String greeting, String seen) throws Exception {
        int port = start(StartTls.valueOf(protocol.toUpperCase(java.util.Locale.ROOT)));
        try (OpenSsl client = OpenSsl.client(
                port,
                TestPki.CLIENT_TRUSTED,
                "-starttls",
                word,
                "-name",
                "server.test",
                "-CAfile",
                TestPki.trustedCa().toString(),
                "-quiet",
                "-verify_return_error")) {
            client.type("hello\n");
            try (Peer behind = upstream.take()) {
                behind.write(bytes(greeting.replace("\\r\\n", "\r\n")));
                assertThat(read(behind, 6)).isEqualTo("hello\n");
                behind.write(bytes("good bye"));
                await().alias(client.output())
                        .atMost(LIMIT)
                        .until(() -> client.output().contains("good bye"));
            }
            assertThat(client.output().contains("real")).isEqualTo(seen.equals("real"));
            assertThat(client.output()).contains(seen);
        }
    }

    /** As balancers and monitors look at a port, with what comes before the client's first word. */
    @ParameterizedTest
    @CsvSource({"none, false", "none, true", "smtp, false", "smtp, true", "proxy, false", "proxy, true"})
    void aProbeThatSaysNothingIsNoRefusal(String before, boolean reset) throws Exception {
        ProxyProtocol.Accept accept = before.equals("proxy") ? ACCEPT : null;
        int port = start(before.equals("smtp") ? StartTls.SMTP : null, RelayRig.edge(), accept, upstream.port());
        try (Peer client = PlainPeer.connect(port)) {
            if (before.equals("smtp")) {
                read(client, "220 sallyport ESMTP\r\n".length());
            } else if (before.equals("proxy")) {
                client.write(bytes("PROXY UNKNOWN\r\n"));
            }
            if (reset) {
                client.reset();
            } else {
                client.fin();
                client.readAll();
            }
        }
        assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.CLIENT_GONE);
        assertThat(rig.events.refusals).isEmpty();
        assertThat(upstream.untouched()).isTrue();
    }

    @Test
    void nothingOfAnUnverifiedClientReachesTheUpstream() throws Exception {
        int port = start(StartTls.SMTP);
        try (Peer client = PlainPeer.connect(port)) {
            read(client, "220 sallyport ESMTP\r\n".length());
            client.write(bytes("AUTH PLAIN secret\r\n"));
            assertThat(read(client, 3)).isEqualTo("530");
            client.end();
            client.readAll();
        }
        assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.PEER_CLOSED);
        assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.CLIENT_REFUSED);
        assertThat(upstream.untouched()).isTrue();
    }

    @Test
    void aCommandBehindStartTlsIsRefusedWhole() throws Exception {
        int port = start(StartTls.SMTP);
        try (Peer client = PlainPeer.connect(port)) {
            client.write(bytes("EHLO a\r\nSTARTTLS\r\nMAIL FROM:<mallory@a.test>\r\n"));
            client.readAll();
        }
        assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.STARTTLS_INJECTION);
        assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.CLIENT_REFUSED);
        assertThat(upstream.untouched()).isTrue();
    }

    /** The ClientHello comes in one segment with the command, and even with a proxy's header in front. */
    @ParameterizedTest
    @CsvSource({"false, TLSv1.2", "false, TLSv1.3", "true, TLSv1.3"})
    void aClientInAHurryIsServed(boolean proxied, String version) throws Exception {
        int port = start(StartTls.POSTGRESQL, RelayRig.edge(), proxied ? ACCEPT : null, upstream.port());
        String header = proxied ? "PROXY TCP4 192.0.2.7 198.51.100.1 40000 443\r\n" : "";
        PrefixedSocket socket = new PrefixedSocket(port, bytes(header + "\0\0\0\u0008\u0004\u00d2\u0016\u002f"));
        // Java's TLS would take the answer for a record: it is read away first.
        try (Peer client = TlsPeer.connect(
                new SkippingSocket(socket, 1), TestTls.context(TestPki.CLIENT_TRUSTED), version, "server.test")) {
            client.write(bytes("ping"));
            try (Peer behind = upstream.take()) {
                assertThat(read(behind, 4)).isEqualTo("ping");
            }
        }
    }

    @Test
    void tlsAtOnceIsTakenByPostgresAndByNoOther() throws Exception {
        int postgres = start(StartTls.POSTGRESQL);
        try (Peer client =
                TlsPeer.connect(postgres, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", "server.test")) {
            client.write(bytes("ping"));
            try (Peer behind = upstream.take()) {
                assertThat(read(behind, 4)).isEqualTo("ping");
            }
        }
        int imap = start(StartTls.IMAP);
        try (Peer client = PlainPeer.connect(imap)) {
            client.write(bytes("\u0016\3\1\0\u0005\1\0\0\1\3"));
            client.readAll();
        }
        assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.STARTTLS_NOT_ASKED);
    }

    @Test
    void aClientWithoutCertificateIsRefusedInTls() throws Exception {
        int port = start(StartTls.LDAP);
        try (OpenSsl client =
                OpenSsl.start("s_client", "-connect", "127.0.0.1:" + port, "-starttls", "ldap", "-quiet")) {
            assertThat(client.awaitEnd()).containsIgnoringCase("certificate required");
        }
        assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.NO_CERTIFICATE);
        assertThat(upstream.untouched()).isTrue();
    }

    /** Every line counts from accept on: talking doesn't buy time. */
    @Test
    void aClientThatOnlyTalksIsCutAtTheHandshakeTime() throws Exception {
        int port = start(StartTls.SMTP);
        try (Peer client = PlainPeer.connect(port)) {
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> {
                if (rig.events.closed.isEmpty()) {
                    client.write(bytes("NOOP\r\n"));
                }
                return !rig.events.closed.isEmpty();
            });
        } catch (java.io.IOException e) {
            // It was reset between the look and the line.
        }
        assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.CLIENT_HANDSHAKE_TIMEOUT);
        assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.HANDSHAKE_TIMEOUT);
        assertThat(upstream.untouched()).isTrue();
    }

    @Test
    void anUpstreamThatTurnsTheClientDownInItsGreetingIsARefusal() throws Exception {
        int port = start(StartTls.SMTP);
        try (Peer client = startedTls(port)) {
            try (Peer behind = upstream.take()) {
                behind.write(bytes("421 too busy\r\n"));
                assertThat(client.readAll().bytes()).isZero();
            }
        }
        assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.GREETING_REFUSED);
        assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.UPSTREAM_REFUSED);
    }

    private static Peer startedTls(int port) throws Exception {
        java.net.Socket socket = new java.net.Socket("127.0.0.1", port);
        socket.getInputStream().readNBytes("220 sallyport ESMTP\r\n".length());
        socket.getOutputStream().write(bytes("STARTTLS\r\n"));
        socket.getInputStream().readNBytes("220 2.0.0 Ready to start TLS\r\n".length());
        return TlsPeer.connect(socket, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", "server.test");
    }

    @ParameterizedTest
    @CsvSource({"NONE, true", "REQUIRED, false", "OPTIONAL, false"})
    void aCancelRequestInPlainGoesOnOnlyWhereNobodyMustProveAnything(VerifyMode verify, boolean goesOn)
            throws Exception {
        Profile edge = RelayRig.profile("edge", TestPki.SERVER_TRUSTED, verify, Profile.DEFAULT_DEPTH);
        int port = start(StartTls.POSTGRESQL, edge, null, upstream.port());
        String cancel = "\0\0\0\u0010\u0004\u00d2\u0016\u002e\0\0\0\1\0\0\0\2";
        try (Peer client = PlainPeer.connect(port)) {
            client.write(bytes(cancel + "and what nobody may say in plain"));
            client.end();
            if (goesOn) {
                try (Peer behind = upstream.take()) {
                    assertThat(read(behind, 16)).isEqualTo(cancel);
                    assertThat(behind.readAll().bytes()).isZero();
                    behind.end();
                }
            }
            assertThat(client.readAll().bytes()).isZero();
        }
        rig.events.awaitClosed(1);
        assertThat(rig.events.refusals.isEmpty()).isEqualTo(goesOn);
        if (!goesOn) {
            assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.STARTTLS_NOT_ASKED);
            assertThat(upstream.untouched()).isTrue();
        }
    }
}
