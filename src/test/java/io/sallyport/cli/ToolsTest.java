package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on files, each doing what it says. */
class ToolsTest {

    private static final Pattern KEY_BLOCK = Pattern.compile("-----BEGIN (\\w+ )?PRIVATE KEY-----");

    @TempDir
    Path directory;

    private Path in(String name) {
        return directory.resolve(name);
    }

    private Path authority() {
        Path ca = in("ca");
        if (!Files.exists(ca)) {
            Typed.run("ca", "init", "--out", ca, "--subject", "CN=Tools CA").done();
        }
        return ca;
    }

    private Path issued(String name, Object... more) {
        Object[] words = {"cert", "issue", "--ca", authority(), "--name", name, "--out", in(name)};
        Object[] all = new Object[words.length + more.length];
        System.arraycopy(words, 0, all, 0, words.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        Typed.run(all).done();
        return in(name + ".crt");
    }

    private static JsonObject json(Object... words) {
        return new JsonObject(Typed.run(words).out());
    }

    private Path passphrase(String text) throws Exception {
        return Files.writeString(in("pass-" + text), text + "\n");
    }

    @Test
    void showSaysAllThatACertificateSays() {
        Path file = issued("a.test", "--name", "10.0.0.1", "--policy", "ev", "--days", "20");
        Typed shown = Typed.run("cert", "show", file).done();
        assertThat(shown.err()).isEmpty();
        assertThat(shown.out())
                .containsPattern("(?m)^subject: +CN=a\\.test$")
                .containsPattern("(?m)^issuer: +CN=Tools CA$")
                .containsPattern("(?m)^names: +DNS:a\\.test\n +IP:10\\.0\\.0\\.1$")
                .containsPattern("(?m)^expiry: +expires in 19 days$")
                .containsPattern("(?m)^extended validation: +yes$")
                .contains("2.23.140.1.1 extended validation (CA/Browser Forum)")
                .contains("serverAuth");
        JsonObject certificate = json("cert", "show", file, "--format", "json")
                .getJsonArray("certificates")
                .getJsonObject(0);
        assertThat(certificate.getJsonArray("names")).containsExactly("DNS:a.test", "IP:10.0.0.1");
        assertThat(certificate.getLong("daysLeft")).isEqualTo(19);
    }

    @Test
    void derAndStdinAreReadToo() throws Exception {
        Path file = issued("a.test");
        String wanted = Typed.run("cert", "fingerprint", file).done().out();
        Typed.run("convert", file, "--to", "der", "--out", in("a.der")).done();
        assertThat(Typed.run("cert", "fingerprint", in("a.der")).done().out()).isEqualTo(wanted);
        assertThat(Typed.reading(Files.readAllBytes(in("a.der")), "cert", "fingerprint", "-")
                        .done()
                        .out())
                .isEqualTo(wanted);
    }

    @Test
    void whatBelongsTogetherMatches() {
        Path cert = issued("a.test");
        issued("b.test");
        assertThat(Typed.run("cert", "match", cert, in("a.test.key")).status()).isZero();
        Typed.run("csr", "create", "--key", in("a.test.key"), "--name", "a.test", "--out", in("a.csr"))
                .done();
        assertThat(Typed.run("cert", "match", in("a.csr"), cert, in("a.test.key"))
                        .status())
                .isZero();
        Typed other = Typed.run("cert", "match", cert, in("b.test.key"));
        assertThat(other.status()).isEqualTo(1);
        assertThat(other.out()).endsWith("they don't belong together\n");
    }

    @Test
    void everyKindOfKeyMatchesItsCertificate() {
        for (String type : List.of("p256", "p384", "p521", "ed25519", "rsa2048")) {
            Path cert = issued(type + ".test", "--key-type", type);
            assertThat(Typed.run("cert", "match", cert, in(type + ".test.key")).status())
                    .as(type)
                    .isZero();
        }
    }

    @Test
    void aChainIsPutInOrder() throws Exception {
        Typed.run("ca", "init", "--out", in("sub"), "--parent", authority()).done();
        Typed.run("cert", "issue", "--ca", in("sub"), "--name", "a.test", "--out", in("a"))
                .done();
        Typed good = Typed.run("cert", "chain", in("a.crt"), in("sub/root.crt"));
        assertThat(good.status()).isZero();
        assertThat(good.out())
                .startsWith("CN=Tools CA (")
                .contains("\n└─ CN=Sallyport intermediate CA (")
                .contains("\n   └─ CN=a.test (");
        assertThat(Typed.run("cert", "chain", in("a.crt")).out()).contains("missing: CN=Tools CA");

        Path mixed = Files.writeString(
                in("mixed"),
                Files.readString(in("sub/root.crt"))
                        + Files.readString(TestPki.trustedCa())
                        + Files.readString(in("a.crt")));
        JsonObject told = json("cert", "chain", mixed, "--format", "json");
        assertThat(told.getBoolean("ordered")).isFalse();
        assertThat(told.getJsonArray("extra")).hasSize(1);
        Typed pem = Typed.run("cert", "chain", mixed, "--pem");
        assertThat(pem.status()).isEqualTo(1);
        assertThat(pem.out()).isEqualTo(Files.readString(in("a.crt")) + Files.readString(in("sub/root.crt")));
    }

    @Test
    void aRequestIsAnswered() {
        Typed.run("key", "create", "--out", in("k")).done();
        Typed.run("csr", "create", "--key", in("k"), "--name", "a.test", "--name", "a@b.test", "--out", in("csr"))
                .done();
        JsonObject asked = json("csr", "show", in("csr"), "--format", "json");
        assertThat(asked.getJsonArray("names")).containsExactly("DNS:a.test", "email:a@b.test");
        assertThat(asked.getBoolean("signatureGood")).isTrue();
        Typed.run("cert", "issue", "--ca", authority(), "--csr", in("csr"), "--profile", "client", "--out", in("a"))
                .done();
        assertThat(in("a.key")).doesNotExist();
        assertThat(Typed.run("cert", "match", in("a.crt"), in("k")).status()).isZero();
        assertThat(Typed.run("cert", "extensions", in("a.crt")).out())
                .contains("clientAuth")
                .doesNotContain("serverAuth")
                .contains("DNS:a.test");
    }

    @Test
    void renewalKeepsNamesAndKeyOrMakesANewOne() {
        Path old = issued("a.test", "--name", "spiffe://test/a", "--days", "10", "--key-type", "p384");
        Typed.run("cert", "renew", old, "--ca", authority(), "--out", in("same"))
                .done();
        Typed.run("cert", "renew", old, "--ca", authority(), "--new-key", "--days", "50", "--out", in("new"))
                .done();
        JsonArray all = json("cert", "show", old, in("same.crt"), in("new.crt"), "--format", "json")
                .getJsonArray("certificates");
        for (int i = 1; i < 3; i++) {
            assertThat(all.getJsonObject(i).getJsonArray("names"))
                    .isEqualTo(all.getJsonObject(0).getJsonArray("names"));
            assertThat(all.getJsonObject(i).getString("subject"))
                    .isEqualTo(all.getJsonObject(0).getString("subject"));
            assertThat(all.getJsonObject(i).getString("serial"))
                    .isNotEqualTo(all.getJsonObject(0).getString("serial"));
        }
        assertThat(all.getJsonObject(1).getLong("daysLeft")).isEqualTo(9);
        assertThat(all.getJsonObject(2).getLong("daysLeft")).isEqualTo(49);
        assertThat(in("same.key")).doesNotExist();
        assertThat(Typed.run("cert", "match", old, in("same.crt"), in("a.test.key"))
                        .status())
                .isZero();
        assertThat(Typed.run("cert", "match", old, in("new.crt")).status()).isEqualTo(1);
        assertThat(Typed.run("cert", "match", in("new.crt"), in("new.key")).status())
                .isZero();
    }

    @Test
    void whatExpiresSoonIsDue() throws Exception {
        Path certs = Files.createDirectory(in("certs"));
        Typed.run("cert", "issue", "--ca", authority(), "--name", "a.test", "--out", certs.resolve("long"))
                .done();
        Files.writeString(certs.resolve("notes.pem"), "nothing here\n");
        Typed good = Typed.run("cert", "expiry", certs);
        assertThat(good.status()).isZero();
        assertThat(good.out()).startsWith("good  ").contains("CN=a.test");
        assertThat(good.err()).startsWith("passed over: ");
        Typed.run("cert", "issue", "--ca", authority(), "--name", "b.test", "--days", "5", "--out", certs.resolve("b"))
                .done();
        Typed due = Typed.run("cert", "expiry", certs);
        assertThat(due.status()).isEqualTo(1);
        assertThat(due.out()).containsPattern("(?m)^due .*CN=b\\.test \\(expires in 4 days\\)$");
        assertThat(Typed.run("cert", "expiry", "--days", "2", certs).status()).isZero();
    }

    @Test
    void revocationsAreKeptAndCounted() {
        Path first = issued("a.test");
        Path second = issued("b.test");
        assertThat(json("crl", "create", "--ca", authority(), "--format", "json")
                        .getString("number"))
                .isEqualTo("1");
        Typed.run("crl", "revoke", "--ca", authority(), "--reason", "key-compromise", first)
                .done();
        String serial =
                Typed.run("cert", "serial", second).out().lines().findFirst().orElseThrow();
        assertThat(json("crl", "revoke", "--ca", authority(), serial, "--format", "json"))
                .contains(java.util.Map.entry("number", "3"), java.util.Map.entry("revoked", 2));
        JsonObject crl = json("crl", "show", authority().resolve("ca.crl"), "--format", "json");
        assertThat(crl.getJsonArray("entries").stream().map(e -> ((JsonObject) e).getString("serial")))
                .containsExactlyInAnyOrder(
                        serial,
                        Typed.run("cert", "serial", first)
                                .out()
                                .lines()
                                .findFirst()
                                .orElseThrow());
        assertThat(crl.toString()).contains("key-compromise");

        Typed foreign = Typed.run("crl", "revoke", "--ca", authority(), TestPki.CLIENT_TRUSTED.cert());
        assertThat(foreign.status()).isEqualTo(2);
        assertThat(foreign.err()).contains("not by this CA");
    }

    @Test
    void pkcs12HoldsChainAndKey() throws Exception {
        Path cert = issued("a.test");
        Path pass = passphrase("open");
        Typed.run(
                        "pkcs12",
                        "create",
                        "--cert",
                        cert,
                        "--key",
                        in("a.test.key"),
                        "--passphrase-file",
                        pass,
                        "--out",
                        in("a.p12"))
                .done();
        Typed shown = Typed.run("pkcs12", "show", in("a.p12"), "--passphrase-file", pass)
                .done();
        assertThat(shown.out()).contains("CN=a.test").doesNotContain("BEGIN");
        assertThat(Typed.run("cert", "match", in("a.p12"), cert, "--passphrase-file", pass)
                        .status())
                .isZero();
        Typed wrong = Typed.run("pkcs12", "show", in("a.p12"), "--passphrase-file", passphrase("wrong"));
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).startsWith("error: " + in("a.p12") + " isn't opened by the passphrase\nhint: ");
    }

