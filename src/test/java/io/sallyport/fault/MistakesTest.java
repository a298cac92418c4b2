package io.sallyport.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class MistakesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Mistake FULL =
            Mistake.error("sallyport.profiles.edge.depth", "config/sallyport.yaml:12", "'x' is no number", "use 1");
    private static final Mistake BARE =
            Mistake.warning("config/sallyport.yaml", null, "is \"odd\"\\\n\u0001 \uD83D\uDE00", null);

    @Test
    void textHasABlockForEachMistake() {
        assertThat(Mistakes.text(List.of(FULL, BARE))).isEqualTo("""
                        error: sallyport.profiles.edge.depth: 'x' is no number
                          at config/sallyport.yaml:12
                          hint: use 1
                        warning: config/sallyport.yaml: is "odd"\\
                        \u0001 \uD83D\uDE00
                        """);
        assertThat(Mistakes.text(List.of())).isEmpty();
    }

    @Test
    void jsonSaysTheSame() throws Exception {
        JsonNode json = JSON.readTree(Mistakes.json(List.of(FULL, BARE)));

        assertThat(json.get("errors").intValue()).isEqualTo(1);
        assertThat(json.get("warnings").intValue()).isEqualTo(1);
        assertThat(json.get("mistakes")).hasSize(2);
        JsonNode full = json.get("mistakes").get(0);
        assertThat(full.get("severity").textValue()).isEqualTo("error");
        assertThat(full.get("key").textValue()).isEqualTo(FULL.key());
        assertThat(full.get("origin").textValue()).isEqualTo(FULL.origin());
        assertThat(full.get("message").textValue()).isEqualTo(FULL.message());
        assertThat(full.get("hint").textValue()).isEqualTo(FULL.hint());
        JsonNode bare = json.get("mistakes").get(1);
        assertThat(bare.get("message").textValue()).isEqualTo(BARE.message());
        assertThat(bare.get("origin").isNull()).isTrue();
        assertThat(bare.get("hint").isNull()).isTrue();
    }

    @Test
    void noMistakesAreJsonToo() throws Exception {
        assertThat(JSON.readTree(Mistakes.json(List.of())))
                .isEqualTo(JSON.readTree("{\"errors\": 0, \"warnings\": 0, \"mistakes\": []}"));
    }

    @Test
    void theExamplesInDocsAreWhatIsPrinted() throws Exception {
        String page = Files.readString(Path.of("docs/check-format.md"));
        List<Mistake> mistakes = List.of(Mistake.error(
                "sallyport.profiles.edge.dpeth",
                "config/sallyport.yaml:12",
                "is not a known key",
                "did you mean depth?"));

        assertThat(page)
                .contains("```text\n" + Mistakes.text(mistakes) + "```")
                .contains("```json\n" + Mistakes.json(mistakes) + "```");
    }

    @Test
    void theSchemaInDocsNamesExactlyTheFieldsThatAreThere() throws Exception {
        JsonNode schema = JSON.readTree(new File("docs/check-format.schema.json"));
        JsonNode json = JSON.readTree(Mistakes.json(List.of(FULL)));

        // What is asked for by an option, CheckTest compares.
        ((ObjectNode) schema.get("properties")).remove(List.of("ciphers", "upstreams"));
        assertDescribes(schema, json);
        assertDescribes(schema.at("/properties/mistakes/items"), json.at("/mistakes/0"));
        assertThat(texts(schema.at("/properties/mistakes/items/properties/severity/enum")))
                .containsExactly("error", "warning");
    }

    private static void assertDescribes(JsonNode schema, JsonNode json) {
        List<String> fields = new ArrayList<>();
        json.fieldNames().forEachRemaining(fields::add);
        List<String> described = new ArrayList<>();
        schema.get("properties").fieldNames().forEachRemaining(described::add);
        assertThat(fields).containsExactlyElementsOf(described);
        assertThat(texts(schema.get("required"))).containsExactlyElementsOf(described);
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::textValue)
                .toList();
    }
}
