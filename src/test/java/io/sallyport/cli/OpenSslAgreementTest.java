package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.pki.OpenSsl;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
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

    private JsonObject shown(String group, String file) {
        return new JsonObject(
                Typed.run(group, "show", in(file), "--format", "json").done().out());
    }

    @Test
    void namesOfEveryKind() {
        String names = "b.test *.b.test 10.0.0.2 ::1 ops@b.test spiffe://test/b";
        List<Object> words = new ArrayList<>(List.of("cert", "issue", "--ca", in("sub"), "--out", in("b")));
        for (String name : names.split(" ")) {
            words.addAll(List.of("--name", name));
        }
        Typed.run(words.toArray()).done();
        String openssl = openssl("x509 -in b.crt -noout -ext subjectAltName")
                .lines()
                .filter(line -> line.contains("DNS:"))
                .findFirst()
                .orElseThrow();
        assertThat(shown("cert", "b.crt").getJsonArray("certificates").getJsonObject(0).getJsonArray("names").stream()
                        .map(name -> name.toString().replaceFirst("^IP:", "IP Address:")))
                .containsExactly(openssl.strip().split(", "));
        Typed.run("csr", "create", "--key", in("b.key"), "--name", "::1", "--name", "x@b.test", "--out", in("b.csr"))
                .done();
        assertThat(openssl("req -in b.csr -noout -text")).contains("IP Address:0:0:0:0:0:0:0:1, email:x@b.test");
    }

    @Test
    void pinsAndSignatures() throws Exception {
        openssl("x509 -in a.crt -noout -pubkey -out a.pub");
        openssl("pkey -pubin -in a.pub -outform DER -out a.pub.der");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(in("a.pub.der")));
        assertThat(Typed.run("cert", "fingerprint", "--only", "spki", in("a.crt"))
                        .out())
                .startsWith(Base64.getEncoder().encodeToString(digest) + "\n");
        String text = openssl("x509 -in a.crt -noout -text");
        String octets =
                text.substring(text.lastIndexOf("Signature Value:") + 16).replaceAll("\\s", "");
        String ours = new JsonObject(Typed.run("cert", "signature", "--format", "json", in("a.crt"))
                        .out())
                .getJsonArray("certificates")
                .getJsonObject(0)
                .getString("value");
        assertThat(ours.replaceAll("[^0-9A-Fa-f]", "")).isEqualToIgnoringCase(octets.replace(":", ""));
    }

    @Test
    void everyKindOfKeyAndUseIsGoodByTheLetter() {
        for (String type : List.of("p384", "p521", "ed25519", "rsa2048")) {
            Typed.run("ca", "init", "--out", in(type), "--key-type", type).done();
            Typed.run(
                            "cert",
                            "issue",
                            "--ca",
                            in(type),
                            "--name",
                            "k.test",
                            "--key-type",
                            type,
                            "--out",
                            in("k" + type))
                    .done();
            assertThat(openssl(
                            "verify -x509_strict -purpose sslserver -CAfile " + type + "/root.crt k" + type + ".crt"))
                    .contains(": OK");
        }
        for (String use : List.of("server", "client", "both")) {
            Typed.run("cert", "issue", "--ca", in("root"), "--name", "u.test", "--profile", use, "--out", in(use))
                    .done();
        }
        Typed.run("cert", "renew", in("both.crt"), "--ca", in("root"), "--new-key", "--out", in("again"))
                .done();
        assertThat(openssl(
                        "verify -x509_strict -purpose sslclient -CAfile root/root.crt client.crt both.crt again.crt"))
                .doesNotContain("error");
        assertThat(openssl(
                        "verify -x509_strict -purpose sslserver -CAfile root/root.crt server.crt both.crt again.crt"))
                .doesNotContain("error");
        Typed.run("cert", "issue", "--ca", in("root"), "--profile", "ca", "--subject", "CN=Under", "--out", in("under"))
                .done();
        assertThat(openssl("verify -x509_strict -CAfile root/root.crt under.crt"))
                .contains(": OK");
        Typed.run("cert", "issue", "--self-signed", "--name", "10.0.0.3", "--out", in("self"))
                .done();
        assertThat(openssl("verify -x509_strict -CAfile self.crt -verify_ip 10.0.0.3 self.crt"))
                .contains(": OK");
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
        JsonObject crl = shown("crl", "sub/ca.crl");
        assertThat(openssl("crl -in sub/ca.crl -noout -lastupdate -nextupdate -crlnumber"))
                .contains("lastUpdate=" + OPENSSL_DATE.format(Instant.parse(crl.getString("thisUpdate"))))
                .contains("nextUpdate=" + OPENSSL_DATE.format(Instant.parse(crl.getString("nextUpdate"))))
                .containsPattern("crlNumber=(0x)?0?1\n");
        assertThat(openssl("crl -in sub/ca.crl -noout -text"))
                .contains("Revocation Date: "
                        + OPENSSL_DATE.format(Instant.parse(
                                crl.getJsonArray("entries").getJsonObject(0).getString("revokedAt"))));
        assertThat(openssl("crl -in root/ca.crl -noout -text -CAfile root/root.crt"))
                .contains("No Revoked Certificates", "verify OK");
        Typed.run("cert", "renew", in("a.crt"), "--ca", in("sub"), "--out", in("next"))
                .done();
        assertThat(openssl("verify -x509_strict -crl_check_all -CAfile root/root.crt -untrusted sub/ca.crt"
                        + " -CRLfile sub/ca.crl -CRLfile root/ca.crl next.crt"))
                .contains("next.crt: OK");
        assertThat(OpenSsl.fail(
                        directory,
                        "verify -crl_check -CAfile root/root.crt -untrusted sub/ca.crt -CRLfile sub/ca.crl a.crt"
                                .split(" ")))
                .contains("certificate revoked");
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
