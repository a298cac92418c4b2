package io.sallyport.profile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of small files, as Docker and Kubernetes mount secrets: each file's name is a key, or a name for an
 * expression, and its content the value. What is in there is never shown.
 */
final class Secrets {

    /** Names the directory, as a variable and as a system property. */
    static final String VARIABLE = "SALLYPORT_SECRETS_DIR";

    static final String PROPERTY = "sallyport.secrets-dir";

    private static final String MASK = "********";

    /** Shorter ones would mask half of every text; they are no secrets. */
    private static final int SHORTEST = 4;

    private static final int MAX_BYTES = 1 << 16;

    private final Map<String, String> values = new TreeMap<>();

    /** Reads the directory, if one is named. */
    static Secrets in(@Nullable String directory, Findings findings) {
        Secrets secrets = new Secrets();
        if (directory != null) {
            secrets.read(Path.of(directory), findings);
        }
        return secrets;
    }

    /** Content by file name. */
    Map<String, String> values() {
        return values;
    }

    /** The text with everything in it that came from a secret file masked. */
    String mask(String text, Origin origin) {
        if (origin.kind() == Origin.Kind.SECRET_FILE) {
            return MASK;
        }
        String masked = text;
        for (String secret : values.values()) {
            masked = secret.length() < SHORTEST ? masked : masked.replace(secret, MASK);
        }
        return masked;
    }

    private void read(Path directory, Findings findings) {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            for (Path file : all) {
                values.put(file.getFileName().toString(), content(file));
            }
        } catch (IOException e) {
            findings.error(
                    directory.toString(), null, "can't be read as a directory of secrets", VARIABLE + " names it");
        }
    }

    private static String content(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip();
        }
    }
}
