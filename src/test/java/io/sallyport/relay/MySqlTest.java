package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import io.sallyport.peer.OpenSsl;
import io.sallyport.peer.Peer;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.profile.Address;
import io.sallyport.profile.Balancing;
import io.sallyport.profile.Network;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Profile;
import io.sallyport.profile.ProxyProtocol;
import io.sallyport.profile.Relay;
import io.sallyport.profile.StartTls;
import io.sallyport.tls.Side;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MySQL's clients and servers on both sides of a relay, each with TLS, without, or with the request for it. */
class MySqlTest {

    private static final Balancing CHECKED = new Balancing(
            Balancing.Method.IN_ORDER,
            new Balancing.Health(Duration.ofMillis(300), 1, 1),
            Balancing.DEFAULT.ejection());

    private static final Duration LIMIT = Duration.ofSeconds(15);

    /** Which side begins TLS how. */
    enum Sides {
        ASKS_AND_PLAIN(MySqlServer.Tls.ASKED_FOR, MySqlServer.Tls.NONE),
        ASKS_AND_TLS(MySqlServer.Tls.ASKED_FOR, MySqlServer.Tls.AT_ONCE),
        ASKS_AND_ASKED(MySqlServer.Tls.ASKED_FOR, MySqlServer.Tls.ASKED_FOR),
        PLAIN_AND_ASKED(MySqlServer.Tls.NONE, MySqlServer.Tls.ASKED_FOR),
        TLS_AND_ASKED(MySqlServer.Tls.AT_ONCE, MySqlServer.Tls.ASKED_FOR);

        private final MySqlServer.Tls client;
        private final MySqlServer.Tls server;

        Sides(MySqlServer.Tls client, MySqlServer.Tls server) {
            this.client = client;
            this.server = server;
        }
    }

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private Balancing balancing = Balancing.DEFAULT;
    private Duration handshake = Duration.ofSeconds(5);
    private ProxyProtocol.@Nullable Accept proxies;
    private ProxyProtocol.@Nullable Send header;

    private static @Nullable StartTls word(MySqlServer.Tls tls) {
        return tls == MySqlServer.Tls.ASKED_FOR ? StartTls.MYSQL : null;
    }

    private int start(Sides sides, int... ports) throws Exception {
        return start(sides, new PeerName("server.test", null), ports);
    }

    private int start(Sides sides, PeerName name, int... ports) throws Exception {
        Profile edge = sides.client == MySqlServer.Tls.NONE ? null : RelayRig.edge();
        Profile db = sides.server == MySqlServer.Tls.NONE ? null : RelayRig.broker();
        Relay relay = new Relay(
                "orders",
                new Relay.Listen(new Address("127.0.0.1", 0), edge == null ? null : edge.name(), false)
                        .withProxyProtocol(proxies)
                        .withStartTls(word(sides.client)),
                new Relay.Connect(
                                IntStream.of(ports)
                                        .mapToObj(port -> new Address("127.0.0.1", port))
                                        .toList(),
                                db == null ? null : db.name(),
                                name)
                        .withProxyProtocol(header)
                        .withBalancing(balancing)
                        .withStartTls(word(sides.server)),
                new Relay.Timeouts(Duration.ofSeconds(5), handshake, Duration.ofMinutes(1)));
        return rig.start(relay, edge, db);
    }

    /** A client that has been greeted, and has done its TLS. */
    private record Client(Peer peer, MySqlPeer words, MySqlPeer.Greeted greeted) implements AutoCloseable {

        static Client connect(MySqlServer.Tls tls, int port) throws Exception {
            if (tls == MySqlServer.Tls.AT_ONCE) {
                return greeted(secured(new Socket("127.0.0.1", port)));
            }
            Socket socket = new Socket("127.0.0.1", port);
            Client plain = greeted(new PlainPeer(socket));
            boolean offered = (plain.greeted.capabilities() & MySqlPeer.SSL) != 0;
            assertThat(offered).isEqualTo(tls == MySqlServer.Tls.ASKED_FOR);
            if (!offered) {
                return plain;
            }
            plain.words.write(MySqlPeer.request(plain.greeted.capabilities()));
            Peer secured = secured(socket);
            return new Client(secured, new MySqlPeer(secured, 2), plain.greeted);
        }

