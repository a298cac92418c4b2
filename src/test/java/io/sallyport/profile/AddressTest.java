package io.sallyport.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:1",
                "LOCALHOST:1",
                "127.0.0.1:1",
                "127.255.255.254:1",
                "[::1]:1",
                "[0:0:0:0:0:0:0:1]:1"
            })
    void loopback(String text) {
        assertThat(Address.parse(text).isLoopback()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0:1",
                "[::]:1",
                "128.0.0.1:1",
                "126.255.255.255:1",
                "127.test:1",
                "localhost.test:1",
                "[::2]:1"
            })
    void notLoopback(String text) {
        assertThat(Address.parse(text).isLoopback()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:1, 127.0.0.1:1, true",
        "127.0.0.1:1, 127.0.0.1:2, false",
        "127.0.0.1:1, 127.0.0.2:1, false",
        "0.0.0.0:1, 127.0.0.1:1, true",
        "[::]:1, 127.0.0.1:1, true",
        "[0::0]:1, [2001:db8::7]:1, true",
        "[::]:1, 0.0.0.0:1, true",
        "localhost:1, 127.0.0.1:1, true",
        "localhost:1, [::1]:1, true",
        "127.0.0.1:1, [::1]:1, false",
        "[::1]:1, [0:0:0:0:0:0:0:1]:1, true",
        "Gate.test:1, gate.test.:1, true",
        "127.0.0.1:0, 127.0.0.1:0, false",
        "0.0.0.0:0, 127.0.0.1:0, false",
    })
    void overlapsWhereTwoSocketsCanNotBothListen(String one, String other, boolean overlaps) {
        assertThat(Address.parse(one).overlaps(Address.parse(other))).isEqualTo(overlaps);
        assertThat(Address.parse(other).overlaps(Address.parse(one))).isEqualTo(overlaps);
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0:1, localhost:1, true",
        "0.0.0.0:1, 127.0.0.1:1, true",
        "[::]:1, [::1]:1, true",
        "10.0.0.7:1, 10.0.0.7:1, true",
        "0.0.0.0:1, broker.test:1, false",
        "0.0.0.0:1, localhost:2, false",
        "127.0.0.1:0, 127.0.0.1:1, false",
    })
    void isMetByAConnectionThatWouldComeBack(String listen, String upstream, boolean met) {
        assertThat(Address.parse(listen).isMetBy(Address.parse(upstream))).isEqualTo(met);
    }

    @Test
    void anAddressThatExistsIsValid() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Address("", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Address("a b", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Address("a", -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Address("a", 65536));
        assertThat(new Address("a", 65535)).hasToString("a:65535");
    }

    @Test
    void aServiceIsAnUpstreamWithoutAPort() {
        Address service = Upstream.parse("_amqps._tcp.broker.test weight=2").address();

        assertThat(service.kind()).isEqualTo(Address.Kind.SERVICE);
        assertThat(service).hasToString("_amqps._tcp.broker.test");
        assertThat(service.peerHost()).isEqualTo("broker.test");
        assertThat(Address.parse("_amqps._tcp.broker.test:5671").isTcp()).isTrue();
        assertThat(Address.parse("broker.test:5671").peerHost()).isEqualTo("broker.test");
    }

    @Test
    void itMayBeAUnixSocketOrOneOfSystemds() {
        Address unix = Address.parse("unix:/run/a.sock");

        assertThat(unix).hasToString("unix:/run/a.sock").isEqualTo(new Address(Address.Kind.UNIX, "/run/a.sock", 0));
        assertThat(unix.isLoopback()).isTrue();
        assertThat(unix.isWildcard()).isFalse();
        assertThat(unix.overlaps(Address.parse("unix:/run/../run/a.sock"))).isTrue();
        assertThat(unix.overlaps(Address.parse("unix:/run/b.sock"))).isFalse();
        assertThat(unix.overlaps(Address.parse("0.0.0.0:1"))).isFalse();
        assertThat(unix.isMetBy(Address.parse("unix:/run/a.sock"))).isTrue();
        assertThat(Address.parse("systemd:orders.socket")).hasToString("systemd:orders.socket");
        assertThat(Address.parse("systemd:a").isLoopback()).isFalse();
        assertThat(Address.parse("systemd:a").overlaps(Address.parse("systemd:a")))
                .isTrue();
    }
}
