package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.pki.CertificateFiles;
import io.sallyport.pki.OpenSsl;
import io.vertx.core.json.JsonObject;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PKCS#12 of OpenSSL and of Java, old and new, is read here; what is made here is read there. */
class Pkcs12AgreementTest {

    private static final String PASS = "open sesame";

    @TempDir
    Path directory;

    @BeforeEach
    void issue() throws Exception {
        Files.writeString(in("pass"), PASS + "\n");
        Typed.run("ca", "init", "--out", in("ca")).done();
        Typed.run("cert", "issue", "--ca", in("ca"), "--name", "a.test", "--out", in("a"))
                .done();
    }

    private Path in(String name) {
        return directory.resolve(name);
    }

    private String openssl(String line) {
        return OpenSsl.run(directory, line.split(" "));
    }

    private Path javaTrustStore(String type) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        store.setCertificateEntry("ca", CertificateFiles.read(in("ca/root.crt")).get(0));
        try (OutputStream out = Files.newOutputStream(in(type + ".store"))) {
            store.store(out, PASS.toCharArray());
        }
        return in(type + ".store");
    }

    /** How many keys and certificates are seen in a file. */
    private void assertHolds(String file, int keys, int certificates) {
        JsonObject shown = new JsonObject(
                Typed.run("pkcs12", "show", in(file), "--passphrase-file", in("pass"), "--format", "json")
                        .done()
                        .out());
        assertThat(shown.containsKey("keys") ? shown.getJsonArray("keys").size() : 0)
                .isEqualTo(keys);
        assertThat(
                        shown.containsKey("certificates")
                                ? shown.getJsonArray("certificates").size()
                                : 0)
                .isEqualTo(certificates);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 1, 1",
        "-certfile ca/root.crt, 1, 2",
        "-keypbe NONE -certpbe NONE, 1, 1",
        "-nomac, 1, 1",
        "-legacy, 1, 1",
        "-legacy -descert, 1, 1",
        "-nokeys, 0, 1",
        "-nocerts, 1, 0",
    })
    void whatOpenSslWritesIsRead(String how, int keys, int certificates) {
        String line = "pkcs12 -export " + how + (keys == 0 ? " -in a.crt" : " -in a.crt -inkey a.key")
                + " -passout file:pass -out o.p12";
        if (how.contains("-legacy")) {
            assumeTrue(openssl("list -providers -provider legacy").contains("legacy"), "no legacy provider here");
        }
        openssl(line.replaceAll(" +", " "));
        assertHolds("o.p12", keys, certificates);
        String[] belongs = {
            "cert",
            "match",
            in("o.p12").toString(),
            in("a.key").toString(),
            "--passphrase-file",
            in("pass").toString()
        };
        assertThat(Typed.run((Object[]) belongs).status()).isZero();
    }

    @Test
    void whatIsWrittenHereOpenSslReads() throws Exception {
        Typed.run(
                        "pkcs12",
                        "create",
                        "--cert",
                        in("a.crt"),
                        "--key",
                        in("a.key"),
                        "--passphrase-file",
                        in("pass"),
                        "--alias",
                        "mine",
                        "--out",
                        in("a.p12"))
                .done();
        assertThat(openssl("pkcs12 -in a.p12 -passin file:pass -nodes"))
                .contains("BEGIN PRIVATE KEY", "a.test", "friendlyName: mine");
        assertThat(openssl("pkcs12 -in a.p12 -passin file:pass -nokeys -clcerts"))
                .contains(Files.readString(in("a.crt")));
        KeyStore java = KeyStore.getInstance(in("a.p12").toFile(), PASS.toCharArray());
        assertThat(java.isKeyEntry("mine")).isTrue();
        assertThat(Typed.run("convert", in("a.p12"), "--only", "certs", "--passphrase-file", in("pass"))
                        .out())
                .isEqualTo(Files.readString(in("a.crt")));
    }

    @Test
    void javasKeyStoresAreReadAndTheOldKindIsNamed() throws Exception {
        assertHolds(javaTrustStore("PKCS12").getFileName().toString(), 0, 1);
        Path old = javaTrustStore("JKS");
        assertThat(Typed.run("cert", "show", old).err())
                .startsWith("error: " + old + " is a Java keystore of the old kind (JKS)\nhint: convert it: keytool ");
    }
}
