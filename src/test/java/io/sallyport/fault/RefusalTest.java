package io.sallyport.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalTest {

    /** {@code mvn test -Dtest=RefusalTest -Ddocs.write=true} writes the page anew. */
    @Test
    void thePageIsWhatTheCatalogueSays() throws IOException {
        String page = RefusalsDocs.page();
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(RefusalsDocs.PAGE, page);
        }

        assertThat(Files.readString(RefusalsDocs.PAGE)).isEqualTo(page);
    }

    @ParameterizedTest
    @EnumSource
    void eachSaysWhatToDoInOneSentence(Refusal refusal) {
        assertThat(refusal.hint()).matches("[a-zT].*[^.]").doesNotContain("\n");
        assertThat(refusal.code()).matches("[a-z_]+");
        assertThat(refusal.opensslName() == null).isEqualTo(refusal.number() == 0);
    }

    @Test
    void noTwoHaveOneNumber() {
        assertThat(Arrays.stream(Refusal.values()).map(Refusal::number).filter(number -> number != 0))
                .doesNotHaveDuplicates();
    }

    @Test
    void internalErrorIsNeverThePeersFault() {
        assertThat(Arrays.stream(Refusal.values()).filter(refusal -> refusal.alert() == Alert.INTERNAL_ERROR))
                .allMatch(refusal -> refusal.atFault() == Refusal.Party.GATEWAY);
    }
}
