package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.pki.OpenSsl;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenSSL says the same of the same files, and takes what is made here. Skipped where there is no openssl. */
class OpenSslAgreementTest {

    private static final DateTimeFormatter OPENSSL_DATE = DateTimeFormatter.ofPattern(
                    "MMM ppd HH:mm:ss yyyy 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    @TempDir
    Path directory;

    @BeforeEach
    void issue() {
        Typed.run("ca", "init", "--out", in("root")).done();
        Typed.run("ca", "init", "--out", in("sub"), "--parent", in("root")).done();
        Typed.run("cert", "issue", "--ca", in("sub"), "--name", "a.test", "--name", "10.0.0.1", "--out", in("a"))
                .done();
    }

    private Path in(String name) {
        return directory.resolve(name);
    }

    private String openssl(String line) {
        return OpenSsl.run(directory, line.split(" "));
    }

    @Test
    void fingerprintsSerialsKeysNamesAndDates() {
        JsonObject certificate = new JsonObject(Typed.run("cert", "show", in("a.crt"), "--format", "json")
                        .out())
                .getJsonArray("certificates")
                .getJsonObject(0);
        JsonObject fingerprints = certificate.getJsonObject("fingerprints");
        assertThat(openssl("x509 -in a.crt -noout -fingerprint -sha256").strip())
                .endsWith("=" + fingerprints.getString("sha256"));
        assertThat(openssl("x509 -in a.crt -noout -fingerprint -sha1").strip())
                .endsWith("=" + fingerprints.getString("sha1"));
        assertThat(openssl("x509 -in a.crt -noout -serial").strip())
                .isEqualTo("serial=" + certificate.getString("serial"));
        assertThat(openssl("x509 -in a.crt -noout -pubkey"))
                .isEqualTo(Typed.run("cert", "pubkey", in("a.crt")).out().split("(?<=END PUBLIC KEY-----\n)")[0]);
        assertThat(openssl("x509 -in a.crt -noout -ext subjectAltName")).contains("DNS:a.test, IP Address:10.0.0.1");
        assertThat(openssl("x509 -in a.crt -noout -dates"))
                .contains("notBefore=" + OPENSSL_DATE.format(Instant.parse(certificate.getString("notBefore"))))
                .contains("notAfter=" + OPENSSL_DATE.format(Instant.parse(certificate.getString("notAfter"))));
    }

    @Test
    void whatIsIssuedIsGoodByTheLetter() {
        assertThat(openssl("verify -x509_strict -CAfile root/root.crt -untrusted sub/ca.crt -purpose sslserver"
                        + " -verify_hostname a.test a.crt"))
                .contains("a.crt: OK");
        assertThat(openssl("verify -x509_strict -CAfile root/root.crt root/ca.crt sub/ca.crt"))
                .contains("root/ca.crt: OK")
                .contains("sub/ca.crt: OK");
    }

    @Test
    void requestsGoBothWays() {
        openssl("req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout o.key -out o.csr"
                + " -subj /CN=o.test -addext subjectAltName=DNS:o.test");
        JsonObject asked = new JsonObject(
                Typed.run("csr", "show", in("o.csr"), "--format", "json").out());
        assertThat(asked.getString("subject")).isEqualTo("CN=o.test");
        assertThat(asked.getJsonArray("names")).containsExactly("DNS:o.test");
        Typed.run("cert", "issue", "--ca", in("sub"), "--csr", in("o.csr"), "--out", in("o"))
                .done();
        assertThat(Typed.run("cert", "match", in("o.crt"), in("o.key")).status())
                .isZero();
        Typed.run("csr", "create", "--key", in("a.key"), "--name", "b.test", "--out", in("b.csr"))
                .done();
        assertThat(openssl("req -in b.csr -noout -verify -text")).contains("DNS:b.test", "OK");
    }

    @Test
    void revocationsAreUnderstood() {
        Typed.run("crl", "revoke", "--ca", in("sub"), "--reason", "superseded", in("a.crt"))
                .done();
        Typed.run("crl", "create", "--ca", in("root")).done();
        String serial = Typed.run("cert", "serial", in("a.crt"))
                .out()
                .lines()
                .findFirst()
                .orElseThrow();
        assertThat(openssl("crl -in sub/ca.crl -noout -text -CAfile sub/ca.crt"))
                .contains("Serial Number: " + serial, "Superseded", "X509v3 CRL Number", "verify OK");
        assertThat(OpenSsl.fail(
                        directory,
                        "verify -crl_check -CAfile root/root.crt -untrusted sub/ca.crt -CRLfile sub/ca.crl a.crt"
                                .split(" ")))
                .contains("certificate revoked");
    }

    @Test
    void pkcs12GoesBothWays() throws Exception {
        Files.writeString(in("pass"), "open sesame\n");
        Typed.run(
                        "pkcs12",
                        "create",
                        "--cert",
                        in("a.crt"),
                        "--key",
                        in("a.key"),
                        "--passphrase-file",
                        in("pass"),
                        "--out",
                        in("a.p12"))
                .done();
        assertThat(openssl("pkcs12 -in a.p12 -passin file:pass -nodes")).contains("BEGIN PRIVATE KEY", "a.test");
        openssl("pkcs12 -export -in a.crt -inkey a.key -out o.p12 -passout file:pass");
        assertThat(Typed.run("cert", "match", in("o.p12"), in("a.key"), "--passphrase-file", in("pass"))
                        .status())
                .isZero();
        assertThat(Typed.run("convert", in("o.p12"), "--only", "certs", "--passphrase-file", in("pass"))
                        .out())
                .isEqualTo(Files.readString(in("a.crt")));
    }

    @Test
    void keysGoBothWays() throws Exception {
        Files.writeString(in("pass"), "open sesame\n");
        for (String type : List.of("p384", "ed25519", "rsa2048")) {
            Path key = in(type + ".key");
            Typed.run("key", "create", "--key-type", type, "--encrypt", "--passphrase-file", in("pass"), "--out", key)
                    .done();
            assertThat(openssl("pkey -in " + type + ".key -passin file:pass -pubout"))
                    .as(type)
                    .isEqualTo(Typed.run("key", "show", "--pubkey", key, "--passphrase-file", in("pass"))
                            .out());
        }
        openssl("ecparam -name prime256v1 -genkey -out sec1.key");
        Typed.run("convert", in("sec1.key"), "--out", in("pkcs8.key")).done();
        assertThat(in("pkcs8.key")).content().startsWith("-----BEGIN PRIVATE KEY-----");
        assertThat(openssl("pkey -in pkcs8.key -pubout")).isEqualTo(openssl("pkey -in sec1.key -pubout"));
    }

    @Test
    void aChainIsInOpenSslsOrder() throws Exception {
        Files.writeString(
                in("mixed"), Files.readString(in("root/ca.crt")) + Files.readString(in("sub/ca.crt")) + leaf());
        Files.writeString(
                in("ordered"), Typed.run("cert", "chain", "--pem", in("mixed")).out());
        String shown = OpenSsl.run(
                directory, "verify", "-show_chain", "-CAfile", "root/root.crt", "-untrusted", "mixed", "ordered");
        List<String> order = shown.lines()
                .filter(line -> line.startsWith("depth="))
                .map(line -> line.replaceFirst(".*CN = ([^,(]*?) *(\\(untrusted\\))?$", "$1"))
                .toList();
        assertThat(order).containsExactly("a.test", "Sallyport intermediate CA", "Sallyport root CA");
        assertThat(Typed.run("cert", "chain", in("ordered")).status()).isZero();
    }

    private String leaf() throws Exception {
        return Files.readString(in("a.crt")).split("(?<=-----END CERTIFICATE-----\n)")[0];
    }
}