        private static Peer secured(Socket socket) throws Exception {
            return TlsPeer.connect(socket, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", "server.test");
        }

        private static Client greeted(Peer peer) throws IOException {
            MySqlPeer words = new MySqlPeer(peer, 0);
            return new Client(peer, words, MySqlPeer.Greeted.of(words.read()));
        }

        byte[] response() {
            return MySqlPeer.response(
                    greeted.capabilities(),
                    MySqlServer.USER,
                    MySqlPeer.proof(MySqlServer.PASSWORD, greeted.scramble()));
        }

        void logIn() throws IOException {
            words.write(response());
            byte[] another = words.read();
            byte[] scramble = Arrays.copyOfRange(another, another.length - 21, another.length - 1);
            words.write(MySqlPeer.proof(MySqlServer.PASSWORD, scramble));
            assertThat(words.read()).startsWith(0, 0, 0, 2);
        }

        void assertAnswers(byte[] command) throws IOException {
            words.beginExchange();
            words.write(command);
            assertThat(words.read()).isEqualTo(command);
        }

        /** An error of the server's, or of the gateway in its place. */
        String error() throws IOException {
            byte[] error = words.read();
            assertThat(error[0] & 0xff).isEqualTo(0xff);
            return ((error[1] & 0xff) | (error[2] & 0xff) << 8)
                    + new String(error, 3, error.length - 3, StandardCharsets.ISO_8859_1);
        }

        @Override
        public void close() throws Exception {
            peer.close();
        }
    }

    private Refusal refusal() {
        await().atMost(LIMIT).until(() -> !rig.events.refusals.isEmpty());
        return rig.events.refusals.get(0).refusal();
    }

    private static byte[] query(int length) {
        byte[] command = new byte[length];
        Arrays.fill(command, (byte) 0xff);
        command[0] = 3; // COM_QUERY.
        return command;
    }

    @ParameterizedTest
    @EnumSource
    void logsInAndAsks(Sides sides) throws Exception {
        try (MySqlServer server = new MySqlServer(sides.server)) {
            int port = start(sides, server.port());
            for (int i = 0; i < 2; i++) {
                try (Client client = Client.connect(sides.client, port)) {
                    assertThat(client.greeted.thread()).isEqualTo(server.threads.get());
                    client.logIn();
                    client.assertAnswers(query(2));
                    client.assertAnswers(query(300_000));
                    client.words.beginExchange();
                    client.words.write(new byte[] {1});
                }
                rig.events.awaitIdle();
            }
            assertThat(server.faults).isEmpty();
            assertThat(server.logins).hasValue(2);
            assertThat(rig.events.refusals).isEmpty();
        }
    }

    /** The response byte by byte, so that each header and each capability comes alone. */
    @ParameterizedTest
    @EnumSource
    void packetsMayBeCutAnywhere(Sides sides) throws Exception {
        try (MySqlServer server = new MySqlServer(sides.server);
                Client client = Client.connect(sides.client, start(sides, server.port()))) {
            int number = sides.client == MySqlServer.Tls.ASKED_FOR ? 2 : 1;
            for (byte b : MySqlPeer.packet(number, client.response())) {
                client.peer.write(new byte[] {b});
            }
            MySqlPeer words = new MySqlPeer(client.peer, number + 1);
            byte[] another = words.read();
            words.write(MySqlPeer.proof(
                    MySqlServer.PASSWORD, Arrays.copyOfRange(another, another.length - 21, another.length - 1)));

            assertThat(words.read()).startsWith(0);
            assertThat(server.faults).isEmpty();
        }
    }

    /** The first command right behind the last word of the login, before that is answered. */
    @ParameterizedTest
    @EnumSource
    void aHastyClientIsServed(Sides sides) throws Exception {
        try (MySqlServer server = new MySqlServer(sides.server);
                Client client = Client.connect(sides.client, start(sides, server.port()))) {
            client.words.write(client.response());
            byte[] another = client.words.read();
            byte[] proof = MySqlPeer.proof(
                    MySqlServer.PASSWORD, Arrays.copyOfRange(another, another.length - 21, another.length - 1));
            int number = sides.client == MySqlServer.Tls.ASKED_FOR ? 4 : 3;
            client.peer.write(MySqlPeer.packet(number, proof));
            client.peer.write(MySqlPeer.packet(0, query(5)));

            assertThat(new MySqlPeer(client.peer, number + 1).read()).startsWith(0);
            assertThat(new MySqlPeer(client.peer, 1).read()).isEqualTo(query(5));
            assertThat(server.faults).isEmpty();
        }
    }

