package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.pki.CertificateFiles;
import io.sallyport.pki.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** In one call, where each trusts all: so paths are built, and the rules are asked. */
    @Test
    void everyCertificateIsVerifiedOrRefused() throws IOException {
        List<Object> words = new ArrayList<>(List.of("cert", "verify"));
        List<Path> readable = new ArrayList<>();
        for (Path file : files(".pem", ".crt")) {
            try {
                CertificateFiles.read(file);
                CertificateFiles.readTrusted(file);
                readable.add(file);
                words.addAll(List.of("--ca", file, file));
            } catch (UnusableFileException e) {
                Typed refused = Typed.run("cert", "verify", "--ca", file, file);
                assertThat(refused.status()).as(file.toString()).isEqualTo(ExitStatus.REFUSED);
                assertThat(refused.err()).startsWith("error: ").doesNotContain("Exception", "unexpected");
            }
        }
        Typed verified = Typed.run(words.toArray());
        assertThat(verified.status()).as(verified.err()).isEqualTo(ExitStatus.NO);
        assertThat(verified.err()).isEmpty();
        assertThat(verified.out()).doesNotContain("Exception", "internal_error");
        assertThat(verified.out().lines().filter(line -> line.contains(": accepted") || line.contains(": refused: ")))
                .hasSameSizeAs(readable);
    }

    @Test
    void everyCrlIsShownOrRefused() throws IOException {
        files(".crl").forEach(file -> shown("crl", file));
    }
}
