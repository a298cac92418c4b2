package io.sallyport.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FieldsTest {

    private static String written(String value) {
        return new Fields("said").add("value", value).toString();
    }

    @Test
    void plainValuesStandBare() {
        assertThat(written("10.0.0.7:5671")).isEqualTo("said value=10.0.0.7:5671");
        assertThat(new Fields("said").add("count", 7).add("none", null).toString())
                .isEqualTo("said count=7 none=-");
    }

    @Test
    void whatCouldBeTakenForTwoValuesIsQuoted() {
        assertThat(written("CN=client.test, O=Orders")).isEqualTo("said value=\"CN=client.test, O=Orders\"");
        assertThat(written("a reason=done")).isEqualTo("said value=\"a reason=done\"");
        assertThat(written("")).isEqualTo("said value=\"\"");
        assertThat(written("-")).isEqualTo("said value=\"-\"");
    }

    @Test
    void noValueEndsItsQuotesOrItsLine() {
        assertThat(written("x\" reason=\"done")).isEqualTo("said value=\"x\\\" reason=\\\"done\"");
        assertThat(written("x\\")).isEqualTo("said value=\"x\\\\\"");
        assertThat(written("x\r\n2026 forged line\t")).isEqualTo("said value=\"x\\r\\n2026 forged line\\t\"");
        assertThat(written("\u0085\u2028\u2029")).isEqualTo("said value=\"\\u{85}\\u{2028}\\u{2029}\"");
    }

    @Test
    void noValueSteersTheTerminal() {
        assertThat(written("\u001b[2J")).isEqualTo("said value=\"\\u{1b}[2J\"");
        // Turns the direction of writing: what follows would read backwards.
        assertThat(written("\u202egnp.exe")).isEqualTo("said value=\"\\u{202e}gnp.exe\"");
        assertThat(written("\ud800x")).isEqualTo("said value=\"\\u{d800}x\"");
    }

    @Test
    void lettersOfAllScriptsAreLeftAsTheyAre() {
        assertThat(written("CN=Żółw 𝒳")).isEqualTo("said value=\"CN=Żółw 𝒳\"");
    }

    @Test
    void aLongValueIsCut() {
        assertThat(written("x".repeat(5000))).hasSizeLessThan(600).endsWith("x…\"");
    }
}