    @Test
    void openSslGetsThrough() throws Exception {
        try (Upstream upstream = Upstream.plain(null);
                OpenSsl client = OpenSsl.client(
                        start(Sides.ASKS_AND_PLAIN, upstream.port()),
                        TestPki.CLIENT_TRUSTED,
                        "-starttls",
                        "mysql",
                        "-CAfile",
                        TestPki.trustedCa().toString(),
                        "-quiet",
                        "-verify_return_error")) {
            String beginning = "\0\n\0\0\0\0\0\1-" + "\0".repeat(23) + "hello\0\0";
            client.type("'\0\0\2" + beginning);
            try (Peer behind = upstream.take()) {
                behind.write(MySqlPeer.packet(0, MySqlPeer.greeting(1, new byte[20], MySqlServer.CAPABILITIES)));
                assertThat(new String(behind.readExactly(4 + beginning.length()), StandardCharsets.US_ASCII))
                        .isEqualTo("'\0\0\1" + beginning.replace('\n', '\2'));
                behind.write(MySqlPeer.packet(2, "good bye".getBytes(StandardCharsets.US_ASCII)));
                await().alias(client.output())
                        .atMost(LIMIT)
                        .until(() -> client.output().contains("\3good bye"));
            }
        }
    }

    @Test
    void aPasswordInPlainDoesNotReachTheServer() throws Exception {
        try (MySqlServer server = new MySqlServer(MySqlServer.Tls.NONE);
                Peer client = PlainPeer.connect(start(Sides.ASKS_AND_PLAIN, server.port()))) {
            Client greeted = Client.greeted(client);
            byte[] response = MySqlPeer.response(
                    MySqlServer.CAPABILITIES,
                    MySqlServer.USER,
                    MySqlPeer.proof(MySqlServer.PASSWORD, greeted.greeted.scramble()));
            greeted.words.write(response);

            assertThat(greeted.error()).isEqualTo("3159#HY000TLS is required");
            assertThat(client.readAll().bytes()).isZero();
            assertThat(refusal()).isEqualTo(Refusal.STARTTLS_NOT_ASKED);
            assertThat(server.logins).hasValue(0);
        }
    }

    @Test
    void whatStandsInPlainBehindTheRequestIsRefused() throws Exception {
        try (MySqlServer server = new MySqlServer(MySqlServer.Tls.NONE);
                Peer client = PlainPeer.connect(start(Sides.ASKS_AND_PLAIN, server.port()))) {
            Client greeted = Client.greeted(client);
            byte[] request = MySqlPeer.packet(1, MySqlPeer.request(greeted.greeted.capabilities()));
            byte[] both = Arrays.copyOf(request, request.length + 40);
            client.write(both);

            assertThat(client.readAll().bytes()).isZero();
            assertThat(refusal()).isEqualTo(Refusal.STARTTLS_INJECTION);
        }
    }

