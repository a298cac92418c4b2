package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Colours for who sits at a terminal and wants them. */
class ColourTest {

    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String END = "\u001b[0m";

    @Test
    void theyComeOnATerminalThatIsNotAskedToDoWithout() {
        assertThat(ColourWish.auto.palette(true, Map.of("TERM", "xterm"))).isEqualTo(Palette.COLOURED);
        assertThat(ColourWish.auto.palette(true, Map.of("NO_COLOR", ""))).isEqualTo(Palette.COLOURED);
        assertThat(ColourWish.auto.palette(false, Map.of("TERM", "xterm"))).isEqualTo(Palette.PLAIN);
        assertThat(ColourWish.auto.palette(true, Map.of("NO_COLOR", "1"))).isEqualTo(Palette.PLAIN);
        assertThat(ColourWish.auto.palette(true, Map.of("TERM", "dumb"))).isEqualTo(Palette.PLAIN);
        assertThat(ColourWish.always.palette(false, Map.of("NO_COLOR", "1"))).isEqualTo(Palette.COLOURED);
        assertThat(ColourWish.never.palette(true, Map.of("TERM", "xterm"))).isEqualTo(Palette.PLAIN);
    }

    @Test
    void verdictsAreColoured() {
        Object[] good = {"cert", "verify", "--ca", TestPki.trustedCa(), TestPki.SERVER_TRUSTED.cert()};
        assertThat(Typed.run(good).out()).contains(": accepted\n");
        assertThat(coloured(good).out()).contains(": " + GREEN + "accepted" + END + "\n");
        assertThat(coloured("cert", "verify", "--ca", TestPki.trustedCa(), TestPki.SERVER_OTHER_CA.cert())
                        .out())
                .contains(": " + RED + "refused" + END + ": ");
        assertThat(coloured("cert", "expiry", TestPki.SERVER_EXPIRED.cert()).out())
                .startsWith(RED + "due" + END + "   ");
        assertThat(coloured("cert", "show", "nowhere").err()).startsWith(RED + "error:" + END + " nowhere");
        assertThat(coloured(
                                "check",
                                "--config",
                                TestConfiguration.directoryWith("sallyport: { depht: 1 }")
                                        .resolve("config/sallyport.yaml"))
                        .out())
                .startsWith(RED + "error:" + END + " sallyport.depht: ")
                .endsWith(RED + "2 errors" + END + "\n");
    }

    private static Typed coloured(Object... words) {
        Object[] all = new Object[words.length + 1];
        System.arraycopy(words, 0, all, 0, words.length);
        all[words.length] = "--color=always";
        return Typed.run(all);
    }
}
