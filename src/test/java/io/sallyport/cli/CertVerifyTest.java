package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.TestPki;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertVerifyTest {

    @TempDir
    Path directory;

    private static Typed verify(TestPki role, Object... more) {
        Object[] words = {"cert", "verify", "--ca", TestPki.trustedCa(), role.cert()};
        Object[] all = new Object[words.length + more.length];
        System.arraycopy(words, 0, all, 0, words.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return Typed.run(all);
    }

    @Test
    void anAcceptedOneShowsItsPath() {
        Typed typed = verify(TestPki.SERVER_VIA_ONE_INTERMEDIATE, "--purpose", "sslserver", "--name", "server.test");

        assertThat(typed.status()).isZero();
        assertThat(typed.out())
                .contains(
                        ": accepted\n",
                        "depth 0: CN=server.test",
                        "depth 1: CN=First Intermediate",
                        "depth 2: CN=Trusted Root");
    }

    @ParameterizedTest
    @CsvSource({
        "SERVER_EXPIRED, certificate_expired, 10",
        "SERVER_OTHER_CA, unknown_ca, 20",
        "SERVER_SELF_SIGNED, self_signed, 18",
        "SERVER_WITH_CLIENT_PURPOSE, wrong_purpose, 26",
        "SERVER_WRONG_NAME, name_mismatch, 62",
    })
    void aRefusedOneSaysWhyAndWhatToDo(TestPki role, String code, int number) {
        Typed typed = verify(role, "--purpose", "sslserver", "--name", "server.test");

        assertThat(typed.status()).isEqualTo(1);
        assertThat(typed.out())
                .contains(": refused: " + code + ", OpenSSL's error " + number, "depth 0: CN=", "hint: ");
        JsonObject json = new JsonObject(
                        verify(role, "--purpose", "sslserver", "--name", "server.test", "--format", "json")
                                .out())
                .getJsonArray("verified")
                .getJsonObject(0);
        assertThat(json.getBoolean("accepted")).isFalse();
        assertThat(json.getString("refusal")).isEqualTo(code);
        assertThat(json.getInteger("number")).isEqualTo(number);
        assertThat(json.getString("alert")).isNotBlank();
    }

    @Test
    void theTimeCanBeChosen() {
        assertThat(verify(TestPki.CLIENT_EXPIRED, "--no-check-time").status()).isZero();
        assertThat(verify(TestPki.CLIENT_TRUSTED, "--at", "2001-01-01T00:00:00Z")
                        .out())
                .contains("certificate_not_yet_valid");
        assertThat(verify(TestPki.CLIENT_TRUSTED, "--at", "978307200").out()).contains("certificate_not_yet_valid");
        assertThat(verify(TestPki.CLIENT_TRUSTED, "--at", "yesterday").status()).isEqualTo(2);
    }

    @Test
    void oneOfManyThatIsRefusedDecides() {
        Typed typed = verify(TestPki.CLIENT_TRUSTED, TestPki.CLIENT_OTHER_CA.cert());

        assertThat(typed.status()).isEqualTo(1);
        assertThat(typed.out()).contains(": accepted", ": refused: unknown_ca");
    }

    @Test
    void whatCantBeReadAndWhatCantBeMeantIsTwo() throws Exception {
        Path junk = Files.writeString(directory.resolve("junk.pem"), "junk");

        assertThat(Typed.run("cert", "verify", "--ca", TestPki.trustedCa(), junk)
                        .status())
                .isEqualTo(2);
        assertThat(Typed.run("cert", "verify", "--ca", junk, TestPki.CLIENT_TRUSTED.cert())
                        .status())
                .isEqualTo(2);
        assertThat(verify(TestPki.CLIENT_TRUSTED, "--crl", junk).status()).isEqualTo(2);
        assertThat(Typed.run("cert", "verify", TestPki.CLIENT_TRUSTED.cert()).err())
                .contains("nobody is trusted");
        assertThat(Typed.run("cert", "verify", "--ca", TestPki.trustedCa()).status())
                .isEqualTo(2);
        assertThat(verify(TestPki.CLIENT_TRUSTED, "--level", "9").status()).isEqualTo(2);
        assertThat(verify(TestPki.CLIENT_TRUSTED, "--ip", "broker.test").err()).contains("is no IP address");
    }

    @Test
    void aTableSaysWhichOfItsCasesAreNotAsExpected() throws Exception {
        Path table = Files.writeString(
                directory.resolve("cases.tsv"),
                "id\texpected\ttarget\toptions\n"
                        + "one\tok\t" + TestPki.CLIENT_TRUSTED.cert() + "\t\n"
                        + "two\tfail\t" + TestPki.CLIENT_OTHER_CA.cert() + "\t\n"
                        + "three\tok\t" + TestPki.CLIENT_TRUSTED.cert() + "\t-attime 1\n");

        Typed typed = Typed.run("cert", "verify", "--ca", TestPki.trustedCa(), "--table", table);

        assertThat(typed.status()).isEqualTo(1);
        assertThat(typed.out())
                .startsWith("three: expected ok; ")
                .contains("certificate_not_yet_valid")
                .endsWith("2 of 3 as expected\n");
    }

    @Test
    void theOutsideCasesOfOpenSsl() {
        Path table = outside("openssl-verify");

        Typed typed = Typed.run("cert", "verify", "--level", "0", "--table", table);

        assertThat(typed.out() + typed.err()).isEqualTo("102 of 102 as expected\n");
        assertThat(typed.status()).isZero();
    }

    @Test
    void theOutsideCasesOfNist() {
        Path table = outside("pkits");

        Typed typed = Typed.run(
                "cert",
                "verify",
                "--level",
                "0",
                "--at",
                "1291940972",
                "--crl-check",
                "all",
                "--ca",
                table.resolveSibling("ta.pem"),
                "--table",
                table);

        assertThat(typed.out() + typed.err()).isEqualTo("247 of 247 as expected\n");
        assertThat(typed.status()).isZero();
    }

    private static Path outside(String name) {
        Path table = Path.of("..", "shared", "suites", name, "cases.tsv");
        assumeTrue(Files.isReadable(table), "skipped: no outside cases at " + table.toAbsolutePath());
        return table;
    }
}
