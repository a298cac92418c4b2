package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.EditedText;
import io.sallyport.TestPki;
import io.sallyport.pki.OpenSsl;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Behaviours D1 to D5, D7, D9 and K1, where an operator meets them: in {@code check}, whose good configurations {@code run} takes, and in the
 * commands on files. KeyFilesTest, MaterialTest, NameRulesTest and PeersLetInTest have them by the loader alone.
 */
class FileBehavioursTest {

    @TempDir
    Path directory;

    @BeforeEach
    void material() throws Exception {
        Files.copy(TestPki.SERVER_TRUSTED.cert(), directory.resolve("a.crt"));
        Files.copy(TestPki.SERVER_TRUSTED.key(), directory.resolve("a.key"));
        Files.copy(TestPki.trustedCa(), directory.resolve("ca.crt"));
    }

    private Path in(String name) {
        return directory.resolve(name);
    }

    private void openssl(String line) {
        OpenSsl.run(directory, line.split(" "));
    }

    /** Checks a configuration whose profile has these settings; files are those of the directory. */
    private Typed check(String... profiles) throws Exception {
        StringBuilder yaml = new StringBuilder("sallyport:\n  profiles:\n");
        for (int i = 0; i < profiles.length; i++) {
            yaml.append("    p")
                    .append(i)
                    .append(": { ")
                    .append(profiles[i].replace("./", directory + "/"))
                    .append(" }\n");
        }
        yaml.append("  relays:\n");
        for (int i = 0; i < profiles.length; i++) {
            yaml.append("    r")
                    .append(i)
                    .append(": { listen: { address: \"127.0.0.1:0\", profile: p")
                    .append(i)
                    .append(" }, connect: { addresses: [\"127.0.0.1:9\"] } }\n");
        }
        yaml.append("  admin: { address: \"127.0.0.1:0\" }\n");
        return Typed.run("check", "--config", Files.writeString(in("sallyport.yaml"), yaml));
    }

    private void assertGood(Typed check) {
        assertThat(check.out()).isEqualTo(in("sallyport.yaml") + ": good\n");
        assertThat(check.status()).isZero();
    }

    private static String errors(Typed check) {
        assertThat(check.status()).as(check.out()).isEqualTo(1);
        return String.join(
                "\n",
                check.out().lines().filter(line -> line.startsWith("error: ")).toList());
    }

    private void certify(String key, String more) {
        openssl("req -x509 -new -key " + key + " -subj /CN=a.test -addext subjectAltName=DNS:a.test -out own.crt"
                + more);
        in(key).toFile().setReadable(false, false);
        in(key).toFile().setReadable(true, true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " -noout"})
    void d1AnEcKeyWithAndWithoutItsParametersLoads(String noParameters) throws Exception {
        openssl("ecparam -name prime256v1 -genkey -out ec.key" + noParameters);
        certify("ec.key", "");
        assertThat(Files.readString(in("ec.key")).contains("EC PARAMETERS")).isEqualTo(noParameters.isEmpty());
        assertThat(Typed.run("cert", "match", in("own.crt"), in("ec.key")).status())
                .isZero();
        assertGood(check("cert: ./own.crt, key: ./ec.key, verify: none"));
    }

    @Test
    void d2AnEncryptedKeyLoadsWithItsPassphraseAndAWrongOneIsOneLine() throws Exception {
        openssl("pkcs8 -topk8 -v2 aes-256-cbc -in a.key -out locked.key -passout pass:open");
        for (String word : new String[] {"open", "wrong"}) {
            Files.writeString(in(word), word + "\n");
            in(word).toFile().setReadable(false, false);
            in(word).toFile().setReadable(true, true);
        }
        String profile = "cert: ./a.crt, key: ./locked.key, verify: none, key-password-file: ./";
        assertGood(check(profile + "open"));
        assertThat(errors(check(profile + "wrong")))
                .isEqualTo("error: sallyport.profiles.p0.key: " + in("locked.key")
                        + " holds an encrypted key (line 1) that the passphrase doesn't open");
    }

    @Test
    void d3TextBeforeTheBlockAndTheTraditionalEncryptionLoad() throws Exception {
        Files.writeString(in("open"), "open\n");
        openssl("pkcs12 -export -in a.crt -inkey a.key -out a.p12 -passout pass:open");
        openssl("pkcs12 -in a.p12 -nocerts -nodes -passin pass:open -out bag.key");
        openssl("ec -in a.key -aes256 -out traditional.key -passout pass:open");
        assertThat(in("bag.key")).content().startsWith("Bag Attributes");
        assertThat(in("traditional.key")).content().contains("Proc-Type", "DEK-Info");
        assertThat(errorsOrNothing(check("cert: ./a.crt, key: ./bag.key, verify: none")))
                .isEmpty();
        assertThat(errorsOrNothing(
                        check("cert: ./a.crt, key: ./traditional.key, key-password-file: ./open, verify: none")))
                .isEmpty();
        assertThat(Typed.run("cert", "match", in("a.crt"), in("traditional.key"), "--passphrase-file", in("open"))
                        .status())
                .isZero();
    }

