package io.sallyport.pki;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The outside cases that lie beside the project; tests that need them are skipped where they don't. */
final class Suites {

    /** One case, by the names of the columns. */
    record Row(Map<String, String> values) {
        String get(String column) {
            return Objects.requireNonNull(values.get(column), column);
        }
    }

    private final Path directory;

    private Suites(Path directory) {
        this.directory = directory;
    }

    static Suites find(String name) {
        Path directory = Path.of("..", "shared", "suites", name);
        assumeTrue(Files.isDirectory(directory), "skipped: no outside cases at " + directory.toAbsolutePath());
        return new Suites(directory);
    }

    /** The rows of cases.tsv, by the names of its columns. */
    Stream<Row> rows() throws IOException {
        List<String> lines = Files.readAllLines(directory.resolve("cases.tsv"));
        String[] columns = lines.get(0).split("\t", -1);
        return lines.stream().skip(1).map(line -> {
            String[] values = line.split("\t", -1);
            Map<String, String> row = new HashMap<>();
            for (int i = 0; i < columns.length; i++) {
                row.put(columns[i], i < values.length ? values[i] : "");
            }
            return new Row(row);
        });
    }

    List<Path> files(String list) {
        return list.isEmpty()
                ? List.of()
                : Stream.of(list.split(",")).map(directory::resolve).toList();
    }

    List<X509Certificate> certificates(String list) throws UnusableFileException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Path file : files(list)) {
            certificates.addAll(CertificateFiles.read(file));
        }
        return certificates;
    }

    CrlSet crls(String list) throws UnusableFileException {
        List<X509CRL> crls = new ArrayList<>();
        for (Path file : files(list)) {
            crls.addAll(CrlSet.load(file).crls());
        }
        return CrlSet.of(crls);
    }
}
