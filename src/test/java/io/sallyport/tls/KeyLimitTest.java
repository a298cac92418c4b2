package io.sallyport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import io.sallyport.peer.Peer;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.pki.Material;
import io.sallyport.profile.Profile;
import io.sallyport.relay.CloseReason;
import io.sallyport.relay.RelayPlan;
import io.sallyport.relay.RelayRig;
import io.sallyport.relay.Upstream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8446, section 5.5: no AES-GCM key protects more records than it may. */
class KeyLimitTest {

    private static final long LIMIT = 50;

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theConnectionEndsAtTheLimitOfItsKey(String version) throws Exception {
        long echoed;
        try (RelayRig rig = new RelayRig();
                Upstream echo = Upstream.echo()) {
            Profile edge = RelayRig.edge();
            TlsContext context = rig.retiring(TlsContext.create(edge, Material.load(edge), Side.SERVER, LIMIT));
            int port =
                    rig.start(new RelayPlan(RelayRig.relay(edge, null, RelayRig.TIMEOUTS, echo.port()), context, null));
            try (TlsPeer client = TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), version, null)) {
                echoed = Stream.generate(() -> echoes(client))
                        .takeWhile(good -> good)
                        .count();
            }
            assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.KEY_LIMIT);
        }
        assertThat(echoed).isBetween(LIMIT / 2, LIMIT);
    }

    private static boolean echoes(Peer client) {
        try {
            client.write(new byte[] {1});
            client.readExactly(1);
            return true;
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
