package io.sallyport.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {

    static List<Key<?>> keys() {
        return Schema.KEYS;
    }

    @ParameterizedTest
    @MethodSource("keys")
    void eachKeyIsExplainedAndItsExampleAndDefaultAreValuesOfItsKind(Key<?> key) {
        assertThat(key.meaning()).matches("[A-Z`].*\\.");
        assertThat(value(key, key.example())).isNotNull();
        if (key.standard() != null) {
            assertThat(value(key, key.standard())).isNotNull();
        }
        assertThat(key.required() && key.standard() != null)
                .as("required and a default")
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {Schema.PROFILES, Schema.RELAYS})
    void noVariableCanBeReadAsTwoKeys(String section) {
        List<String> endings = Schema.keysUnder(section).stream()
                .map(key -> Spelling.VARIABLE.of(
                        key.pattern().substring(key.pattern().indexOf('*') + 1)))
                .toList();

        assertThat(endings)
                .allSatisfy(ending ->
                        assertThat(endings).filteredOn(ending::endsWith).hasSize(1));
    }

    @Test
    void everySectionNamesItsKeysInOrder() {
        assertThat(Schema.wordsIn("")).containsExactly("sallyport");
        assertThat(Schema.wordsIn("sallyport"))
                .containsExactly("profiles", "relays", "limits", "drain", "reload", "admin");
        assertThat(Schema.wordsIn("sallyport.profiles")).containsExactly("*");
        assertThat(Schema.wordsIn("sallyport.relays.*"))
                .containsExactly("listen", "routes", "unmatched", "unverified", "connect", "timeouts", "limits");
        assertThat(Schema.wordsIn("sallyport.relays.*.routes"))
                .containsExactly("name", "sni", "alpn", "profile", "passthrough", "identity", "connect");
        assertThat(Schema.wordsIn("sallyport.relays.*.routes.connect"))
                .isEqualTo(Schema.wordsIn("sallyport.relays.*.connect"))
                .isEqualTo(Schema.wordsIn("sallyport.relays.*.unverified.connect"));
        assertThat(Schema.wordsIn("sallyport.profiles.*.session"))
                .containsExactly("enabled", "cache-size", "timeout", "tickets", "ticket-keys", "ticket-rotate");
        assertThat(Schema.wordsIn("sallyport.profiles.*.ocsp"))
                .containsExactly("check", "responder", "timeout", "staple", "staple-responder", "staple-cache");
        assertThat(Schema.wordsIn("sallyport.relays.*.timeouts"))
                .containsExactly("connect", "handshake", "idle", "half-closed", "lifetime", "keep-alive");
    }

    @Test
    void aRelayAndAProfileHaveTheSameAllowLists() {
        assertThat(Schema.wordsIn("sallyport.profiles.*.allow"))
                .containsExactly("cn", "dns", "ip", "email", "uri", "ou", "serial", "issuer", "fingerprint", "spki")
                .isEqualTo(Schema.wordsIn("sallyport.relays.*.listen.allow"))
                .isEqualTo(Schema.wordsIn("sallyport.relays.*.routes.identity"));
    }

    private static Object value(Key<?> key, String text) {
        // A YAML flow list, as examples have it, or the text that the environment has.
        String plain = text.replaceAll("[\\[\\]\"]", "");
        boolean isAddress = key.kind() == Kinds.LISTEN_ADDRESS || key.kind() == Kinds.ADMIN_ADDRESS;
        List<String> parts = !key.kind().isList() || isAddress
                ? List.of(text)
                : plain.isEmpty() ? List.of() : List.of(plain.split(", ?"));
        Object value = key.kind().reader().read(parts, (part, message, hint) -> {
            throw new AssertionError(key.pattern() + ": " + parts.get(part) + " " + message);
        });
        if (value == null) {
            throw new AssertionError(key.pattern() + ": null without a complaint");
        }
        return value;
    }
}
