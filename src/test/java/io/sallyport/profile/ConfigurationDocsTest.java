package io.sallyport.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code mvn test -Dtest=ConfigurationDocsTest -Ddocs.write=true} writes the page anew. */
class ConfigurationDocsTest {

    private static final Pattern YAML_BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern EXPORT = Pattern.compile("export (\\w+)=(\\S+)");

    @TempDir
    Path directory;

    @Test
    void thePageIsWhatTheSchemaSays() throws IOException {
        String page = ConfigurationDocs.page();
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(ConfigurationDocs.PAGE, page);
        }

        assertThat(Files.readString(ConfigurationDocs.PAGE)).isEqualTo(page);
    }

    @Test
    void everyKeyIsOnThePage() throws IOException {
        String page = ConfigurationDocs.page();

        assertThat(page.lines().filter(line -> line.matches("\\| `[a-z.-]+` \\|.*")))
                .hasSize(Schema.KEYS.size());
        assertThat(page).doesNotContain("{{");
    }

    @Test
    void everyYamlBlockOfThePageLoads() throws Exception {
        List<String> blocks = YAML_BLOCK
                .matcher(ConfigurationDocs.page())
                .results()
                .map(result -> result.group(1))
                .toList();

        assertThat(blocks).isNotEmpty();
        for (String block : blocks) {
            Path file = Files.writeString(directory.resolve("block.yaml"), block);
            assertThat(new ConfigurationLoader(file, Map.of(), Map.of()).load().warnings())
                    .isEmpty();
        }
    }

    @Test
    void theVariablesOfThePageSetWhatItSays() throws Exception {
        List<MatchResult> exports =
                EXPORT.matcher(ConfigurationDocs.page()).results().toList();
        assertThat(exports).hasSize(2);

        Configuration configuration = new ConfigurationLoader(
                        Path.of("config/sallyport.yaml"),
                        Map.of(
                                exports.get(0).group(1),
                                exports.get(0).group(2),
                                exports.get(1).group(1),
                                exports.get(1).group(2)),
                        Map.of())
                .load()
                .configuration();

        assertThat(configuration.profile("edge").trust().depth()).isEqualTo(2);
        assertThat(configuration.relay("orders").connect().addresses())
                .containsExactly(new Address("10.0.0.7", 7000), new Address("10.0.0.8", 7000));
    }

    static Stream<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("config"))) {
            return all.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileInConfigLoadsWithoutAWarning(Path file) throws Exception {
        ConfigurationLoader.Loaded loaded = new ConfigurationLoader(file, Map.of(), Map.of()).load();

        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.configuration().relays()).isNotEmpty();
    }

    @Test
    void theFilesAreTheDefaultOneAndFourExamples() throws IOException {
        assertThat(files()).contains(ConfigurationLoader.DEFAULT_FILE).hasSize(5);
    }
}
