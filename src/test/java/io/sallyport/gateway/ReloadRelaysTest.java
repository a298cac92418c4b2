package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.relay.Upstream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Relays come, go and change while the gateway runs. */
class ReloadRelaysTest {

    private ReloadRig rig;

    @BeforeEach
    void create() throws IOException {
        rig = new ReloadRig();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private static String relay(String name, String listen, int upstream) {
        return "    %s: { listen: { address: \"%s\" }, connect: { addresses: [\"127.0.0.1:%d\"] } }\n"
                .formatted(name, listen, upstream);
    }

    private static String plain(String name, int port, int upstream) {
        return relay(name, "127.0.0.1:" + port, upstream);
    }

    private void configure(String... relays) {
        rig.configure("sallyport:\n  relays:\n" + String.join("", relays));
    }

    private static void echo(PlainPeer peer) throws IOException {
        peer.write(new byte[] {4, 5});
        assertThat(peer.readExactly(2)).isEqualTo(new byte[] {4, 5});
    }

    private static int greeting(int port) throws IOException {
        try (PlainPeer peer = PlainPeer.connect(port)) {
            return peer.readExactly(1)[0];
        }
    }

    @Test
    void relaysComeAndGoAndTheirConnectionsStay() throws Exception {
        configure(plain("one", 0, rig.upstream.port()), plain("two", 0, rig.upstream.port()));
        rig.start();
        int one = rig.port("one");
        try (PlainPeer ofOne = PlainPeer.connect(one);
                PlainPeer ofTwo = PlainPeer.connect(rig.port("two"))) {
            echo(ofOne);
            echo(ofTwo);
            int two = rig.port("two");
            configure(plain("two", 0, rig.upstream.port()), plain("three", 0, rig.upstream.port()));

            Changes changes = rig.reload().changes();

            assertThat(changes.relays().added()).containsExactly("three");
            assertThat(changes.relays().removed()).containsExactly("one");
            assertThat(changes.relays().unchanged()).containsExactly("two");
            assertThat(rig.port("two")).isEqualTo(two);
            try (PlainPeer ofThree = PlainPeer.connect(rig.port("three"))) {
                echo(ofThree);
            }
            assertThatThrownBy(() -> PlainPeer.connect(one)).isInstanceOf(ConnectException.class);
            echo(ofOne);
            echo(ofTwo);
            // Its stop still reaches those whose relay has gone.
            rig.gateway.stop();
            assertThat(ofOne.read(new byte[1])).isEqualTo(-1);
            assertThat(rig.gateway.connections().count()).isZero();
        }
    }

    @Test
    void aListenerWhoseAddressStaysIsNeverClosed() throws Exception {
        try (Upstream first = Upstream.plain(peer -> peer.write(new byte[] {1}));
                Upstream second = Upstream.plain(peer -> peer.write(new byte[] {2}))) {
            int a = freePort();
            int b = freePort();
            configure(plain("x", a, first.port()), plain("y", b, second.port()));
            rig.start();
            assertThat(List.of(greeting(a), greeting(b))).containsExactly(1, 2);
            AtomicBoolean done = new AtomicBoolean();
            AtomicInteger connected = new AtomicInteger();
            CompletableFuture<Void> knocking = first.async(() -> {
                while (!done.get()) {
                    greeting(a);
                    connected.incrementAndGet();
                }
                return null;
            });

            // The names change places, the upstreams do, a name is new, and all of it at once.
            configure(plain("y", a, second.port()), plain("x", b, first.port()));
            assertThat(rig.reload().changes().relays().changed()).containsExactly("y", "x");
            assertThat(List.of(greeting(a), greeting(b))).containsExactly(2, 1);
            configure(plain("new", a, first.port()), plain("x", b, second.port()));
            assertThat(rig.reload().changes().relays().added()).containsExactly("new");
            assertThat(List.of(greeting(a), greeting(b))).containsExactly(1, 2);
            assertThat(rig.port("new")).isEqualTo(a);

            done.set(true);
            knocking.get();
            assertThat(connected.get()).isPositive();
        }
    }

    @Test
    void anAddressThatCannotBeHadChangesNothing() throws Exception {
        configure(plain("one", 0, rig.upstream.port()));
        rig.start();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            configure(plain("free", 0, rig.upstream.port()), plain("busy", taken.getLocalPort(), rig.upstream.port()));
            assertThat(rig.refusal()).singleElement().satisfies(mistake -> {
                assertThat(mistake.key()).isEqualTo("sallyport.relays.busy.listen.address");
                assertThat(mistake.message()).endsWith(" is taken: another program listens there");
            });
        }
        assertThat(rig.gateway.relays()).extracting(RelayStatus::name).containsExactly("one");
        try (PlainPeer peer = PlainPeer.connect(rig.port("one"))) {
            echo(peer);
        }
        assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);
    }

    @Test
    void aPreviewSaysWhatWouldComeAndGoAndWhatCannotBeHad() throws Exception {
        configure(plain("one", 0, rig.upstream.port()));
        rig.start();
        int one = rig.port("one");
        int free = freePort();
        configure(plain("two", free, rig.upstream.port()));

        Reload preview = rig.reloader.preview();

        assertThat(preview.result()).isEqualTo(Reload.Result.APPLIED);
        assertThat(preview.changes().relays().added()).containsExactly("two");
        assertThat(preview.changes().relays().removed()).containsExactly("one");
        assertThat(rig.port("one")).isEqualTo(one);
        // What it bound to find out, it has given back.
        try (ServerSocket taken = new ServerSocket(free, 1, InetAddress.getByName("127.0.0.1"))) {
            Reload refused = rig.reloader.preview();
            assertThat(refused.result()).isEqualTo(Reload.Result.REFUSED);
            assertThat(refused.mistakes())
                    .singleElement()
                    .satisfies(mistake -> assertThat(mistake.message()).contains(taken.getLocalPort() + " is taken"));
        }
        try (PlainPeer peer = PlainPeer.connect(one)) {
            echo(peer);
        }
        assertThat(rig.reloader.inForce().isStale()).isFalse();
        assertThat(rig.count(Reload.Result.APPLIED) + rig.count(Reload.Result.REFUSED))
                .isZero();
        rig.gateway.stop();
        assertThat(rig.reloader.preview().result()).isEqualTo(Reload.Result.IGNORED);
    }

    @Test
    void anAddressInsideOneThatGoesIsRefusedWithTheReason() throws Exception {
        int port = freePort();
        configure(relay("all", "0.0.0.0:" + port, rig.upstream.port()));
        rig.start();
        configure(relay("some", "127.0.0.1:" + port, rig.upstream.port()));
        assertThat(rig.refusal().get(0).message())
                .isEqualTo("127.0.0.1:" + port + " can't be had while relay all listens on 0.0.0.0:" + port
                        + ", and that is closed only when all else is in place");
    }

    /** It is reset at once, so that even making the socket ready may fail. */
    private static boolean isTurnedDown(int port) throws IOException {
        try (PlainPeer peer = PlainPeer.connect(port)) {
            return peer.read(new byte[1]) < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    @Test
    void limitsChangeForNewConnections() throws Exception {
        configure(plain("one", 0, rig.upstream.port()));
        rig.start();
        try (PlainPeer open = PlainPeer.connect(rig.port("one"))) {
            echo(open);
            configure(
                    plain("one", 0, rig.upstream.port()).replace("listen:", "limits: { connections: 1 }, listen:"),
                    "  limits: { connections: 7 }\n");
            Changes changes = rig.reload().changes();
            assertThat(changes.relays().changed()).containsExactly("one");
            assertThat(changes.settings()).containsExactly("sallyport.limits");
            assertThat(isTurnedDown(rig.port("one"))).isTrue();
            echo(open);
        }
    }

    @Test
    void whatNeedsARestartIsSaidAsLongAsItDoes() throws Exception {
        configure(plain("one", 0, rig.upstream.port()));
        rig.start();
        configure(plain("one", 0, rig.upstream.port()), "  admin: { address: \"127.0.0.1:9001\" }\n");
        Reload first = rig.reload();
        assertThat(first.changes().settings()).containsExactly("sallyport.admin.address");
        assertThat(first.mistakes())
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.message())
                        .isEqualTo("is 127.0.0.1:9001 from the next start on; until then it stays 127.0.0.1:9000"));
        assertThat(rig.reload().mistakes()).isEqualTo(first.mistakes());
        configure(plain("one", 0, rig.upstream.port()));
        assertThat(rig.reload().mistakes()).isEmpty();
    }

    @Test
    void aGatewayThatStopsIsNotChangedAnyMore() throws Exception {
        configure(plain("one", 0, rig.upstream.port()));
        assertThat(rig.reload().result()).isEqualTo(Reload.Result.IGNORED);
        rig.start();
        rig.gateway.stop();
        configure(plain("two", 0, rig.upstream.port()));
        assertThat(rig.reload().result()).isEqualTo(Reload.Result.IGNORED);
        assertThat(rig.gateway.phase()).isEqualTo(Gateway.Phase.STOPPING);
        assertThat(rig.count(Reload.Result.IGNORED)).isEqualTo(2);
    }

    /** The race of a connection that is accepted while its plan is replaced: a call on a freed context would end the JVM. */
    @Test
    void reloadsUnderConnectionsLoseNone() throws Exception {
        rig.renew("edge");
        rig.configure(rig.tlsToPlain());
        rig.start();
        SSLContext client = TestTls.context(TestPki.CLIENT_TRUSTED);
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger connected = new AtomicInteger();
        List<CompletableFuture<Void>> knocking = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            knocking.add(rig.upstream.async(() -> {
                while (!done.get()) {
                    try (TlsPeer peer = rig.connect("orders", client, "TLSv1.2")) {
                        peer.write(new byte[] {1});
                        peer.readExactly(1);
                        connected.incrementAndGet();
                    }
                }
                return null;
            }));
        }
        for (int i = 0; i < 50; i++) {
            rig.renew("edge");
            assertThat(rig.reload().result()).isEqualTo(Reload.Result.APPLIED);
        }
        done.set(true);
        for (CompletableFuture<Void> each : knocking) {
            each.get();
        }
        assertThat(connected.get()).isPositive();
        await().untilAsserted(
                        () -> assertThat(rig.gateway.connections().count()).isZero());
        rig.awaitContexts(1);
    }
}
