package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import io.sallyport.peer.PlainPeer;
import io.sallyport.profile.Address;
import io.sallyport.profile.Configuration;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Relay;
import io.sallyport.relay.Upstream;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayTest {

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    private final Gateway gateway = new Gateway(vertx, new SimpleMeterRegistry());

    @AfterEach
    void stop() throws Exception {
        gateway.stop();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static Relay relay(String name, int port, int upstream) {
        return new Relay(
                name,
                new Relay.Listen(new Address("127.0.0.1", port), null, false),
                new Relay.Connect(List.of(new Address("127.0.0.1", upstream)), null, PeerName.OF_ADDRESS),
                Relay.Timeouts.DEFAULT);
    }

    private static Blueprint blueprint(Relay... relays) throws MistakesException {
        Map<String, Relay> byName = new LinkedHashMap<>();
        for (Relay relay : relays) {
            byName.put(relay.name(), relay);
        }
        return Blueprint.of(new Configuration(Map.of(), byName, Configuration.Admin.DEFAULT));
    }

    @Test
    void relaysBytesWhileItRuns() throws Exception {
        try (Upstream upstream = Upstream.echo()) {
            assertThat(gateway.phase()).isEqualTo(Gateway.Phase.STARTING);
            gateway.start(blueprint(relay("orders", 0, upstream.port())));
            assertThat(gateway.phase()).isEqualTo(Gateway.Phase.RUNNING);

            Address listening = gateway.relays().get(0).listening();
            assertThat(listening).isNotNull();
            try (PlainPeer client = PlainPeer.connect(listening.port())) {
                client.write(new byte[] {1, 2, 3});
                assertThat(client.readExactly(3)).isEqualTo(new byte[] {1, 2, 3});
                assertThat(gateway.connections().count()).isEqualTo(1);
            }

            gateway.stop();
            assertThat(gateway.phase()).isEqualTo(Gateway.Phase.STOPPING);
            assertThat(gateway.relays()).extracting(RelayStatus::listening).containsOnlyNulls();
        }
    }

    @Test
    void aPortThatIsTakenStopsAllAndIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Blueprint wanted = blueprint(relay("free", 0, 9), relay("busy", taken.getLocalPort(), 9));

            MistakesException refused = catchThrowableOfType(MistakesException.class, () -> gateway.start(wanted));

            assertThat(refused.mistakes()).hasSize(1);
            Mistake mistake = refused.mistakes().get(0);
            assertThat(mistake.key()).isEqualTo("sallyport.relays.busy.listen.address");
            assertThat(mistake.message())
                    .isEqualTo("127.0.0.1:" + taken.getLocalPort() + " is taken: another program listens there");
            assertThat(gateway.relays()).extracting(RelayStatus::listening).containsOnlyNulls();
        }
    }

    @Test
    void anAddressOfAnotherMachineIsNamed() throws Exception {
        Relay elsewhere = new Relay(
                "elsewhere",
                new Relay.Listen(new Address("192.0.2.1", 0), null, true),
                new Relay.Connect(List.of(new Address("127.0.0.1", 9)), null, PeerName.OF_ADDRESS),
                Relay.Timeouts.DEFAULT);
        Blueprint wanted = blueprint(elsewhere);
        MistakesException refused = catchThrowableOfType(MistakesException.class, () -> gateway.start(wanted));
        assertThat(refused.mistakes().get(0).message()).isEqualTo("192.0.2.1:0 is no address of this machine");
    }

    @Test
    void theJdksOwnBindFailureIsUnderstoodToo() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            BindException failure = catchThrowableOfType(BindException.class, () -> {
                try (ServerSocket second = new ServerSocket()) {
                    second.bind(taken.getLocalSocketAddress());
                }
            });
            assertThat(BindFailure.of("key", new Address("127.0.0.1", 1), new RuntimeException(failure))
                            .message())
                    .startsWith("127.0.0.1:1 is taken");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Permission denied", "Cannot assign requested address"})
    void whatElseTheJdkSays(String text) {
        Mistake mistake = BindFailure.of("key", new Address("127.0.0.1", 1), new BindException(text));
        assertThat(mistake.message()).doesNotContain(text);
        assertThat(mistake.hint()).isNotNull();
        assertThat(BindFailure.isBehind(new BindException(text))).isTrue();
        assertThat(BindFailure.isBehind(new BindException("something new"))).isFalse();
    }
}
