package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code mvn test -Dtest=CommandLineDocsTest -Ddocs.write=true} writes the page anew. */
class CommandLineDocsTest {

    @Test
    void thePageIsWhatTheCommandsSay() throws IOException {
        String page = CommandLineDocs.page();
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(CommandLineDocs.PAGE, page);
        }

        assertThat(Files.readString(CommandLineDocs.PAGE)).isEqualTo(page);
    }

    @Test
    void everyCommandHasItsSection() throws IOException {
        Set<String> sections = new TreeSet<>();
        Matcher heading = Pattern.compile("(?m)^## ([\\w-]+)$").matcher(CommandLineDocs.page());
        while (heading.find()) {
            sections.add(heading.group(1));
        }
        assertThat(sections)
                .isEqualTo(new TreeSet<>(CommandLineDocs.root().getSubcommands().keySet()));
    }
}
