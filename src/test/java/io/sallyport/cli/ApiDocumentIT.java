package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.relay.Upstream;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A running gateway answers as its own document of the API says: every field is there by name and type. */
class ApiDocumentIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final List<String> faults = new ArrayList<>();
    private JsonObject document = new JsonObject();

    private static JsonObject json(URI address) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                HTTP.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(address.toString()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    @Test
    void everyAnswerIsAsTheDocumentSays() throws Exception {
        try (Upstream upstream = Upstream.echo();
                Program program = Program.start(TestConfiguration.tlsToPlain(upstream.port()), "run")) {
            int port = Integer.parseInt(program.awaitErr("relay listens relay=orders address=127\\.0\\.0\\.1:(\\d+)")
                    .group(1));
            URI admin =
                    URI.create(program.awaitErr(" ready relays=1 admin=(\\S+)").group(1));
            document = json(admin.resolve("/api/openapi.json"));
            beRefused(port);
            try (TlsPeer open =
                    TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", "orders.test")) {
                open.write(new byte[] {1});
                assertThat(open.readExactly(1)).hasSize(1);
                for (String path : document.getJsonObject("paths").fieldNames()) {
                    JsonObject get =
                            document.getJsonObject("paths").getJsonObject(path).getJsonObject("get");
                    if (get != null && !path.contains("{")) {
                        compare(path, answerOf(get), json(admin.resolve(path)));
                    }
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    private static void beRefused(int port) {
        try (TlsPeer client =
                TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_EXPIRED), "TLSv1.2", "orders.test")) {
            client.readAll();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("certificate_expired");
        }
    }

    private static JsonObject answerOf(JsonObject operation) {
        return operation
                .getJsonObject("responses")
                .getJsonObject("200")
                .getJsonObject("content")
                .getJsonObject("application/json")
                .getJsonObject("schema");
    }

    private void compare(String where, JsonObject schema, Object value) {
        String reference = schema.getString("$ref");
        if (reference != null) {
            String name = reference.substring(reference.lastIndexOf('/') + 1);
            compare(
                    where,
                    document.getJsonObject("components")
                            .getJsonObject("schemas")
                            .getJsonObject(name),
                    value);
            return;
        }
        String type = schema.getString("type");
        if (value instanceof JsonObject object && "object".equals(type)) {
            compareFields(where, schema, object);
        } else if (value instanceof JsonArray array && "array".equals(type)) {
            array.forEach(one -> compare(where + "[]", schema.getJsonObject("items"), one));
        } else if (!fits(type, value)) {
            faults.add(where + " is " + value + ", and the document says " + type);
        }
    }

    private void compareFields(String where, JsonObject schema, JsonObject object) {
        JsonObject properties = schema.getJsonObject("properties", new JsonObject());
        JsonObject others = schema.getJsonObject("additionalProperties");
        for (String field : object.fieldNames()) {
            JsonObject wanted = properties.getJsonObject(field, others);
            if (wanted == null) {
                faults.add(where + "." + field + " is not in the document");
            } else if (object.getValue(field) != null) {
                compare(where + "." + field, wanted, object.getValue(field));
            }
        }
        for (String field : properties.fieldNames()) {
            if (!object.containsKey(field)) {
                faults.add(where + "." + field + " is in the document, and not in the answer");
            }
        }
    }

    private static boolean fits(String type, Object value) {
        return switch (String.valueOf(type)) {
            case "string" -> value instanceof String;
            case "integer" -> value instanceof Integer || value instanceof Long;
            case "number" -> value instanceof Number;
            case "boolean" -> value instanceof Boolean;
            default -> false;
        };
    }
}
