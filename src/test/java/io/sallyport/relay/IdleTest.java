package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import io.sallyport.peer.Peer;
import io.sallyport.peer.Peer.Seen;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.profile.Relay;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pairs that are silent, half closed, or whose peer is gone. Behaviours A4, A5, I7, M10. */
class IdleTest {

    private static final Relay.Timeouts IDLE_SOON =
            new Relay.Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(600));

    @AutoClose
    private final RelayRig rig = new RelayRig();

    @Test
    void aSilentPairIsCutAndNeitherSideTakesThatForAnEnd() throws Exception {
        try (Upstream upstream = Upstream.plain(null)) {
            int port = rig.start(RelayRig.relay(null, null, IDLE_SOON, upstream.port()), null, null);
            try (Peer client = PlainPeer.connect(port);
                    Peer server = upstream.take()) {
                assertThat(client.readAll().end()).isEqualTo(Seen.RESET);
                assertThat(server.readAll().end()).isEqualTo(Seen.RESET);
            }
            assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.IDLE_TIMEOUT);
        }
    }

    @Test
    void aSilentHalfClosedPairIsReaped() throws Exception {
        try (Upstream upstream = Upstream.plain(null)) {
            int port = rig.start(RelayRig.relay(null, null, IDLE_SOON, upstream.port()), null, null);
            try (Peer client = PlainPeer.connect(port);
                    Peer server = upstream.take()) {
                client.end();
                assertThat(server.readAll().end()).isEqualTo(Seen.FIN);
                assertThat(client.readAll().end()).isEqualTo(Seen.RESET);
            }
            rig.events.awaitIdle();
        }
    }

    /** One direction that moves is enough, whichever it is, also when the other has ended; for three idle times. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aOneWayStreamLivesOn(boolean halfClosed) throws Exception {
        try (Upstream upstream = Upstream.plain(null)) {
            int port =
                    rig.start(RelayRig.relay(RelayRig.edge(), null, IDLE_SOON, upstream.port()), RelayRig.edge(), null);
            try (TlsPeer client = TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", null);
                    Peer server = upstream.take()) {
                if (halfClosed) {
                    client.end();
                    assertThat(server.readAll().end()).isEqualTo(Seen.FIN);
                }
                long end = System.nanoTime() + 3 * IDLE_SOON.idle().toNanos();
                while (System.nanoTime() < end) {
                    server.write(new byte[] {1});
                    assertThat(client.readExactly(1)).containsExactly(1);
                    Thread.onSpinWait();
                }
                server.end();
                assertThat(client.readAll().end()).isEqualTo(Seen.CLOSE_NOTIFY);
                if (!halfClosed) {
                    client.end();
                }
            }
            assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.DONE);
        }
    }

    /** Behaviour A4: a client that has its reply and goes without close_notify is gone at once, not at a timeout. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aClientThatLeavesAfterTheReplyIsNoticed(String version) throws Exception {
        try (Upstream upstream = Upstream.plain(peer -> {
            peer.readExactly(1);
            peer.write(new byte[1000]);
            peer.end();
        })) {
            int port = rig.start(RelayRig.edge(), null, upstream.port());
            try (TlsPeer client = TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), version, null)) {
                client.write(new byte[1]);
                assertThat(client.readAll().bytes()).isEqualTo(1000);
                client.fin();
            }
            assertThat(rig.events.awaitClosed(1)).isIn(CloseReason.CLIENT_CUT, CloseReason.DONE);
        }
    }

    /** Behaviour M10. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aResetOfAnIdlePairFreesItAtOnceAndReachesTheOtherSide(boolean byClient) throws Exception {
        try (Upstream upstream = Upstream.plain(null)) {
            int port = rig.start(null, null, upstream.port());
            try (Peer client = PlainPeer.connect(port);
                    Peer server = upstream.take()) {
                client.write(new byte[1]);
                server.readExactly(1);
                (byClient ? client : server).reset();
                assertThat((byClient ? server : client).readAll().end()).isEqualTo(Seen.RESET);
            }
            assertThat(rig.events.awaitClosed(1))
                    .isEqualTo(byClient ? CloseReason.CLIENT_RESET : CloseReason.UPSTREAM_RESET);
        }
    }

    /** The client is content: that it resets behind our close_notify is no error. */
    @Test
    void aResetBehindOurCloseNotifyIsNoError() throws Exception {
        try (Upstream upstream = Upstream.plain(peer -> {
            peer.write(new byte[1000]);
            peer.end();
            peer.readAll();
        })) {
            int port = rig.start(RelayRig.edge(), null, upstream.port());
            try (TlsPeer client = TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", null)) {
                assertThat(client.readAll().end()).isEqualTo(Seen.CLOSE_NOTIFY);
                client.reset();
            }
            assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.DONE);
        }
    }
}
