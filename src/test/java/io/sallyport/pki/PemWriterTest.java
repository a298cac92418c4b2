package io.sallyport.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sallyport.TestPki;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

    /** GnuTLS refuses an EC key without its public half (RFC 5915, section 3). */
    @ParameterizedTest
    @EnumSource(
            value = KeyType.class,
            names = {"EC_P256", "EC_P384", "EC_P521", "ED25519"})
    void opensslAndGnuTlsReadEachKindOfKey(KeyType type) throws Exception {
        KeyPair pair = type.generate();
        Path plain = directory.resolve("plain.key");
        PemWriter.writeKey(plain, pair.getPrivate());
        Path encrypted = Files.writeString(
                directory.resolve("encrypted.key"), PemWriter.text(pair.getPrivate(), "open sesame".toCharArray()));
        String pem = PemWriter.text(pair.getPublic());
        assertThat(OpenSsl.run(directory, "pkey", "-in", plain.toString(), "-pubout"))
                .isEqualTo(pem);
        assertThat(OpenSsl.run(
                        directory, "pkey", "-in", encrypted.toString(), "-passin", "pass:open sesame", "-pubout"))
                .isEqualTo(pem);
        assumeThat(Files.isExecutable(Path.of("/usr/bin/certtool")))
                .as("certtool is there")
                .isTrue();
        Process certtool = new ProcessBuilder("certtool", "--pubkey-info", "--load-privkey", plain.toString())
                .redirectErrorStream(true)
                .start();
        certtool.getOutputStream().close();
        assertThat(new String(certtool.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .contains(pem);
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
