package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Certificates and CRLs that others made, many of them broken on purpose: each is shown, or refused with a sentence. */
class OutsideCertificatesTest {

    private static final Path SUITES = Path.of("..", "shared", "suites");

    private static List<Path> files(String... endings) throws IOException {
        assumeTrue(Files.isDirectory(SUITES), "skipped: no outside cases at " + SUITES.toAbsolutePath());
        try (Stream<Path> all = Files.walk(SUITES)) {
            return all.filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
                    .filter(file -> !file.toString().contains("key"))
                    .sorted()
                    .toList();
        }
    }

    private static void shown(String group, Path file) {
        Typed shown = Typed.run(group, "show", file);
        assertThat(shown.out() + shown.err()).as(file.toString()).doesNotContain("Exception", "unexpected", "\tat ");
        if (shown.status() == ExitStatus.DONE) {
            assertThat(shown.out()).as(file.toString()).contains("issuer:");
        } else {
            assertThat(shown.status()).as(file.toString()).isEqualTo(ExitStatus.REFUSED);
            assertThat(shown.err()).as(file.toString()).startsWith("error: ");
        }
    }

    @Test
    void everyCertificateIsShownOrRefused() throws IOException {
        List<Path> files = files(".pem", ".crt");
        assertThat(files).hasSizeGreaterThan(500);
        files.forEach(file -> shown("cert", file));
    }

    @Test
    void everyCrlIsShownOrRefused() throws IOException {
        files(".crl").forEach(file -> shown("crl", file));
    }
}
