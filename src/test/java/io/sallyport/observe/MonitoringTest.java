package io.sallyport.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the rules of docs/monitoring against the metrics that there are ({@link MetricsTest} keeps docs/metrics.md true). */
class MonitoringTest {

    private static final Path FOLDER = Path.of("docs/monitoring");

    /** A metric's name, but not a part of a recorded one, {@code profile:sallyport_x:rate5m}. */
    private static final Pattern METRIC = Pattern.compile("(?<![:\\w])sallyport_\\w+(?!:)\\b");

    @Test
    void rulesAreGoodAndDoWhatTheirTestsSay() throws IOException, InterruptedException {
        Promtool.assumeInstalled();
        Promtool.run(FOLDER, "check", "rules", "rules.yaml");
        Promtool.run(FOLDER, "test", "rules", "rules-test.yaml");
    }

    @Test
    void rulesAskForMetricsThatThereAre() throws IOException {
        Set<String> asked = namesIn(Files.readString(FOLDER.resolve("rules.yaml")));
        assertThat(asked).isNotEmpty().isSubsetOf(documented());
    }

    @Test
    void theDashboardAsksForMetricsThatThereAre() throws IOException {
        Set<String> asked = new TreeSet<>();
        JsonNode dashboard =
                new ObjectMapper().readTree(FOLDER.resolve("dashboard.json").toFile());
        dashboard.findValuesAsText("expr").forEach(expression -> asked.addAll(namesIn(expression)));
        dashboard.findValuesAsText("query").forEach(query -> asked.addAll(namesIn(query)));
        assertThat(asked).hasSizeGreaterThan(8).isSubsetOf(documented());
    }

    /** Each as a recording rule, with something in place of Grafana's variables. */
    @Test
    void theDashboardsExpressionsAreGoodPromQl(@TempDir Path directory) throws IOException, InterruptedException {
        Promtool.assumeInstalled();
        JsonNode dashboard =
                new ObjectMapper().readTree(FOLDER.resolve("dashboard.json").toFile());
        StringBuilder rules = new StringBuilder("groups: [{ name: dashboard, rules: [\n");
        for (String expression : dashboard.findValuesAsText("expr")) {
            String plain = expression
                    .replace("$__rate_interval", "5m")
                    .replace("$relay", ".*")
                    .replace("$profile", ".*");
            assertThat(plain).doesNotContain("$");
            rules.append("{ record: 'panel:one', labels: { number: '")
                    .append(rules.length())
                    .append("' }, expr: ")
                    .append(new ObjectMapper().writeValueAsString(plain))
                    .append(" },\n");
        }
        Files.writeString(directory.resolve("rules.yaml"), rules.append("] }]\n"));
        Promtool.run(directory, "check", "rules", "rules.yaml");
    }

    @Test
    void bothAskForLabelsThatThereAre() throws IOException {
        Set<String> known = Pattern.compile("`([a-z]+)`(?=[^|\n]*\\|)")
                .matcher(String.join(
                        "\n",
                        Files.readString(Path.of("docs/metrics.md"))
                                .lines()
                                .filter(line -> line.startsWith("| `sallyport_"))
                                .toList()))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        known.addAll(Set.of("le", "area", "job", "instance"));
        for (String file : Set.of("rules.yaml", "dashboard.json")) {
            Set<String> asked = labelsIn(Files.readString(FOLDER.resolve(file)));
            assertThat(asked).as(file).hasSizeGreaterThan(5).isSubsetOf(known);
        }
    }

    /** In matchers, in lists of by, on and without, and in templates. */
    private static Set<String> labelsIn(String text) {
        return Stream.of(
                        "[{,](\\w+)(?==~?\\\\?\")",
                        "(?:by|on|without) \\(([\\w, ]+)\\)",
                        "\\{\\{(?: *\\$labels\\.)?(\\w+)")
                .flatMap(pattern -> Pattern.compile(pattern).matcher(text).results())
                .flatMap(found -> Stream.of(found.group(1).split(", ")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyAlertIsDocumented() throws IOException {
        String page = Files.readString(FOLDER.resolve("README.md"));
        assertThat(Pattern.compile("alert: (\\w+)")
                        .matcher(Files.readString(FOLDER.resolve("rules.yaml")))
                        .results()
                        .map(found -> found.group(1)))
                .isNotEmpty()
                .allSatisfy(alert -> assertThat(page).contains("| `" + alert + "` |"));
    }

    private static Set<String> namesIn(String text) {
        return METRIC.matcher(text)
                .results()
                .map(MatchResult::group)
                .map(name -> name.replaceFirst("_bucket$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> documented() throws IOException {
        return Pattern.compile("(?m)^\\| `(sallyport_\\w+)`")
                .matcher(Files.readString(Path.of("docs/metrics.md")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
