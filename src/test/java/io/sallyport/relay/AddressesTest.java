package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.channel.epoll.Epoll;
import io.sallyport.TestPki;
import io.sallyport.peer.Peer;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.profile.Address;
import io.sallyport.profile.Binding;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Profile;
import io.sallyport.profile.ProxyProtocol;
import io.sallyport.profile.Relay;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unix sockets, IPv6, shared ports, source addresses, on both sides. */
class AddressesTest {

    private static final byte[] PING = "ping".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path directory;

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private final Upstream upstream = rig.closing(Upstream.plain(null));

    @BeforeEach
    void open() throws Exception {
        assumeThat(Epoll.isAvailable()).as("native transport").isTrue();
    }

    private Path socket() {
        return directory.resolve("in.sock");
    }

    private static Address unix(Path path) {
        return Address.parse("unix:" + path);
    }

    private static Relay relay(
            Address listen,
            Binding binding,
            @Nullable Profile profile,
            Address to,
            ProxyProtocol.@Nullable Send send,
            @Nullable InetAddress source) {
        return new Relay(
                "orders",
                new Relay.Listen(listen, profile == null ? null : profile.name(), false).withBinding(binding),
                new Relay.Connect(List.of(to), null, PeerName.OF_ADDRESS)
                        .withProxyProtocol(send)
                        .withSource(source),
                RelayRig.TIMEOUTS);
    }

    private Address echo() {
        return new Address("127.0.0.1", upstream.port());
    }

    private RunningRelay start(Address listen, Binding binding) throws Exception {
        return rig.run(relay(listen, binding, null, echo(), null, null), null);
    }

    private static void stop(RunningRelay relay) throws Exception {
        relay.stop().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private void assertRelays(SocketChannel client) throws Exception {
        client.write(ByteBuffer.wrap(PING));
        try (Peer behind = upstream.take()) {
            assertThat(behind.readExactly(PING.length)).isEqualTo(PING);
            client.shutdownOutput();
            behind.readAll();
            behind.write(PING);
            behind.end();
            ByteBuffer reply = ByteBuffer.allocate(16);
            while (client.read(reply) >= 0) {
                // To the end.
            }
            assertThat(reply.position()).isEqualTo(PING.length);
        }
        client.close();
        assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.DONE);
    }

    private static SocketChannel connect(Path path) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    @Test
    void aUnixSocketListensAndGoesWithItsRelay() throws Exception {
        Binding binding =
                new Binding(Binding.Sharing.EXCLUSIVE, PosixFilePermissions.fromString("rw-rw----"), null, null);

        RunningRelay running = start(unix(socket()), binding);

        assertThat(Files.getPosixFilePermissions(socket())).isEqualTo(binding.mode());
        assertThat(running.address()).hasToString("unix:" + socket());
        assertRelays(connect(socket()));
        assertThat(rig.events.closed.get(0).connection().clientAddress()).isEqualTo("unix:");
        stop(running);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void onlyItsUserMayConnectUnlessToldOtherwise() throws Exception {
        start(unix(socket()), Binding.DEFAULT);

        assertThat(Files.getPosixFilePermissions(socket())).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aSocketThatWasLeftBehindIsReplaced() throws Exception {
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket()))
                .close();
        assertThat(socket()).exists();

        start(unix(socket()), Binding.DEFAULT);

        assertRelays(connect(socket()));
    }

    private void assertRefused(Class<? extends Exception> cause, String message) {
        assertThatThrownBy(() -> start(unix(socket()), Binding.DEFAULT))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(cause)
                .hasMessageContaining(message);
    }

    @Test
    void whatIsNotOursIsLeftAlone() throws Exception {
        Files.writeString(socket(), "precious");
        assertRefused(IOException.class, "is no socket");
        assertThat(socket()).hasContent("precious");
        Files.delete(socket());

        Files.createDirectory(socket());
        assertRefused(IOException.class, "is no socket");
        Files.delete(socket());

        try (ServerSocketChannel live = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            live.bind(UnixDomainSocketAddress.of(socket()));
            assertRefused(BindException.class, "already in use");
            assertThat(socket()).exists();
        }
    }

    @Test
    void aFileThatTookThePlaceOfOursStays() throws Exception {
        RunningRelay running = start(unix(socket()), Binding.DEFAULT);
        Files.delete(socket());
        Files.writeString(socket(), "another's");

        stop(running);

        assertThat(socket()).hasContent("another's");
    }

    @Test
    void anOwnerThatIsNotThereLeavesNothingBehind() throws Exception {
        Binding binding =
                new Binding(Binding.Sharing.EXCLUSIVE, Binding.DEFAULT.mode(), "no-such-user-of-sallyport", null);

        assertThatThrownBy(() -> start(unix(socket()), binding)).hasMessageContaining("no-such-user-of-sallyport");
        assertThat(directory).isEmptyDirectory();
    }

