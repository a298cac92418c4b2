package io.sallyport.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KindsTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "007, 7", "99, 99", "100, 100"})
    void depthGoesFrom0To100(String text, int depth) {
        assertThat(read(Kinds.DEPTH, text)).isEqualTo(depth);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "101", "1000", "99999999999999999999", "1.0", "+1", "0x1", "1_0", "one", "1 0", "١"})
    void whatIsNoSuchNumberIsNoDepth(String text) {
        assertRefused(Kinds.DEPTH, text, "is not a whole number from 0 to 100");
    }

    @ParameterizedTest
    @CsvSource({
        "1ms, PT0.001S",
        "250ms, PT0.25S",
        "10s, PT10S",
        "5m, PT5M",
        "1h, PT1H",
        "365d, PT8760H",
        "31536000000ms, PT8760H"
    })
    void durationsGoFromAMillisecondToAYear(String text, Duration duration) {
        assertThat(read(Kinds.DURATION_TEXT, text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0ms", "0s", "0d", "366d", "31536000001ms", "999999999999d"})
    void durationsBeyondAreRefused(String text) {
        assertRefused(Kinds.DURATION_TEXT, text, "is not a duration from 1ms to 365d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "1.5s", "-1s", "1S", "1 s", "s", "1min", "1h30m", "PT1S", "9999999999999s", "off"})
    void whatHasNoSuchFormIsNoDuration(String text) {
        assertRefused(Kinds.DURATION_TEXT, text, "is not a duration; expected such as 250ms, 10s, 5m or 1h");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "no", "on", "off", "True", "TRUE", "1", "0"})
    void onlyTrueAndFalseAreBooleans(String text) {
        assertRefused(Kinds.BOOLEAN, text, "is not true or false");
        assertThat(read(Kinds.BOOLEAN, "true")).isTrue();
        assertThat(read(Kinds.BOOLEAN, "false")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0:8443, 0.0.0.0, 8443",
        "127.0.0.1:0, 127.0.0.1, 0",
        "localhost:1, localhost, 1",
        "[::]:65535, ::, 65535",
        "[::1]:443, ::1, 443",
        "[fe80::1%eth0]:443, fe80::1%eth0, 443",
        "[::ffff:10.0.0.7]:443, ::ffff:10.0.0.7, 443",
        "[1:2:3:4:5:6:7:8]:443, 1:2:3:4:5:6:7:8, 443",
        "broker_1.orders.svc.cluster.local:5671, broker_1.orders.svc.cluster.local, 5671",
        "broker.test.:5671, broker.test., 5671",
    })
    void addressesAreHostAndPort(String text, String host, int port) {
        assertThat(read(Kinds.LISTEN_ADDRESS, text)).isEqualTo(new Address(host, port));
        assertThat(Address.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "broker, has no port; expected host:port",
        "broker:, 'has port '''', which is not a number from 0 to 65535'",
        "broker:65536, 'has port ''65536'', which is not a number from 0 to 65535'",
        "broker:-1, 'has port ''-1'', which is not a number from 0 to 65535'",
        "broker:+1, 'has port ''+1'', which is not a number from 0 to 65535'",
        "broker:http, 'has port ''http'', which is not a number from 0 to 65535'",
        ":443, has no host; expected host:port",
        "*:443, has no host; expected host:port",
        "443, has no host; expected host:port",
        "[]:443, 'has '''' in brackets, which is no IPv6 address'",
        "[broker]:443, 'has ''broker'' in brackets, which is no IPv6 address'",
        "[1:2:3]:443, 'has ''1:2:3'' in brackets, which is no IPv6 address'",
        "[1::2::3]:443, 'has ''1::2::3'' in brackets, which is no IPv6 address'",
        "[1:2:3:4:5:6:7:8:9]:443, 'has ''1:2:3:4:5:6:7:8:9'' in brackets, which is no IPv6 address'",
        "::1:443, is an IPv6 address without brackets; expected [::1]:443",
        "256.0.0.1:443, 'has host ''256.0.0.1'', which is neither a name nor an IP address'",
        "10.0.0.07:443, 'has host ''10.0.0.07'', which is neither a name nor an IP address'",
        "10.0.0:443, 'has host ''10.0.0'', which is neither a name nor an IP address'",
        "-broker:443, 'has host ''-broker'', which is neither a name nor an IP address'",
        "a..b:443, 'has host ''a..b'', which is neither a name nor an IP address'",
        "https://broker:443, 'has host ''https://broker'', which is neither a name nor an IP address'",
    })
    void whatIsNoAddressIsRefused(String text, String message) {
        assertRefused(Kinds.LISTEN_ADDRESS, text, message);
    }

    @Test
    void namesHaveAtMost253CharactersAnd63InEachPart() {
        String label = "a".repeat(63);
        String longest = String.join(".", label, label, label, "a".repeat(61));

        assertThat(read(Kinds.HOST_NAME, longest)).isEqualTo(longest);
        assertRefused(Kinds.HOST_NAME, longest + "a", "is not a host name");
        assertRefused(Kinds.HOST_NAME, label + "a.test", "is not a host name");
    }

    @Test
    void aServerNameIsNoIpAddressButAVerifyNameMayBe() {
        assertRefused(
                Kinds.HOST_NAME, "10.0.0.7", "is an IP address, which can't be sent as SNI; expected a host name");
        assertRefused(Kinds.HOST_NAME, "::1", "is an IP address, which can't be sent as SNI; expected a host name");
        assertThat(read(Kinds.HOST_NAME_OR_IP, "10.0.0.7")).isEqualTo("10.0.0.7");
        assertThat(read(Kinds.HOST_NAME_OR_IP, "2001:db8::7")).isEqualTo("2001:db8::7");
        assertRefused(Kinds.HOST_NAME_OR_IP, "*.broker.test", "is not a host name");
        assertRefused(Kinds.HOST_NAME_OR_IP, "broker.test.", "is not a host name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1", "tls1_1"})
    void tlsBelow12IsOff(String text) {
        assertRefused(Kinds.PROTOCOLS, text, "is not offered: TLS below 1.2 is off");
    }

    @ParameterizedTest
    @CsvSource({
        "x25519mlkem768, X25519MLKEM768",
        "prime256v1, P-256",
        "secp256r1, P-256",
        "secp384r1, P-384",
        "secp521r1, P-521",
        "p256, P-256",
        "MLKEM-1024, MLKEM1024"
    })
    void aGroupByAnotherNameIsToldItsRightOne(String text, String right) {
        assertThat(complaintsAbout(Kinds.GROUPS, List.of(text))).containsExactly(hintOf(right));
    }

    private static String hintOf(String right) {
        return "is not one of X25519MLKEM768, MLKEM1024, X25519, P-256, P-384, P-521 / did you mean " + right + "?";
    }

    @Test
    void alpnNamesHave1To255Bytes() {
        assertThat(read(Kinds.ALPN, "a".repeat(255))).containsExactly("a".repeat(255));
        assertThat(read(Kinds.ALPN, "ä".repeat(127))).containsExactly("ä".repeat(127));
        assertRefused(Kinds.ALPN, "ä".repeat(128), "has 256 bytes; an ALPN name has 1 to 255");
        assertRefused(Kinds.ALPN, "", "has 0 bytes; an ALPN name has 1 to 255");
        assertThat(readAll(Kinds.ALPN, List.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"TLS_AES_128_GCM_SHA256", "ECDHE+AESGCM:TLS_CHACHA20_POLY1305_SHA256", "A,TLS_AES_256_GCM_SHA384"
            })
    void ciphersHaveNoTls13Suite(String text) {
        assertThat(complaintsAbout(Kinds.CIPHER_STRING, List.of(text)))
                .singleElement()
                .asString()
                .contains("has the TLS 1.3 suite TLS_");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ALL:!aNULL", "ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "DEFAULT"})
    void otherCipherStringsAreLeftToWhomKnowsThem(String text) {
        assertThat(read(Kinds.CIPHER_STRING, text)).isEqualTo(text);
    }

    @Test
    void aPathIsTakenAsItIs() {
        assertThat(read(Kinds.PATH, "certs/a b.crt")).isEqualTo(Path.of("certs/a b.crt"));
        assertRefused(Kinds.PATH, "certs/\0.crt", "is not a path: Nul character not allowed");
    }

    private static <T> T read(Kind<T> kind, String text) {
        return readAll(kind, List.of(text));
    }

    private static <T> T readAll(Kind<T> kind, List<String> parts) {
        T value = kind.reader().read(parts, (part, message, hint) -> {
            throw new AssertionError(parts.get(part) + " " + message);
        });
        if (value == null) {
            throw new AssertionError("null without a complaint");
        }
        return value;
    }

    private static void assertRefused(Kind<?> kind, String text, String message) {
        assertThat(complaintsAbout(kind, List.of(text)))
                .singleElement()
                .asString()
                .startsWith(message);
    }

    private static List<String> complaintsAbout(Kind<?> kind, List<String> parts) {
        List<String> complaints = new ArrayList<>();
        Object value = kind.reader()
                .read(
                        parts,
                        (int part, String message, @Nullable String hint) -> complaints.add(message + " / " + hint));
        assertThat(value).isNull();
        return complaints;
    }
}
