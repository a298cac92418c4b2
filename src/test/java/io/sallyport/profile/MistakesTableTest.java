package io.sallyport.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.fault.Mistake;
import io.sallyport.fault.Mistakes;
import io.sallyport.fault.MistakesException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MistakesTableTest {

    @TempDir
    Path directory;

    static List<MistakeCase> cases() {
        return MistakeCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theOperatorReadsWhatTheTableSays(MistakeCase wrong) throws Exception {
        Path file = directory.resolve("sallyport.yaml");
        Files.writeString(file, wrong.yaml());

        String text = Mistakes.text(mistakesOf(file, wrong)).replace(file.toString(), "sallyport.yaml");

        assertThat(text).isEqualTo(wrong.expected());
    }

    private static List<Mistake> mistakesOf(Path file, MistakeCase wrong) {
        try {
            List<Mistake> warnings = new ConfigurationLoader(file, wrong.environment(), wrong.properties())
                    .load()
                    .warnings();
            assertThat(wrong.isOnlyWarned()).as("loads").isTrue();
            return warnings;
        } catch (MistakesException e) {
            assertThat(wrong.isOnlyWarned()).as("loads").isFalse();
            return e.mistakes();
        }
    }

    @Test
    void theTableHasAtLeastSixtyCasesAndNoneTwice() {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(60);
        assertThat(cases()).extracting(MistakeCase::yaml).doesNotHaveDuplicates();
    }

    @Test
    void noMessageHoldsTheSecretThatStandsInTheWrongPlace() {
        assertThat(cases())
                .filteredOn(wrong -> wrong.yaml().contains("correct horse"))
                .isNotEmpty()
                .allSatisfy(wrong -> assertThat(wrong.expected()).doesNotContain("correct horse"));
    }
}
