package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Compares JSON with a JSON Schema, as far as ours go: types, fields, required fields, words. */
final class JsonShape {

    private JsonShape() {}

    static void assertFits(JsonNode json, JsonNode schema) {
        if (schema.has("enum")) {
            assertThat(schema.get("enum")).contains(json);
        }
        if (schema.has("type")) {
            assertThat(words(schema.get("type"))).as("%s", json).contains(type(json));
        }
        schema.path("required")
                .forEach(name -> assertThat(json.has(name.textValue()))
                        .as("%s in %s", name, json)
                        .isTrue());
        json.fields().forEachRemaining(field -> {
            JsonNode described = schema.path("properties").path(field.getKey());
            assertThat(described.isMissingNode()).as(field.getKey()).isFalse();
            assertFits(field.getValue(), described);
        });
        if (json.isArray()) {
            json.forEach(item -> assertFits(item, schema.get("items")));
        }
    }

    private static List<String> words(JsonNode type) {
        List<String> words = new ArrayList<>();
        if (type.isTextual()) {
            words.add(type.textValue());
        }
        type.forEach(word -> words.add(word.textValue()));
        if (words.contains("number")) {
            words.add("integer");
        }
        return words;
    }

    private static String type(JsonNode json) {
        return switch (json.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case NUMBER -> json.isIntegralNumber() ? "integer" : "number";
            case BOOLEAN -> "boolean";
            default -> "null";
        };
    }
}
