package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.profile.Limits;
import io.sallyport.tls.Identity;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What connections take of limits, and that they give it back. */
class PlaceTest {

    private final AtomicLong clock = new AtomicLong();
    private final Admission total = Admission.total(new Limits(3), Descriptors.ofProcess(), clock::get);
    private final Admission relay = Admission.within(total, "orders", Limits.OF_RELAY);

    private static Limits limits(
            @Nullable Integer perAddress, @Nullable Integer perIdentity, @Nullable Integer perSecond) {
        return new Limits(1_000_000, perAddress, perIdentity, perSecond, perSecond, null);
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static Identity identity(int number) {
        return new Identity("CN=client", "%064x".formatted(number));
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8::1, 2001:db8:0:0:ffff::2, true",
        "2001:db8::1, 2001:db8:0:1::1, false",
        "10.0.0.1, 10.0.0.1, true",
        "10.0.0.1, 10.0.0.2, false",
        "0.0.0.1, ::1, false",
        "10.0.0.1, 0:0:0a00:0001::, false",
    })
    void anIpv6NetworkOf64BitsIsOneHolder(String one, String other, boolean same) {
        assertThat(Place.holder(address(one)).equals(Place.holder(address(other))))
                .isEqualTo(same);
    }

    @Test
    void whatTheTotalDoesNotGrantTheRelayKeeps() {
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Place place = new Place(relay);
            assertThat(place.enter()).isNull();
            places.add(place);
        }
        Place fourth = new Place(relay);
        assertThat(fourth.enter()).isEqualTo(new Place.Denied(CloseReason.LIMIT, "sallyport.limits.connections is 3"));
        assertThat(relay.open()).isEqualTo(3);
        fourth.leave();
        assertThat(relay.open()).isEqualTo(3);
        places.forEach(Place::leave);
        assertThat(relay.open()).isZero();
        assertThat(total.open()).isZero();
    }

    @Test
    void aRateThatTheTotalRefusesIsNotUsedUpForTheRelay() {
        relay.limits("orders", limits(null, null, 1));
        total.limits(limits(null, null, 1));
        assertThat(new Place(total).handshake()).isNull();
        assertThat(new Place(relay).handshake())
                .isEqualTo(new Place.Denied(
                        CloseReason.HANDSHAKE_RATE_LIMIT, "sallyport.limits.handshakes-per-second is 1"));
        total.limits(limits(null, null, null));
        assertThat(new Place(relay).handshake()).isNull();
        assertThat(new Place(relay).handshake())
                .isEqualTo(new Place.Denied(
                        CloseReason.HANDSHAKE_RATE_LIMIT, "sallyport.relays.orders.limits.handshakes-per-second is 1"));
    }

    @Test
    void whoHasTooManyConnectionsUsesUpNobodysRate() {
        relay.limits("orders", limits(1, null, 3));
        assertThat(new Place(relay).from(address("10.0.0.1"))).isNull();
        for (int i = 0; i < 10; i++) {
            assertThat(new Place(relay).from(address("10.0.0.1")))
                    .extracting(Place.Denied::reason)
                    .isEqualTo(CloseReason.ADDRESS_LIMIT);
        }
        assertThat(new Place(relay).from(address("10.0.0.2"))).isNull();
        assertThat(new Place(relay).from(address("10.0.0.3"))).isNull();
        assertThat(new Place(relay).from(address("10.0.0.4")))
                .extracting(Place.Denied::reason)
                .isEqualTo(CloseReason.CONNECTION_RATE_LIMIT);
    }

    /** An attacker who comes from everywhere leaves nothing behind, whether it was let in or not. */
    @Test
    void theTableOfHoldersIsNoLargerThanTheOpenConnectionsAre() {
        relay.limits("orders", limits(1, 1, null));
        total.limits(limits(1, 1, 5));
        List<Place> open = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            Place place = new Place(relay);
            if (place.from(address("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255))) == null
                    && place.with(identity(i)) == null) {
                open.add(place);
            } else {
                place.leave();
            }
        }
        assertThat(open).hasSize(5);
        assertThat(relay.holders()).isEqualTo(10);
        assertThat(total.holders()).isEqualTo(10);
        open.forEach(Place::leave);
        assertThat(relay.holders()).isZero();
        assertThat(total.holders()).isZero();
    }

    /** What was counted under a limit is given back also where that was taken away, and set again, meanwhile. */
    @Test
    void limitsMayChangeWhileConnectionsAreOpen() {
        Place before = new Place(relay);
        assertThat(before.with(identity(1))).isNull();
        relay.limits("orders", limits(null, 2, null));
        Place counted = new Place(relay);
        assertThat(counted.with(identity(1))).isNull();
        relay.limits("orders", limits(null, null, null));
        before.leave();
        counted.leave();
        assertThat(relay.holders()).isZero();
    }
}
