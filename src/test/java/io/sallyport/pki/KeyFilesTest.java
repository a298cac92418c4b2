package io.sallyport.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sallyport.EditedText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Key files as openssl writes them and as editors leave them: behaviours D1, D2, D3, D4 and D9. */
class KeyFilesTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ecparam -name prime256v1 -genkey",
                "ecparam -name prime256v1 -genkey -noout",
                "ecparam -name secp384r1 -genkey -noout",
                "ecparam -name secp521r1 -genkey",
                "genrsa -traditional 2048",
                "genrsa 2048",
                "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
                "genpkey -algorithm ED25519",
            })
    void everyPlainFormLoads(String command) throws Exception {
        OpenSsl.run(
                directory,
                (command.replace("2048", "") + " -out key.pem" + (command.contains("2048") ? " 2048" : ""))
                        .trim()
                        .split(" +"));

        assertThat(loadsAsOpenSslDoes("key.pem", null)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec", "rsa"})
    void derLoads(String kind) throws Exception {
        makeKey(kind);
        OpenSsl.run(directory, "pkey", "-in", "key.pem", "-outform", "DER", "-out", "key.der");
        OpenSsl.run(directory, "pkcs8", "-topk8", "-nocrypt", "-in", "key.pem", "-outform", "DER", "-out", "key8.der");

        assertThat(loadsAsOpenSslDoes("key.der", null)).isTrue();
        assertThat(loadsAsOpenSslDoes("key8.der", null)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pkcs8 -topk8 -v2 aes-256-cbc",
                "pkcs8 -topk8 -v2 aes-128-cbc -v2prf hmacWithSHA1",
                "pkcs8 -topk8 -v2 des3",
                "pkcs8 -topk8 -v1 PBE-SHA1-3DES",
                "pkcs8 -topk8 -scrypt",
                "rsa -traditional -aes256",
                "rsa -traditional -aes128",
                "rsa -traditional -des3",
            })
    void everyEncryptedFormLoadsWithItsPassphraseAndOnlyWithIt(String command) throws Exception {
        makeKey("rsa");
        OpenSsl.run(directory, (command + " -in key.pem -out locked.pem -passout pass:Zürich:1").split(" "));

        assertThat(read("locked.pem", "Zürich:1")).isEqualTo(read("key.pem", null));
        assertThatThrownBy(() -> read("locked.pem", "wrong"))
                .isInstanceOf(UnusableFileException.class)
                .hasMessageContaining("locked.pem")
                .hasMessageContaining("passphrase doesn't open");
        assertThatThrownBy(() -> read("locked.pem", null))
                .hasMessageContaining("holds an encrypted key (line 1)")
                .extracting(e -> ((UnusableFileException) e).passphrase())
                .isEqualTo(UnusableFileException.Passphrase.MISSING);
    }

    @Test
    void anEncryptedSec1KeyLoads() throws Exception {
        makeKey("ec");
        OpenSsl.run(directory, "ec", "-in", "key.pem", "-aes256", "-out", "locked.pem", "-passout", "pass:open");

        assertThat(read("locked.pem", "open")).isEqualTo(read("key.pem", null));
    }

    @Test
    void bagAttributesInFrontAreTextAroundTheBlock() throws Exception {
        makeKey("ec");
        Files.writeString(
                directory.resolve("bag.pem"),
                "Bag Attributes\n    friendlyName: orders\nKey Attributes: <No Attributes>\n" + text("key.pem")
                        + "bye");

        assertThat(read("bag.pem", null)).isEqualTo(read("key.pem", null));
    }

    @ParameterizedTest
    @EnumSource
    void whatEditorsLeaveBehindLoads(EditedText edited) throws Exception {
        makeKey("rsa");
        Files.writeString(directory.resolve("changed.pem"), edited.of(text("key.pem")));

        assertThat(read("changed.pem", null)).isEqualTo(read("key.pem", null));
    }

    @Test
    void blocksJoinedOnOneLineAreNamedByTheLine() throws Exception {
        makeKey("ec");
        String key = text("key.pem").strip();
        Files.writeString(directory.resolve("joined.pem"), key + key);
        int line = (int) key.lines().count();

        assertThatThrownBy(() -> read("joined.pem", null))
                .hasMessageContaining("joined.pem line " + line + ": two PEM blocks are joined on one line");
    }

    @Test
    void aLabelThatDoesntFitTheContentIsNoObstacleForAKey() throws Exception {
        makeKey("rsa");
        Files.writeString(
                directory.resolve("label.pem"),
                text("key.pem")
                        .replace("BEGIN PRIVATE", "BEGIN RSA PRIVATE")
                        .replace("END PRIVATE", "END RSA PRIVATE"));

        assertThat(read("label.pem", null)).isEqualTo(read("key.pem", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp256k1", "brainpoolP256r1", "secp224r1"})
    void aCurveThatTlsCantUseIsNamed(String curve) {
        OpenSsl.run(directory, "ecparam", "-name", curve, "-genkey", "-noout", "-out", "key.pem");

        assertThatThrownBy(() -> read("key.pem", null))
                .hasMessageContaining("EC key on curve " + curve.replace("secp224r1", "P-224"))
                .hasMessageContaining("key.pem");
    }

    @Test
    void explicitParametersAreNamed() {
        OpenSsl.run(
                directory,
                "ecparam",
                "-name",
                "prime256v1",
                "-genkey",
                "-param_enc",
                "explicit",
                "-noout",
                "-out",
                "key.pem");

        assertThatThrownBy(() -> read("key.pem", null)).hasMessageContaining("explicit parameters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ED448", "X25519", "RSA-PSS"})
    void anAlgorithmThatTlsCantUseIsNamed(String algorithm) {
        OpenSsl.run(directory, "genpkey", "-algorithm", algorithm, "-out", "key.pem");

        assertThatThrownBy(() -> read("key.pem", null))
                .hasMessageContainingAll(algorithm.replace("ED", "Ed"), "can't use");
    }

    @Test
    void noFailureShowsKeyBytes() throws Exception {
        makeKey("rsa");
        String text = text("key.pem");
        byte[] der = Base64.getMimeDecoder().decode(text.replaceAll("-----.*?-----", ""));
        for (int cut = 0; cut < text.length(); cut += 97) {
            Files.writeString(directory.resolve("cut.pem"), text.substring(0, cut) + "#" + text.substring(cut + 1));
            UnusableFileException failure =
                    catchThrowableOfType(UnusableFileException.class, () -> read("cut.pem", null));
            assertNothingLeaks(failure, text);
        }
        for (int at = 0; at < der.length; at += 41) {
            byte[] bent = der.clone();
            bent[at] ^= 0x55;
            Files.writeString(directory.resolve("bent.pem"), PemWriter.block("PRIVATE KEY", bent));
            assertNothingLeaks(catchThrowableOfType(UnusableFileException.class, () -> read("bent.pem", null)), text);
        }
    }

    private void assertNothingLeaks(Throwable failure, String text) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            String message = String.valueOf(t.getMessage()).replace(directory.toString(), "");
            assertThat(text.lines().filter(l -> !l.startsWith("-")).anyMatch(message::contains))
                    .isFalse();
            assertThat(message).doesNotContainPattern("[0-9]{20}");
        }
    }

    @Test
    void aDirectoryAMissingFileAndACertificateAreSaidToBeSo() throws Exception {
        Files.writeString(directory.resolve("text.key"), "hello");

        assertThatThrownBy(() -> read("", null)).hasMessageContaining("is a directory");
        assertThatThrownBy(() -> read("none.key", null)).hasMessageContaining("none.key doesn't exist");
        assertThatThrownBy(() -> read("text.key", null)).hasMessageContaining("it is neither PEM nor DER");
    }

    private void makeKey(String kind) {
        if (kind.equals("ec")) {
            OpenSsl.run(directory, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem");
        } else {
            OpenSsl.run(directory, "genrsa", "-out", "key.pem", "2048");
        }
    }

    private String text(String file) throws IOException {
        return Files.readString(directory.resolve(file), StandardCharsets.US_ASCII);
    }

    private PrivateKey read(String file, @Nullable String passphrase) throws UnusableFileException {
        return KeyFiles.read(directory.resolve(file), passphrase == null ? null : passphrase.toCharArray());
    }

    /** Compares with what openssl makes of the same file. */
    private boolean loadsAsOpenSslDoes(String file, @Nullable String passphrase)
            throws UnusableFileException, IOException {
        Files.writeString(directory.resolve("ours.pem"), PemWriter.text(read(file, passphrase)));
        return OpenSsl.run(directory, "pkey", "-in", file, "-pubout")
                .equals(OpenSsl.run(directory, "pkey", "-in", "ours.pem", "-pubout"));
    }
}
