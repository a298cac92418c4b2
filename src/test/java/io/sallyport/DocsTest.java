package io.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.profile.ConfigurationLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages show is true: configurations load, links lead somewhere. */
class DocsTest {

    private static final Pattern CONFIGURATION = Pattern.compile("```yaml\n(sallyport:\n.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");

    @TempDir
    Path directory;

    static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("docs"));
                Stream<Path> kubernetes = Files.walk(Path.of("kubernetes"))) {
            return Stream.of(docs, kubernetes, Stream.of(Path.of("README.md"), Path.of("certs/README.md")))
                    .flatMap(paths -> paths)
                    .filter(path -> path.toString().endsWith(".md"))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyConfigurationLoads(Path page) throws Exception {
        for (String yaml : configurations(page)) {
            Path file = Files.writeString(directory.resolve("block.yaml"), yaml);
            assertThat(new ConfigurationLoader(file, Map.of(), Map.of()).load().warnings())
                    .as(yaml)
                    .isEmpty();
        }
    }

    private static List<String> configurations(Path page) throws IOException {
        return CONFIGURATION
                .matcher(Files.readString(page))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    @Test
    void theReadmeShowsAConfiguration() throws IOException {
        assertThat(configurations(Path.of("README.md"))).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsSomewhere(Path page) throws IOException {
        assertThat(LINK.matcher(Files.readString(page)).results().map(link -> link.group(1)))
                .allSatisfy(link -> assertThat(page.resolveSibling(link)).exists());
    }
}
