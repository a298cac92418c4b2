package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import io.sallyport.peer.Peer;
import io.sallyport.peer.Peer.Received;
import io.sallyport.peer.Peer.Seen;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.profile.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who ends first, and how, in every mode: each byte arrives, the end arrives behind it as what it was, and the other
 * direction lives on.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndsTest {

    private static final String TLS_1_2 = "TLSv1.2";
    private static final String TLS_1_3 = "TLSv1.3";
    private static final int REPLY = 100_000;

    /** Of a reader that is to be felt, in bytes. */
    private static final int WINDOW = 64 * 1024;

    private RelayRig rig;

    enum Mode {
        TLS_TO_PLAIN(true, false),
        PLAIN_TO_TLS(false, true),
        TLS_TO_TLS(true, true),
        PLAIN_TO_PLAIN(false, false);

        final boolean listensTls;
        final boolean connectsTls;

        Mode(boolean listensTls, boolean connectsTls) {
            this.listensTls = listensTls;
            this.connectsTls = connectsTls;
        }
    }

    enum Ender {
        CLIENT,
        UPSTREAM
    }

    enum How {
        /** close_notify and FIN; on plain TCP FIN. */
        CLEAN,
        /** FIN alone. */
        FIN,
        RESET
    }

    enum Reader {
        FAST,
        /** A small window and small reads. */
        SLOW,
        /** Reads nothing until the sender is held back. */
        STOPPED
    }

    record Case(Mode mode, String version, Ender ender, How how, Reader reader, int size) {}

    @BeforeAll
    void open() {
        rig = new RelayRig();
    }

    @AfterAll
    void close() throws Exception {
        rig.close();
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Mode mode : Mode.values()) {
            for (String version : mode == Mode.PLAIN_TO_PLAIN ? List.of(TLS_1_3) : List.of(TLS_1_2, TLS_1_3)) {
                for (Ender ender : Ender.values()) {
                    for (How how : How.values()) {
                        cases.add(new Case(mode, version, ender, how, Reader.FAST, 64 * 1024));
                        cases.add(new Case(mode, version, ender, how, Reader.SLOW, 1024 * 1024));
                        cases.add(new Case(mode, version, ender, how, Reader.STOPPED, 16 * 1024 * 1024));
                    }
                }
                if (version.equals(TLS_1_3)) {
                    cases.add(new Case(mode, version, Ender.CLIENT, How.CLEAN, Reader.FAST, 64 * 1024 * 1024));
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void everyByteArrivesAndThenTheEndAsWhatItWas(Case it) throws Exception {
        Profile listen = it.mode.listensTls ? RelayRig.edge() : null;
        Profile connect = it.mode.connectsTls ? RelayRig.broker() : null;
        int window = it.reader == Reader.FAST ? 0 : WINDOW;
        int before = rig.events.closed.size();
        try (Upstream upstream = Upstream.create(
                it.mode.connectsTls ? TestTls.context(TestPki.SERVER_TRUSTED) : null, it.version, window)) {
            int port = rig.start(listen, connect, upstream.port());
            try (Peer client = it.mode.listensTls
                            ? TlsPeer.connect(
                                    port, TestTls.context(TestPki.CLIENT_TRUSTED), it.version, "server.test", window)
                            : PlainPeer.connect(port, window);
                    Peer server = upstream.take()) {
                boolean byClient = it.ender == Ender.CLIENT;
                exchange(it, upstream, byClient ? client : server, byClient ? server : client);
            }
            CloseReason reason = rig.events.awaitClosed(before + 1);
            assertThat(reason).isEqualTo(expectedReason(it));
            assertThat(rig.events.closed.get(before).connection().closedFirst())
                    .isEqualTo(it.ender == Ender.CLIENT ? "client" : "upstream");
        }
    }

    private void exchange(Case it, Upstream threads, Peer sender, Peer receiver) throws Exception {
        byte[] data = new byte[it.size];
        new Random(it.size).nextBytes(data);
        // Once it has seen a FIN, Netty takes all that the kernel has received, reading or not: so the end comes
        // after the stall has been measured.
        CountDownLatch mayEnd = new CountDownLatch(it.reader == Reader.STOPPED ? 1 : 0);
        CompletableFuture<Void> sent = threads.async(() -> {
            sender.write(data);
            mayEnd.await();
            if (it.how == How.CLEAN) {
                sender.end();
            } else if (it.how == How.FIN) {
                sender.fin();
            }
            return null;
        });
        if (it.reader == Reader.STOPPED) {
            assertThat(rig.events.awaitStall())
                    // The sender may be done all the same: some kernels let a receive buffer grow to 32 MiB.
                    .as("bytes relayed without a reader: what the socket and the high mark hold")
                    .isLessThan(8 * 1024 * 1024);
            mayEnd.countDown();
        }
        byte[] got = receiver.readExactly(it.size);
        assertThat(Peer.sha256(got)).isEqualTo(Peer.sha256(data));
        sent.get(30, TimeUnit.SECONDS);
        if (it.how == How.RESET) {
            sender.reset();
        }
        Received rest = receiver.readAll();
        assertThat(rest)
                .as("what follows the data")
                .isEqualTo(new Received(0, Peer.sha256(new byte[0]), expectedEnd(it)));
        if (it.how != How.RESET) {
            reply(it, sender, receiver);
        }
    }

    /** The other direction: the one who has read the end still has something to say. */
    private static void reply(Case it, Peer sender, Peer receiver) throws Exception {
        boolean receiverTls = it.ender == Ender.CLIENT ? it.mode.connectsTls : it.mode.listensTls;
        boolean senderTls = it.ender == Ender.CLIENT ? it.mode.listensTls : it.mode.connectsTls;
        // Java goes by the letter of RFC 5246: in TLS 1.2 it answers close_notify at once, and can send nothing more.
        boolean deaf = receiverTls && it.version.equals(TLS_1_2) && expectedEnd(it) == Seen.CLOSE_NOTIFY;
        byte[] data = new byte[deaf ? 0 : REPLY];
        new Random(1).nextBytes(data);
        receiver.write(data);
        receiver.end();
        Received answer = sender.readAll();
        assertThat(answer)
                .as("the reply")
                .isEqualTo(new Received(data.length, Peer.sha256(data), senderTls ? Seen.CLOSE_NOTIFY : Seen.FIN));
    }

    private static boolean senderTls(Case it) {
        return it.ender == Ender.CLIENT ? it.mode.listensTls : it.mode.connectsTls;
    }

    private static Seen expectedEnd(Case it) {
        if (it.how == How.RESET) {
            return Seen.RESET;
        }
        boolean receiverTls = it.ender == Ender.CLIENT ? it.mode.connectsTls : it.mode.listensTls;
        boolean cut = senderTls(it) && it.how == How.FIN;
        return receiverTls && !cut ? Seen.CLOSE_NOTIFY : Seen.FIN;
    }

    private static CloseReason expectedReason(Case it) {
        boolean client = it.ender == Ender.CLIENT;
        if (it.how == How.RESET) {
            return client ? CloseReason.CLIENT_RESET : CloseReason.UPSTREAM_RESET;
        }
        if (senderTls(it) && it.how == How.FIN) {
            return client ? CloseReason.CLIENT_CUT : CloseReason.UPSTREAM_CUT;
        }
        return CloseReason.DONE;
    }
}