    /** What is read with the PROXY header would otherwise be taken for something said in TLS, or keep its number. */
    @ParameterizedTest
    @EnumSource(names = {"ASKS_AND_PLAIN", "PLAIN_AND_ASKED"})
    void aClientThatSpeaksBeforeItIsGreetedIsRefused(Sides sides) throws Exception {
        proxies = new ProxyProtocol.Accept(
                Set.of(ProxyProtocol.Version.V1), List.of(Network.parse("127.0.0.0/8")), Duration.ofSeconds(5));
        try (MySqlServer server = new MySqlServer(sides.server);
                Peer client = PlainPeer.connect(start(sides, server.port()))) {
            ByteArrayOutputStream early = new ByteArrayOutputStream();
            early.writeBytes("PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII));
            early.writeBytes(MySqlPeer.packet(1, MySqlPeer.request(MySqlServer.CAPABILITIES)));
            client.write(early.toByteArray());

            assertThat(client.readAll().bytes()).isZero();
            assertThat(refusal()).isEqualTo(Refusal.STARTTLS_MALFORMED);
            assertThat(server.logins).hasValue(0);
        }
    }

    /** Somebody in between says more than the server, at once or once the client has its greeting: none of it gets to the client. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatAServerSaysInPlainBehindItsGreetingIsRefused(boolean atOnce) throws Exception {
        try (Upstream upstream = Upstream.plain(null);
                Peer client = PlainPeer.connect(start(Sides.PLAIN_AND_ASKED, upstream.port()));
                Peer behind = upstream.take()) {
            byte[] injected = MySqlPeer.packet(2, new byte[] {0, 0, 0, 2, 0, 0, 0});
            ByteArrayOutputStream greeting = new ByteArrayOutputStream();
            greeting.writeBytes(
                    MySqlPeer.packet(0, MySqlPeer.greeting(1, new byte[20], MySqlServer.CAPABILITIES | MySqlPeer.SSL)));
            if (atOnce) {
                greeting.writeBytes(injected);
                behind.write(greeting.toByteArray());
                Client told = new Client(client, new MySqlPeer(client, 0), new MySqlPeer.Greeted(0, new byte[20], 0));
                assertThat(told.error()).startsWith("1043");
                assertThat(refusal()).isEqualTo(Refusal.STARTTLS_INJECTION);
            } else {
                behind.write(greeting.toByteArray());
                Client.greeted(client);
                behind.write(injected);
                assertThat(refusal()).isEqualTo(Refusal.STARTTLS_INJECTION);
            }
            assertThat(client.readAll().bytes()).isZero();
        }
    }

    /** The client sees none of the one that was not fit; all of what it sees is of the other. */
    @ParameterizedTest
    @EnumSource(names = {"ASKS_AND_ASKED", "PLAIN_AND_ASKED"})
    void aServerWithoutTlsIsPassedOver(Sides sides) throws Exception {
        try (MySqlServer without = new MySqlServer(MySqlServer.Tls.NONE);
                MySqlServer server = new MySqlServer(sides.server);
                Client client = Client.connect(sides.client, start(sides, without.port(), server.port()))) {
            client.logIn();

            assertThat(refusal()).isEqualTo(Refusal.STARTTLS_REFUSED);
            assertThat(server.faults).isEmpty();
        }
    }

    /** As a server has it that takes no more connections. */
    @Test
    void aServerThatTurnsAwayIsPassedOver() throws Exception {
        byte[] tooMany = "\u00ff\u0010\4Too many connections".getBytes(StandardCharsets.ISO_8859_1);
        try (Upstream full = Upstream.plain(peer -> peer.write(MySqlPeer.packet(0, tooMany)));
                MySqlServer server = new MySqlServer(MySqlServer.Tls.NONE);
                Client client = Client.connect(
                        MySqlServer.Tls.ASKED_FOR, start(Sides.ASKS_AND_PLAIN, full.port(), server.port()))) {
            client.logIn();

            assertThat(refusal()).isEqualTo(Refusal.GREETING_REFUSED);
            assertThat(server.faults).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ASKS_AND_PLAIN", "PLAIN_AND_ASKED", "TLS_AND_ASKED"})
    void aClientIsToldThatThereIsNoServer(Sides sides) throws Exception {
        Upstream gone = Upstream.plain(null);
        gone.close();
        int port = start(sides, gone.port());
        Socket socket = new Socket("127.0.0.1", port);
        Peer peer = sides.client == MySqlServer.Tls.AT_ONCE ? Client.secured(socket) : new PlainPeer(socket);
        try (peer) {
            Client client = new Client(peer, new MySqlPeer(peer, 0), new MySqlPeer.Greeted(0, new byte[20], 0));

            assertThat(client.error()).isEqualTo("1043The gateway has no server for this connection");
            assertThat(peer.readAll().bytes()).isZero();
        }
    }

    /** The server is found out to be the wrong one when the client waits for what it says to the password. */
    @ParameterizedTest
    @EnumSource(names = {"ASKS_AND_ASKED", "PLAIN_AND_ASKED", "TLS_AND_ASKED"})
    void noPasswordGoesToTheWrongServer(Sides sides) throws Exception {
        try (MySqlServer server = new MySqlServer(sides.server);
                Client client = Client.connect(
                        sides.client, start(sides, new PeerName("server.test", "other.test"), server.port()))) {
            client.words.write(client.response());

            assertThat(client.error()).isEqualTo("1043#08S01The gateway has no server for this connection");
            assertThat(refusal()).isEqualTo(Refusal.NAME_MISMATCH);
            assertThat(server.logins).hasValue(0);
        }
    }

    @Test
    void theServerMayLeaveBeforeTheClientAnswers() throws Exception {
        try (Upstream upstream = Upstream.plain(null);
                Peer client = PlainPeer.connect(start(Sides.ASKS_AND_PLAIN, upstream.port()))) {
            try (Peer behind = upstream.take()) {
                behind.write(MySqlPeer.packet(0, MySqlPeer.greeting(1, new byte[20], MySqlServer.CAPABILITIES)));
                Client.greeted(client);
                behind.end();
                assertThat(client.readAll().bytes()).isZero();
            }
        }
        rig.events.awaitIdle();
        assertThat(rig.events.closed)
                .extracting(RecordedEvents.Closed::reason)
                .containsExactly(CloseReason.UPSTREAM_REFUSED);
    }

    /** A server counts connections that end without a login, and turns everybody away after a hundred of them. */
    @ParameterizedTest
    @EnumSource(names = {"ASKS_AND_PLAIN", "ASKS_AND_TLS", "ASKS_AND_ASKED", "PLAIN_AND_ASKED"})
    void theServerHearsOfAClientThatLeavesBeforeItAnswers(Sides sides) throws Exception {
        try (MySqlServer server = new MySqlServer(sides.server)) {
            try (Peer client = PlainPeer.connect(start(sides, server.port()))) {
                Client.greeted(client);
            }
            rig.events.awaitIdle();
            assertThat(rig.events.closed)
                    .extracting(RecordedEvents.Closed::reason)
                    .containsExactly(CloseReason.CLIENT_GONE);
            assertThat(rig.events.refusals).isEmpty();
            await().atMost(LIMIT).until(() -> server.left.get() + server.faults.size() == 1);
            // Where it is yet to be asked for TLS, it is told without.
            assertThat(server.faults).isEmpty();
        }
    }

    @Test
    void theServerHearsOfAClientThatIsRefused() throws Exception {
        try (MySqlServer server = new MySqlServer(MySqlServer.Tls.NONE);
                Socket socket = new Socket("127.0.0.1", start(Sides.ASKS_AND_PLAIN, server.port()))) {
            Client client = Client.greeted(new PlainPeer(socket));
            client.words.write(MySqlPeer.request(client.greeted.capabilities()));
            assertThatThrownBy(() -> TlsPeer.connect(socket, TestTls.context(null), "TLSv1.3", "server.test")
                            .readAll())
                    .isInstanceOf(IOException.class);

            assertThat(refusal()).isEqualTo(Refusal.NO_CERTIFICATE);
            await().atMost(LIMIT).until(() -> server.left.get() == 1);
            assertThat(server.faults).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void checksReadTheGreetingAndLeaveWithAWord(Sides sides) throws Exception {
        balancing = CHECKED;
        byte[] tooMany = "\u00ff\u0010\4Too many connections".getBytes(StandardCharsets.ISO_8859_1);
        try (MySqlServer server = new MySqlServer(sides.server);
                Upstream full = Upstream.plain(peer -> peer.write(MySqlPeer.packet(0, tooMany)))) {
            start(sides, server.port(), full.port());

            await().atMost(LIMIT).until(() -> server.left.get() > 2);
            await().atMost(LIMIT).until(() -> rig.events.upstreams.contains("127.0.0.1:" + full.port() + " down"));
            assertThat(rig.events.upstreams).hasSize(1);
            assertThat(server.faults).isEmpty();
        }
    }

    /** As programs do that only look at the certificate, and clients that don't trust it. */
    @ParameterizedTest
    @EnumSource(names = {"ASKS_AND_PLAIN", "ASKS_AND_TLS", "ASKS_AND_ASKED", "TLS_AND_ASKED"})
    void theServerHearsOfAClientThatLeavesInTls(Sides sides) throws Exception {
        try (MySqlServer server = new MySqlServer(sides.server)) {
            int port = start(sides, server.port());
            try (Client client = Client.connect(sides.client, port)) {
                client.peer.end();
            }
            try (Client client = Client.connect(sides.client, port)) {
                client.peer.write(Arrays.copyOf(client.response(), 40));
                client.peer.reset();
            }

            await().atMost(LIMIT).until(() -> server.left.get() + server.faults.size() == 2);
            assertThat(server.faults).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ASKS_AND_PLAIN", "PLAIN_AND_ASKED"})
    void theServerHearsOfAClientThatStaysSilent(Sides sides) throws Exception {
        handshake = Duration.ofMillis(800);
        try (MySqlServer server = new MySqlServer(sides.server);
                Client client = Client.connect(sides.client, start(sides, server.port()))) {
            client.peer.readAll();

            assertThat(refusal()).isEqualTo(Refusal.HANDSHAKE_TIMEOUT);
            assertThat(rig.events.refusals.get(0).side()).isEqualTo(Side.SERVER);
            await().atMost(LIMIT).until(() -> server.left.get() + server.faults.size() == 1);
            assertThat(server.faults).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theServerHearsOfAClientThatIsGoneBeforeTheGreeting(boolean reset) throws Exception {
        try (Upstream upstream = Upstream.plain(null);
                Peer client = PlainPeer.connect(start(Sides.ASKS_AND_PLAIN, upstream.port()));
                Peer behind = upstream.take()) {
            if (reset) {
                client.reset();
            } else {
                client.end();
            }
            await().atMost(LIMIT).until(() -> rig.events.latest().state().equals("closing"));
            MySqlPeer words = new MySqlPeer(behind, 0);
            words.write(MySqlPeer.greeting(1, new byte[20], MySqlServer.CAPABILITIES));

            assertThat(words.read()).isEqualTo(MySqlPeer.nobody(false));
            words.write(MySqlPeer.denied());
            assertThat(behind.readAll().bytes()).isZero();
        }
    }

    /** Whoever sits between client and gateway may change the first, and not the second. */
    @Test
    void whatAClientSaysOfItselfInPlainDoesNotCount() throws Exception {
        try (MySqlServer server = new MySqlServer(MySqlServer.Tls.ASKED_FOR);
                Socket socket = new Socket("127.0.0.1", start(Sides.ASKS_AND_ASKED, server.port()))) {
            Client plain = Client.greeted(new PlainPeer(socket));
            plain.words.write(MySqlPeer.request(plain.greeted.capabilities() | 0x10000)); // CLIENT_MULTI_STATEMENTS.
            Peer secured = Client.secured(socket);
            new Client(secured, new MySqlPeer(secured, 2), plain.greeted).logIn();

            assertThat(server.faults).isEmpty();
            assertThat(server.logins).hasValue(1);
        }
    }

    /** It counts against the server if that has left at once, so that another one is tried first from then on. */
    @Test
    void aServerThatGreetsAndLeavesIsFoundOut() throws Exception {
        byte[] greeting = MySqlPeer.packet(0, MySqlPeer.greeting(1, new byte[20], MySqlServer.CAPABILITIES));
        try (Upstream leaving = Upstream.plain(peer -> {
                    peer.write(greeting);
                    peer.end();
                });
                MySqlServer server = new MySqlServer(MySqlServer.Tls.NONE)) {
            int port = start(Sides.ASKS_AND_PLAIN, leaving.port(), server.port());
            for (int i = 0; i < Balancing.DEFAULT.ejection().after(); i++) {
                try (Peer client = PlainPeer.connect(port)) {
                    client.readAll();
                }
                rig.events.awaitIdle();
            }
            assertThat(rig.events.refusals)
                    .hasSize(Balancing.DEFAULT.ejection().after())
                    .extracting(failure -> failure.side() + " " + failure.refusal())
                    .containsOnly("CLIENT PEER_CLOSED");
            try (Client client = Client.connect(MySqlServer.Tls.ASKED_FOR, port)) {
                client.logIn();
            }
            assertThat(server.logins).hasValue(1);
        }
    }

    /** As MariaDB does that judges the client's address by the PROXY header, and reads that behind its greeting. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatAServerHasAgainstOneClientIsToldAndCountsForThatAlone(boolean atOnce) throws Exception {
        byte[] greeting = MySqlPeer.packet(0, MySqlPeer.greeting(1, new byte[20], MySqlServer.CAPABILITIES));
        byte[] error =
                MySqlPeer.packet(1, "\u00ff\u0069\4Host '9.8.7.3' is blocked".getBytes(StandardCharsets.ISO_8859_1));
        header = new ProxyProtocol.Send(ProxyProtocol.Version.V1, ProxyProtocol.Detail.NONE);
        try (Upstream upstream = Upstream.plain(null)) {
            int port = start(Sides.ASKS_AND_PLAIN, upstream.port());
            for (int i = 0; i < Balancing.DEFAULT.ejection().after(); i++) {
                try (Peer client = PlainPeer.connect(port);
                        Peer behind = upstream.take()) {
                    ByteArrayOutputStream first = new ByteArrayOutputStream();
                    first.writeBytes(greeting);
                    if (atOnce) {
                        first.writeBytes(error);
                    }
                    behind.write(first.toByteArray());
                    if (!atOnce) {
                        client.readExactly(greeting.length);
                        behind.write(error);
                    }
                    client.readAll();
                }
                rig.events.awaitIdle();
            }
            assertThat(rig.events.refusals)
                    .hasSize(Balancing.DEFAULT.ejection().after())
                    .allSatisfy(failure -> {
                        assertThat(failure.refusal()).isEqualTo(Refusal.GREETING_REFUSED);
                        assertThat(failure.detail()).contains("'Host '9.8.7.3' is blocked'");
                    });
            assertThat(rig.events.upstreams).isEmpty();
        }
    }
}
