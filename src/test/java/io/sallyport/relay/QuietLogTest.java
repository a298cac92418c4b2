package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import io.sallyport.peer.Peer;
import io.sallyport.peer.Peer.Seen;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Behaviour A6: what is ordinary isn't logged as an error, by us or by the libraries below. */
class QuietLogTest {

    private static final class Warnings extends Handler {

        final List<String> messages = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                messages.add(entry.getLoggerName() + ": " + entry.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void ordinaryClosesAndResetsMakeNoNoise() throws Exception {
        Warnings warnings = new Warnings();
        Logger root = Logger.getLogger("");
        root.addHandler(warnings);
        try (RelayRig rig = new RelayRig();
                Upstream echo = Upstream.echo()) {
            int tls = rig.start(RelayRig.edge(), null, echo.port());
            int plain = rig.start(null, null, echo.port());
            for (int i = 0; i < 100; i++) {
                try (Peer client = i % 2 == 0
                        ? PlainPeer.connect(plain)
                        : TlsPeer.connect(tls, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", null)) {
                    client.write(new byte[100]);
                    client.readExactly(100);
                    client.end();
                    assertThat(client.readAll().end()).isEqualTo(i % 2 == 0 ? Seen.FIN : Seen.CLOSE_NOTIFY);
                }
            }
            rig.events.awaitIdle();
            assertThat(rig.events.closed)
                    .extracting(RecordedEvents.Closed::reason)
                    .containsOnly(CloseReason.DONE);
            for (int i = 0; i < 20; i++) {
                Peer client = PlainPeer.connect(plain);
                client.write(new byte[100]);
                client.readExactly(50);
                client.reset();
            }
        } finally {
            root.removeHandler(warnings);
        }
        assertThat(warnings.messages).isEmpty();
    }
}