    @Test
    void anEncryptedKeyOpensWithItsPassphrase() throws Exception {
        Path pass = passphrase("open");
        Typed.run("key", "create", "--encrypt", "--passphrase-file", pass, "--out", in("k"))
                .done();
        assertThat(in("k")).content().startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
        assertThat(Typed.run("key", "show", in("k"), "--passphrase-file", pass)
                        .done()
                        .out())
                .containsPattern("encrypted: +yes")
                .containsPattern("curve: +P-256");
        assertThat(Typed.run("key", "show", in("k")).status()).isEqualTo(2);
        assertThat(Typed.run("key", "show", in("k"), "--passphrase-file", passphrase("no"))
                        .status())
                .isEqualTo(2);
        assertThat(Typed.run("key", "show", in("k"), "--passphrase-env", "SALLYPORT_NO_SUCH_VARIABLE")
                        .err())
                .contains("SALLYPORT_NO_SUCH_VARIABLE isn't set");
    }

    @Test
    void privateFilesAreTheirOwnersAlone() throws Exception {
        issued("a.test");
        Typed.run("key", "create", "--out", in("k")).done();
        for (Path file : List.of(in("k"), in("a.test.key"), authority().resolve("ca.key"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .as(file.toString())
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void noPrivateKeyIsShownOnATerminalUnasked() {
        Typed refused = Typed.watched("key", "create", "--color=never");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err())
                .isEqualTo("error: a private key isn't shown on a terminal\n"
                        + "hint: name a file with --out FILE, or ask for it with --out -\n");
        assertThat(Typed.watched("key", "create", "--out", "-").done().out()).containsPattern(KEY_BLOCK);
        assertThat(Typed.run("key", "create").done().out()).containsPattern(KEY_BLOCK);
        issued("a.test");
        assertThat(Typed.watched("convert", in("a.test.key")).out()).isEmpty();
    }

    @Test
    void nothingIsOverwrittenWithoutForce() throws Exception {
        Path cert = issued("a.test");
        String before = Files.readString(cert);
        for (Typed again : List.of(
                Typed.run("cert", "issue", "--ca", authority(), "--name", "a.test", "--out", in("a.test")),
                Typed.run("ca", "init", "--out", authority()),
                Typed.run("key", "create", "--out", in("a.test.key")),
                Typed.run("convert", cert, "--out", cert))) {
            assertThat(again.status()).isEqualTo(2);
            assertThat(again.err()).containsPattern("error: \\S+ is there already\nhint: .*--force");
        }
        assertThat(cert).hasContent(before);
        Typed.run("cert", "issue", "--ca", authority(), "--name", "a.test", "--out", in("a.test"), "--force")
                .done();
        assertThat(Files.readString(cert)).isNotEqualTo(before);
    }

    @Test
    void badInputIsNamed() throws Exception {
        Path text = Files.writeString(in("notes.txt"), "nothing here\n");
        issued("a.test");
        List<String> commands = List.of(
                "cert show",
                "cert fingerprint",
                "cert serial",
                "cert pubkey",
                "cert signature",
                "cert extensions",
                "cert chain",
                "cert expiry",
                "key show",
                "csr show",
                "crl show",
                "pkcs12 show",
                "convert");
        for (String command : commands) {
            for (Path file : List.of(text, in("nowhere"))) {
                Typed bad = Typed.run((command + " " + file).split(" "));
                assertThat(bad.status()).as(command + " " + file).isEqualTo(2);
                assertThat(bad.out()).isEmpty();
                assertThat(bad.err())
                        .startsWith("error: ")
                        .contains(file.toString())
                        .doesNotContain("Exception");
            }
        }
        for (String command : List.of(
                "cert issue --ca " + directory + " --name a --out x",
                "cert issue --name a --out x",
                "cert issue --self-signed --out x",
                "cert issue --self-signed --name a --subject nonsense --out x",
                "cert issue --self-signed --name a --not-after 2001-01-01T00:00:00Z --out x",
                "cert issue --self-signed --name a --policy evv --out x",
                "cert match " + in("a.test.crt"),
                "cert match " + in("a.test.crt") + " " + text,
                "cert renew " + in("a.test.key") + " --ca " + authority() + " --out x",
                "cert",
                "key create --key-type dsa",
                "csr create --key " + in("a.test.key"),
                "csr show " + in("a.test.crt"),
                "crl create --ca " + directory,
                "crl revoke --ca " + authority() + " --reason boredom 01",
                "pkcs12 create --cert " + TestPki.SERVER_TRUSTED.cert() + " --key " + in("a.test.key"),
                "convert " + in("a.test.crt") + " --only key",
                "ca init --out " + in("x") + " --parent " + directory)) {
            Typed bad = Typed.run(command.split(" "));
            assertThat(bad.status()).as(command).isEqualTo(2);
            assertThat(bad.out()).as(command).isEmpty();
            assertThat(bad.err()).as(command).contains("error: ").doesNotContain("Exception", "unexpected");
        }
        assertThat(Path.of("x.crt")).doesNotExist();
    }

    @Test
    void aSignatureOfARequestThatIsWrongIsToldAndNotAnswered() throws Exception {
        Typed.run("key", "create", "--out", in("k")).done();
        Typed.run("csr", "create", "--key", in("k"), "--name", "a.test", "--out", in("csr"))
                .done();
        Typed.run("convert", in("csr"), "--to", "der", "--out", in("csr.der")).done();
        byte[] der = Files.readAllBytes(in("csr.der"));
        // A letter of the name that is asked for.
        int at = new String(der, java.nio.charset.StandardCharsets.ISO_8859_1).lastIndexOf("a.test");
        der[at] = 'b';
        Files.write(in("forged.der"), der);
        assertThat(Typed.run("csr", "show", in("forged.der")).status()).isEqualTo(1);
        Typed refused = Typed.run("cert", "issue", "--ca", authority(), "--csr", in("forged.der"), "--out", in("x"));
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains("signature is wrong");
    }

    @Test
    void whatAnIssuerWroteCannotSteerTheTerminal() {
        Path file = issued("a.test", "--subject", "CN=\u001b[31mred");
        assertThat(Typed.run("cert", "show", file).done().out())
                .contains("CN=?[31mred")
                .doesNotContain("\u001b");
    }
}
