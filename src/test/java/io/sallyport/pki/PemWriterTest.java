package io.sallyport.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.TestPki;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files appear whole, private where they must be, and never in place of another. */
class PemWriterTest {

    @TempDir
    Path directory;

    @Test
    void aKeyFileIsItsOwnersOnly() throws Exception {
        Path file = directory.resolve("leaf.key");

        PemWriter.writeKey(file, TestPki.CLIENT_TRUSTED.credential().key());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(KeyFiles.read(file, null))
                .isEqualTo(TestPki.CLIENT_TRUSTED.credential().key());
    }

    @Test
    void nothingIsOverwrittenAndNoDraftStaysBehind() throws Exception {
        Path file = Files.writeString(directory.resolve("chain.crt"), "precious");

        assertThatThrownBy(() -> PemWriter.writeChain(
                        file, TestPki.CLIENT_TRUSTED.credential().chain()))
                .isInstanceOf(FileAlreadyExistsException.class);

        assertThat(file).hasContent("precious");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void opensslReadsWhatIsWrittenAndVerifiesTheChain() throws Exception {
        TestPki role = TestPki.SERVER_VIA_TWO_INTERMEDIATES;

        assertThat(OpenSsl.run(
                        directory,
                        "verify",
                        "-x509_strict",
                        "-purpose",
                        "sslserver",
                        "-verify_hostname",
                        "server.test",
                        "-CAfile",
                        role.ca().toString(),
                        "-untrusted",
                        role.cert().toString(),
                        role.cert().toString()))
                .contains("OK");
    }
}