    private static String errorsOrNothing(Typed check) {
        return check.status() == 0 ? "" : errors(check);
    }

    @Test
    void d4ACurveThatTlsCannotUseIsRefusedByItsName() throws Exception {
        openssl("ecparam -name secp256k1 -genkey -noout -out k1.key");
        certify("k1.key", "");
        assertThat(errors(check("cert: ./own.crt, key: ./k1.key, verify: none")))
                .contains("EC key on curve secp256k1")
                .contains("which TLS can't use here");
    }

    @Test
    void d5ACaThatStandsTwiceInItsBundleLoads() throws Exception {
        Files.writeString(in("twice.crt"), Files.readString(in("ca.crt")) + Files.readString(in("ca.crt")));
        Typed check = check("cert: ./a.crt, key: ./a.key, ca: ./twice.crt");
        assertThat(check.status()).isZero();
        assertThat(check.out())
                .contains("warning: sallyport.profiles.p0.ca: " + in("twice.crt") + " has CN=Trusted Root")
                .contains(" more than once\n")
                .endsWith(": good, 1 warning\n");
        assertThat(Typed.run("cert", "verify", "--ca", in("twice.crt"), in("a.crt"))
                        .status())
                .isZero();
    }

    /** Errors that BoringSSL still holds of the one before must not be taken for the next one's. */
    @Test
    void d7AFileThatFailsIsNoFaultOfTheNextGoodOne() throws Exception {
        Files.writeString(in("broken.key"), Files.readString(in("a.key")).replaceFirst("[A-Z]{2}", "--"));
        String good = "cert: ./a.crt, key: ./a.key, verify: none";
        Typed check = check(
                good + ", ciphers: \"ARIA:CAMELLIA\"", good, "cert: ./a.crt, key: ./broken.key, verify: none", good);
        assertThat(errors(check).lines())
                .hasSize(3)
                .allMatch(line -> line.startsWith("error: sallyport.profiles.p0.ciphers: ")
                        || line.startsWith("error: sallyport.profiles.p2.key: "));
        assertGood(check(good, good));
    }

    @Test
    void d9WhatEditorsLeaveBehindLoadsAsKeyCertificateAndCa() throws Exception {
        for (EditedText way : EditedText.values()) {
            for (String file : new String[] {"a.crt", "a.key", "ca.crt"}) {
                Path edited = in("edited-" + file);
                Files.deleteIfExists(edited);
                Files.copy(in(file), edited, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
                Files.writeString(edited, way.of(Files.readString(in(file))));
            }
            Typed check = check("cert: ./edited-a.crt, key: ./edited-a.key, ca: ./edited-ca.crt");
            assertThat(check.status()).as(way + ": " + check.out()).isZero();
            assertThat(Typed.run("cert", "verify", "--ca", in("edited-ca.crt"), in("edited-a.crt"))
                            .status())
                    .as(way.name())
                    .isZero();
            assertThat(Typed.run("cert", "match", in("edited-a.crt"), in("edited-a.key"))
                            .status())
                    .as(way.name())
                    .isZero();
        }
    }

    @Test
    void d9BlocksJoinedOnOneLineAreNamedByTheLine() throws Exception {
        String root = Files.readString(in("ca.crt")).strip();
        Files.writeString(in("joined.crt"), root + root + "\n");
        String named = in("joined.crt") + " line " + root.lines().count() + ": two PEM blocks are joined on one line";
        assertThat(errors(check("cert: ./a.crt, key: ./a.key, ca: ./joined.crt")))
                .contains(named);
        assertThat(Typed.run("cert", "show", in("joined.crt")).err())
                .isEqualTo("error: " + named + "\nhint: put a line break between END and BEGIN\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void k1ACommonNameAloneCountsOnlyWhereTheProfileSaysSo(boolean switchedOn) throws Exception {
        Path file = TestConfiguration.directoryWith("""
                sallyport:
                  profiles:
                    broker: { ca: %s, common-names: %s }
                  relays:
                    out: { listen: { address: "127.0.0.1:0" }, connect: { addresses: ["127.0.0.1:9"], profile: broker } }
                """.formatted(TestPki.trustedCa(), switchedOn))
                .resolve("config/sallyport.yaml");
        try (var server = ConnectTest.server(TestPki.SERVER_WITHOUT_NAMES)) {
            Typed talk =
                    ConnectTest.connect("", "localhost:" + server.awaitPort(), "--profile", "broker", "--config", file);
            assertThat(talk.status()).as(talk.err()).isEqualTo(switchedOn ? 0 : 1);
            if (!switchedOn) {
                assertThat(talk.err())
                        .contains("not trusted: name_mismatch: ")
                        .contains("having no subjectAltName (its common name isn't used)");
            }
        }
    }
}
