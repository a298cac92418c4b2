package io.sallyport.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

/** A value that exists is valid: the records refuse what no configuration may hold, whoever makes them. */
class ConfigurationTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void trustIsNeverWithoutARuleForPeers() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Profile.Trust(null, VerifyMode.REQUIRED, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Profile.Trust(null, VerifyMode.OPTIONAL, 1));
        assertThat(new Profile.Trust(null, VerifyMode.NONE, 0).verifies()).isFalse();
        assertThat(new Profile.Trust("system", VerifyMode.OPTIONAL, 100).verifies())
                .isTrue();
    }

    @Test
    void depthIsBounded() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Profile.Trust("system", VerifyMode.REQUIRED, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Profile.Trust("system", VerifyMode.REQUIRED, 101));
    }

    @Test
    void negotiationLeavesSomething() {
        List<Protocol> versions = List.of(Protocol.TLS_1_3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Profile.Negotiation("ALL", List.of(), List.of("X25519"), List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Profile.Negotiation("ALL", versions, List.of(), List.of()));
    }

    @Test
    void timeoutsAreMoreThanZeroAndThereIsAnUpstream() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Relay.Timeouts(Duration.ZERO, SECOND, SECOND));
        assertThatIllegalArgumentException().isThrownBy(() -> new Relay.Timeouts(SECOND, SECOND.negated(), SECOND));
        assertThatIllegalArgumentException().isThrownBy(() -> new Relay.Connect(List.of(), null, PeerName.OF_ADDRESS));
    }

    @Test
    void everyProfileThatARelayNamesIsThere() {
        Relay relay = new Relay(
                "orders",
                new Relay.Listen(new Address("127.0.0.1", 1), null, false),
                new Relay.Connect(List.of(new Address("a", 1)), "broker", PeerName.OF_ADDRESS),
                Relay.Timeouts.DEFAULT);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Configuration(Map.of(), Map.of("orders", relay), Configuration.Admin.DEFAULT))
                .withMessage("there is no profile broker");
    }

    @Test
    void askingForANameThatIsNotThereIsAnError() {
        Configuration empty = new Configuration(Map.of(), Map.of(), Configuration.Admin.DEFAULT);

        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> empty.profile("edge"));
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> empty.relay("orders"));
    }

    @Test
    void aNameIsSentWithoutItsFinalDot() {
        assertThat(PeerName.OF_ADDRESS.sent("broker.test.")).isEqualTo("broker.test");
        assertThat(PeerName.OF_ADDRESS.checked("broker.test.")).isEqualTo("broker.test");
        assertThat(new PeerName("a.test", null).sent("b.test")).isEqualTo("a.test");
        assertThat(new PeerName("a.test", "c.test").checked("b.test")).isEqualTo("c.test");
    }
}
