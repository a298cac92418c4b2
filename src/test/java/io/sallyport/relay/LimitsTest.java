package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.peer.Peer;
import io.sallyport.peer.Peer.Seen;
import io.sallyport.peer.PlainPeer;
import io.sallyport.profile.Limits;
import io.sallyport.profile.Relay;
import java.net.SocketException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is bounded stays within its bounds, and a place that is given up can be taken again. */
class LimitsTest {

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private final Upstream echo = rig.closing(Upstream.echo());

    private static Relay limited(Relay relay, int connections) {
        return new Relay(relay.name(), relay.listen(), relay.connect(), relay.timeouts(), new Limits(connections));
    }

    private static Relay.Timeouts timeouts(Duration idle, Duration halfClosed, @Nullable Duration lifetime) {
        return new Relay.Timeouts(
                Duration.ofSeconds(5), Duration.ofSeconds(5), idle, halfClosed, lifetime, Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneConnectionTooManyIsClosedAndAFreePlaceIsTaken(boolean byTotal) throws Exception {
        Relay relay = RelayRig.relay(null, null, RelayRig.TIMEOUTS, echo.port());
        if (byTotal) {
            rig.total.limits(new Limits(2));
        }
        int port = rig.start(byTotal ? relay : limited(relay, 2), null, null);
        try (Peer first = PlainPeer.connect(port)) {
            try (Peer second = PlainPeer.connect(port)) {
                speak(first);
                speak(second);
                assertThat(isResetAtOnce(port)).isTrue();
                assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.LIMIT);
                assertThat(rig.total.open()).isEqualTo(2);
            }
            rig.events.awaitClosed(2);
            try (Peer next = PlainPeer.connect(port)) {
                speak(next);
                speak(first);
            }
        }
        rig.events.awaitIdle();
        assertThat(rig.total.open()).isZero();
    }

    private static boolean isResetAtOnce(int port) throws Exception {
        try (Peer peer = PlainPeer.connect(port)) {
            return peer.readAll().end() == Seen.RESET;
        } catch (SocketException e) {
            return true; // The reset came before the socket's options were set.
        }
    }

    private static void speak(Peer peer) throws Exception {
        peer.write(new byte[] {1});
        assertThat(peer.readExactly(1)).containsExactly(1);
    }

    @Test
    void aLifetimeEndsAlsoABusyConnection() throws Exception {
        Duration lifetime = Duration.ofSeconds(1);
        Relay relay = RelayRig.relay(
                null, null, timeouts(Duration.ofMinutes(1), Duration.ofMinutes(1), lifetime), echo.port());
        int port = rig.start(relay, null, null);
        try (Peer client = PlainPeer.connect(port)) {
            await().pollInterval(Duration.ofMillis(10)).until(() -> {
                client.write(new byte[] {1});
                return client.read(new byte[1]) < 0;
            });
        } catch (org.awaitility.core.ConditionTimeoutException | java.io.IOException e) {
            // A write may meet the reset first.
        }
        assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.LIFETIME);
    }

    @Test
    void aHalfClosedPairHasATimeOfItsOwn() throws Exception {
        try (Upstream silent = Upstream.plain(null)) {
            Relay relay = RelayRig.relay(
                    null, null, timeouts(Duration.ofMinutes(10), Duration.ofMillis(300), null), silent.port());
            int port = rig.start(relay, null, null);
            try (Peer client = PlainPeer.connect(port);
                    Peer server = silent.take()) {
                client.end();
                assertThat(server.readAll().end()).isEqualTo(Seen.FIN);
                assertThat(client.readAll().end()).isEqualTo(Seen.RESET);
            }
            assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.HALF_CLOSED_TIMEOUT);
        }
    }

    /** What a client sends before there is an upstream is held, and no more is read of it than a socket buffer. */
    @Test
    void earlyDataIsBounded() throws Exception {
        try (HastyClientsTest.FullListener blackHole = new HastyClientsTest.FullListener()) {
            int port = rig.start(null, null, blackHole.port());
            try (Peer client = PlainPeer.connect(port)) {
                var sent = echo.async(() -> {
                    client.write(new byte[16 * 1024 * 1024]);
                    return null;
                });
                await().until(() -> rig.events.accepted() == 1);
                await().during(Duration.ofMillis(500))
                        .atMost(Duration.ofSeconds(5))
                        .until(() -> !sent.isDone() && rig.events.latest().bytesIn() < 512 * 1024);
                rig.events.latest().close();
                assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.CLOSED_BY_OPERATOR);
            }
        }
    }

    /** Whoever comes while the descriptors are short is accepted when one leaves, and no one is turned away. */
    @Test
    void withoutDescriptorsClientsWaitAndAreServedInTheEnd() throws Exception {
        // 24 are kept back, and each connection takes two.
        Descriptors two = new Descriptors(24 + 4, () -> 0);
        try (RelayRig small = new RelayRig(two)) {
            int port = small.start(null, null, echo.port());
            try (Peer first = PlainPeer.connect(port);
                    Peer second = PlainPeer.connect(port)) {
                speak(first);
                speak(second);
                try (Peer third = PlainPeer.connect(port)) {
                    third.write(new byte[] {1});
                    await().until(() -> small.events.acceptFailures.get() > 0);
                    assertThat(small.events.accepted()).isEqualTo(2);
                    speak(second);
                    first.end();
                    assertThat(first.readAll().end()).isEqualTo(Seen.FIN);
                    assertThat(third.readExactly(1)).containsExactly(1);
                }
            }
            small.events.awaitIdle();
            assertThat(small.events.closed).allMatch(closed -> closed.reason() != CloseReason.LIMIT);
        }
    }

    @Test
    void whatElseHasDescriptorsLeavesFewerForConnections() {
        Descriptors descriptors = new Descriptors(256, () -> 180);
        assertThat(descriptors.connectionsPossible()).isEqualTo((256 - 24) / 2);
        descriptors.measure();
        assertThat(descriptors.connectionsPossible()).isEqualTo((256 - 24 - 180) / 2);
        descriptors.take();
        descriptors.measure();
        assertThat(descriptors.connectionsPossible()).isEqualTo((256 - 24 - 178) / 2);
        assertThat(new Descriptors(1, () -> 0).hasRoom()).isTrue();
    }
}
