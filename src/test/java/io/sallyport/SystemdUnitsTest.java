package io.sallyport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The units are such that systemd takes them, and agree with the documentation. */
class SystemdUnitsTest {

    private static final Path UNITS = Path.of("config", "systemd");

    @TempDir
    Path directory;

    private static String unit(String name) throws IOException {
        return Files.readString(UNITS.resolve(name));
    }

    @Test
    void systemdHasNothingToSayAgainstThem() throws Exception {
        // It looks whether the program is there.
        Files.writeString(
                directory.resolve("sallyport.service"),
                unit("sallyport.service").replaceAll("(?m)^ExecStart=\\S+", "ExecStart=/bin/true"));
        Files.writeString(directory.resolve("sallyport.socket"), unit("sallyport.socket"));
        Process verify;
        try {
            verify = new ProcessBuilder("systemd-analyze", "verify", "./sallyport.service", "./sallyport.socket")
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "there is no systemd-analyze");
            return;
        }

        String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(verify.waitFor()).as(said).isZero();
        assertThat(said.lines().filter(line -> line.contains("sallyport."))).isEmpty();
    }

    @Test
    void theRelayOfTheDocumentationHasTheNameOfTheSocket() throws Exception {
        assertThat(unit("sallyport.socket")).contains("\nFileDescriptorName=orders\n");
        assertThat(Files.readString(Path.of("docs", "operating.md"))).contains("address: \"systemd:orders\"");
    }

    @Test
    void aWrongConfigurationIsNotStartedAgainAndAgain() throws Exception {
        assertThat(unit("sallyport.service")).contains("\nRestart=on-failure\n", "\nRestartPreventExitStatus=2\n");
    }
}
