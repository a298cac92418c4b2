package io.sallyport.profile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One file of src/test/resources/mistakes: a wrong configuration with what is to be said about it.
 *
 * @param yaml the configuration file
 * @param environment variables that are set for it
 * @param properties system properties that are set for it
 * @param expected the text of all mistakes, the file being called {@code sallyport.yaml}
 */
public record MistakeCase(
        String name, String yaml, Map<String, String> environment, Map<String, String> properties, String expected) {

    private static final Path DIRECTORY = Path.of("src/test/resources/mistakes");
    private static final String SEPARATOR = "=== expected\n";

    /** All of them, in order. */
    public static List<MistakeCase> all() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(".case"))
                    .sorted()
                    .map(MistakeCase::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MistakeCase read(Path file) {
        try {
            String text = Files.readString(file);
            int separator = text.indexOf(SEPARATOR);
            String yaml = text.substring(0, separator);
            return new MistakeCase(
                    file.getFileName().toString(),
                    yaml,
                    settings(yaml, "#env "),
                    settings(yaml, "#property "),
                    text.substring(separator + SEPARATOR.length()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> settings(String yaml, String mark) {
        Map<String, String> settings = new HashMap<>();
        yaml.lines().filter(line -> line.startsWith(mark)).forEach(line -> {
            String[] parts = line.substring(mark.length()).split("=", 2);
            settings.put(parts[0], parts[1]);
        });
        return settings;
    }

    /** Whether the configuration loads although something is said about it. */
    public boolean isOnlyWarned() {
        return expected.lines().noneMatch(line -> line.startsWith("error: "));
    }

    @Override
    public String toString() {
        return name;
    }
}
