package io.sallyport.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    private static final Set<String> WORDS = Schema.wordsIn("sallyport.profiles.*");

    @ParameterizedTest
    @CsvSource({
        "dpeth, depth",
        "dept, depth",
        "cert-file, cert",
        "certificate, cert",
        "ca-cert, ca",
        "CA, ca",
        "keyfile, key",
        "key_password_file, key-password-file",
        "serverName, server-name",
        "protocol, protocols",
        "cipher, ciphers",
        "group, groups",
    })
    void theWordThatWasMeantIsFound(String word, String meant) {
        assertThat(Nearest.of(word, WORDS)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"acme", "http2", "x", "''", "timeout"})
    void whatIsNearNothingIsNotGuessed(String word) {
        assertThat(Nearest.of(word, WORDS)).isEmpty();
    }

    @Test
    void distanceCountsInsertDeleteReplaceAndSwap() {
        assertThat(Nearest.distance("", "abc")).isEqualTo(3);
        assertThat(Nearest.distance("abc", "")).isEqualTo(3);
        assertThat(Nearest.distance("abc", "abc")).isZero();
        assertThat(Nearest.distance("abc", "acb")).isEqualTo(1);
        assertThat(Nearest.distance("abc", "axc")).isEqualTo(1);
        assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
    }
}
