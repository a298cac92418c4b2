package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import io.sallyport.profile.MistakeCase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of wrong configurations by the packaged program: one in twelve with every build, all of them with
 * {@code -Psoak}. {@code MistakesTableTest} has every case by the loader alone.
 */
class MistakesIT {

    private static final int STEP = Integer.getInteger("mistakes.step", 12);

    static List<MistakeCase> cases() {
        List<MistakeCase> all = MistakeCase.all();
        return IntStream.range(0, all.size())
                .filter(i -> i % STEP == 0)
                .mapToObj(all::get)
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void checkSaysWhatTheTableSays(MistakeCase wrong) throws Exception {
        Path directory = TestPki.temporaryDirectory("mistakes");
        Files.writeString(directory.resolve("sallyport.yaml"), wrong.yaml());
        Map<String, String> environment = new HashMap<>(wrong.environment());
        environment.put(
                "JAVA_TOOL_OPTIONS",
                wrong.properties().entrySet().stream()
                        .map(property -> "-D" + property.getKey() + "=" + property.getValue())
                        .collect(Collectors.joining(" ")));

        Program.Ended check;
        try (Program program = Program.start(directory, environment, "check", "--config", "sallyport.yaml")) {
            check = program.awaitEnd();
        }

        // Most that is only warned of names files that aren't there, and that is told too.
        if (!wrong.isOnlyWarned()) {
            assertThat(check.status()).isEqualTo(1);
        }
        assertThat(wrong.expected().split("(?m)^(?=error: |warning: )"))
                .isNotEmpty()
                .allSatisfy(mistake -> assertThat(check.out()).contains(mistake));
        assertThat(check.err().lines().filter(line -> !line.startsWith("Picked up JAVA_TOOL_OPTIONS")))
                .isEmpty();
    }
}