    /** Behaviours: the upstream's socket is the upstream's. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anUpstreamMayBeAUnixSocketAndKeepsIt(boolean tls) throws Exception {
        Path path = directory.resolve("out.sock");
        Profile edge = tls ? RelayRig.edge() : null;
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            RunningRelay running =
                    rig.run(relay(new Address("127.0.0.1", 0), Binding.DEFAULT, edge, unix(path), null, null), edge);
            try (Peer client = tls
                    ? TlsPeer.connect(
                            running.address().port(), TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", null)
                    : PlainPeer.connect(running.address().port())) {
                client.write(PING);
                try (SocketChannel behind = server.accept()) {
                    ByteBuffer got = ByteBuffer.allocate(16);
                    while (got.position() < PING.length) {
                        behind.read(got);
                    }
                    behind.write(ByteBuffer.wrap(PING));
                    behind.shutdownOutput();
                    // Half-closed, and the other direction lives.
                    assertThat(client.readAll().bytes()).isEqualTo(PING.length);
                    client.write(PING);
                    client.end();
                    got.clear();
                    while (behind.read(got) >= 0) {
                        // To the end.
                    }
                    assertThat(got.position()).isEqualTo(PING.length);
                }
            }
            assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.DONE);
            stop(running);
            assertThat(path).exists();
        }
    }

    @Test
    void anUpstreamsSocketThatIsNotThereIsARefusedConnection() throws Exception {
        RunningRelay running = rig.run(
                relay(
                        new Address("127.0.0.1", 0),
                        Binding.DEFAULT,
                        null,
                        unix(directory.resolve("none.sock")),
                        null,
                        null),
                null);
        try (PlainPeer client = PlainPeer.connect(running.address().port())) {
            client.readAll();
        }
        assertThat(rig.events.awaitClosed(1)).isIn(CloseReason.CONNECT_REFUSED, CloseReason.CONNECT_UNREACHABLE);
    }

    /** A client of a unix socket has no address that a PROXY header could tell. */
    @ParameterizedTest
    @ValueSource(strings = {"V1", "V2"})
    void aProxyHeaderBehindAUnixSocketSaysThatItKnowsNoAddress(String version) throws Exception {
        ProxyProtocol.Send send =
                new ProxyProtocol.Send(ProxyProtocol.Version.valueOf(version), ProxyProtocol.Detail.NONE);
        rig.run(relay(unix(socket()), Binding.DEFAULT, null, echo(), send, null), null);

        try (SocketChannel client = connect(socket())) {
            client.write(ByteBuffer.wrap(PING));
            try (Peer behind = upstream.take()) {
                if (version.equals("V1")) {
                    byte[] line = "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII);
                    assertThat(behind.readExactly(line.length)).isEqualTo(line);
                } else {
                    byte[] header = behind.readExactly(16);
                    assertThat(header[13]).as("family").isZero();
                    behind.readExactly((header[14] & 0xff) << 8 | header[15] & 0xff);
                }
                assertThat(behind.readExactly(PING.length)).isEqualTo(PING);
            }
        }
    }

    private static void assumeIpv6() throws IOException {
        try (java.net.ServerSocket ignored = new java.net.ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            // It is there.
        } catch (IOException e) {
            assumeThat(false).as("IPv6 on this machine").isTrue();
        }
    }

    @Test
    void aDualStackListenerTakesBothFamilies() throws Exception {
        assumeIpv6();
        int port = start(Address.parse("[::]:0"), Binding.DEFAULT).address().port();

        for (String host : List.of("127.0.0.1", "::1")) {
            try (Socket client = new Socket(host, port);
                    Peer behind = upstream.take()) {
                client.getOutputStream().write(PING);
                assertThat(behind.readExactly(PING.length)).isEqualTo(PING);
            }
        }
    }

    @Test
    void anIpv6LiteralIsAnUpstream() throws Exception {
        assumeIpv6();
        try (java.net.ServerSocket server = new java.net.ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            RunningRelay running = rig.run(
                    relay(
                            Address.parse("[::1]:0"),
                            Binding.DEFAULT,
                            null,
                            new Address("::1", server.getLocalPort()),
                            null,
                            InetAddress.getByName("::1")),
                    null);
            try (Socket client = new Socket("::1", running.address().port());
                    Socket behind = server.accept()) {
                client.getOutputStream().write(PING);
                assertThat(behind.getInputStream().readNBytes(PING.length)).isEqualTo(PING);
            }
        }
    }

    @Test
    void twoMaySharePort() throws Exception {
        Binding shared = new Binding(Binding.Sharing.SHARED, Binding.DEFAULT.mode(), null, null);
        int port = start(new Address("127.0.0.1", 0), shared).address().port();

        RunningRelay second = start(new Address("127.0.0.1", port), shared);

        assertThat(second.address().port()).isEqualTo(port);
        assertThatThrownBy(() -> start(new Address("127.0.0.1", port), Binding.DEFAULT))
                .isInstanceOf(ExecutionException.class);
        try (PlainPeer client = PlainPeer.connect(port);
                Peer behind = upstream.take()) {
            client.write(PING);
            assertThat(behind.readExactly(PING.length)).isEqualTo(PING);
        }
    }

    @Test
    void connectionsComeFromTheSourceThatIsWanted() throws Exception {
        try (java.net.ServerSocket server = new java.net.ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            RunningRelay running = rig.run(
                    relay(
                            new Address("127.0.0.1", 0),
                            Binding.DEFAULT,
                            null,
                            new Address("127.0.0.1", server.getLocalPort()),
                            null,
                            InetAddress.getByName("127.0.0.2")),
                    null);
            try (PlainPeer client = PlainPeer.connect(running.address().port());
                    Socket behind = server.accept()) {
                assertThat(behind.getInetAddress()).isEqualTo(InetAddress.getByName("127.0.0.2"));
                client.end();
            }
        }
    }
}
