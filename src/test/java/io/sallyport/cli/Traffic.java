package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.TestPki;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.relay.Upstream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;

/** Connections that move bytes through a relay to an echo, in TLS 1.2 and 1.3, and compare all that comes back. */
final class Traffic {

    private static final SSLContext CLIENT = TestTls.context(TestPki.CLIENT_TRUSTED);

    private final int port;
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicLong moved = new AtomicLong();
    private final List<CompletableFuture<Void>> moving = new ArrayList<>();

    private Traffic(int port) {
        this.port = port;
    }

    /** Begins with so many connections, and returns when bytes move. */
    static Traffic start(Upstream echo, int port, int connections) {
        Traffic traffic = new Traffic(port);
        for (int i = 0; i < connections; i++) {
            String version = i % 2 == 0 ? "TLSv1.2" : "TLSv1.3";
            traffic.moving.add(echo.async(() -> {
                traffic.move(version);
                return null;
            }));
        }
        await().until(() -> traffic.moved.get() > 0);
        return traffic;
    }

    private void move(String version) throws IOException {
        Random random = new Random(port);
        byte[] block = new byte[16 * 1024];
        try (TlsPeer peer = TlsPeer.connect(port, CLIENT, version, null)) {
            while (!done.get()) {
                random.nextBytes(block);
                peer.write(block);
                assertThat(peer.readExactly(block.length)).isEqualTo(block);
                moved.addAndGet(block.length);
                // Steady traffic, and no race for the processor.
                LockSupport.parkNanos(1_000_000);
            }
            peer.end();
            assertThat(peer.readAll().bytes()).isZero();
        }
    }

    /** How many bytes came back so far. */
    long moved() {
        return moved.get();
    }

    /** Ends all of them in good order; fails where one lost a byte. Gives how many bytes came back. */
    long stop() throws Exception {
        done.set(true);
        for (CompletableFuture<Void> each : moving) {
            each.get();
        }
        return moved.get();
    }

    /** The serial number of the certificate that a new client is shown. */
    static BigInteger serialShown(int port) throws IOException {
        try (TlsPeer peer = TlsPeer.connect(port, CLIENT, "TLSv1.3", null)) {
            return ((X509Certificate) peer.engine().getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }
}
