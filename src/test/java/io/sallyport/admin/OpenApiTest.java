package io.sallyport.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.openapi.api.SmallRyeOpenAPI;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jboss.jandex.Index;
import org.jboss.jandex.Indexer;
import org.junit.jupiter.api.Test;

/**
 * The document of the API is what the code says. Written anew with {@code mvn test -Dtest=OpenApiTest -Ddocs.write=true};
 * ApiDocumentIT asks a running gateway whether its answers are as it says.
 */
class OpenApiTest {

    private static final Path DOCUMENT = Path.of("src/main/resources/META-INF/resources/api/openapi.json");
    private static final Path CLASSES = Path.of("target/classes/io/sallyport");

    @Test
    void theDocumentIsOfThisCode() throws IOException {
        String generated = generated();
        if (Boolean.getBoolean("docs.write")) {
            Files.createDirectories(DOCUMENT.getParent());
            Files.writeString(DOCUMENT, generated);
        }
        assertThat(Files.readString(DOCUMENT)).isEqualTo(generated);
    }

    private static String generated() throws IOException {
        SmallRyeOpenAPI document = SmallRyeOpenAPI.builder()
                .withConfig(new SmallRyeConfigBuilder()
                        .withDefaultValues(Map.of(
                                "mp.openapi.extensions.smallrye.info.title", "Sallyport",
                                "mp.openapi.extensions.smallrye.info.version", "1",
                                "mp.openapi.extensions.smallrye.info.description",
                                        "The admin side of a running gateway. Served at admin.address."))
                        .build())
                .withIndex(index())
                .enableModelReader(false)
                .enableStandardStaticFiles(false)
                .enableStandardFilter(false)
                .build();
        JsonObject json = new JsonObject(document.toJSON());
        assertThat(json.getJsonObject("paths").fieldNames()).allMatch(path -> path.startsWith("/api/"));
        return json.encodePrettily() + "\n";
    }

    private static Index index() throws IOException {
        Indexer indexer = new Indexer();
        for (String folder : List.of("admin", "observe", "gateway", "profile")) {
            try (Stream<Path> classes = Files.walk(CLASSES.resolve(folder))) {
                for (Path file : classes.filter(path -> path.toString().endsWith(".class"))
                        .sorted()
                        .toList()) {
                    try (InputStream in = Files.newInputStream(file)) {
                        indexer.index(in);
                    }
                }
            }
        }
        return indexer.complete();
    }
}
