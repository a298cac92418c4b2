package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transcripts of the commands on files, by the packaged program; what each does in detail is ToolsTest's matter. */
class ToolsIT {

    @TempDir
    Path directory;

    private Program.Ended run(String line) throws Exception {
        return Program.run(directory, line.split(" "));
    }

    private String done(String line) throws Exception {
        Program.Ended ended = run(line);
        assertThat(ended.status()).as(line + "\n" + ended.err()).isZero();
        return ended.out();
    }

    private void refused(String line, String message) throws Exception {
        Program.Ended ended = run(line);
        assertThat(ended.status()).as(line).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).startsWith("error: " + message);
    }

    @Test
    void fromNothingToARevocation() throws Exception {
        assertThat(done("ca init --out ca")).contains("ca/ca.crt", "ca/ca.key", "ca/root.crt");
        assertThat(done("cert issue --ca ca --name a.test --out a")).containsPattern("certificate: +a\\.crt\n");
        assertThat(done("cert match a.crt a.key")).endsWith("they belong together\n");
        assertThat(done("cert chain a.crt")).contains("missing: CN=Sallyport root CA");
        assertThat(done("cert show a.crt")).containsPattern("names: +DNS:a\\.test\n");
        assertThat(done("cert extensions a.crt")).contains("subjectAltName");
        assertThat(done("cert signature a.crt")).contains("SHA256withECDSA");
        assertThat(done("cert pubkey a.crt")).startsWith("-----BEGIN PUBLIC KEY-----\n");
        assertThat(done("cert expiry .")).contains("good  ");
        assertThat(done("cert renew a.crt --ca ca --out b")).containsPattern("certificate: +b\\.crt\n");
        assertThat(done("crl create --ca ca")).containsPattern("number: +1\n");
        assertThat(done("crl revoke --ca ca a.crt")).containsPattern("revoked: +1\n");
        assertThat(done("crl show ca/ca.crl"))
                .contains(done("cert serial a.crt").strip());
    }

    @Test
    void keysRequestsAndOtherForms() throws Exception {
        assertThat(run("key create --out k")).isEqualTo(new Program.Ended(0, "", "wrote k\n"));
        assertThat(done("key show k")).containsPattern("curve: +P-256\n");
        assertThat(run("csr create --key k --name a.test --out a.csr"))
                .isEqualTo(new Program.Ended(0, "", "wrote a.csr\n"));
        assertThat(done("csr show a.csr")).containsPattern("names: +DNS:a\\.test\n");
        done("cert issue --self-signed --name a.test --out a");
        Files.writeString(directory.resolve("pass"), "open\n");
        done("pkcs12 create --cert a.crt --key a.key --passphrase-file pass --out a.p12");
        assertThat(done("pkcs12 show a.p12 --passphrase-file pass")).contains("CN=a.test");
        done("convert a.crt --to der --out a.der");
        assertThat(done("cert fingerprint a.der")).isEqualTo(done("cert fingerprint a.crt"));
    }

    @Test
    void whatIsIssuedIsVerifiedAndAnsweredFor() throws Exception {
        done("ca init --out ca");
        done("cert issue --ca ca --name a.test --out a");
        assertThat(done("cert verify --ca ca/root.crt --purpose sslserver --name a.test a.crt"))
                .startsWith("a.crt: accepted\n  depth 0: CN=a.test\n");
        Program.Ended other = run("cert verify --ca ca/root.crt --name b.test a.crt");
        assertThat(other.status()).isEqualTo(1);
        assertThat(other.out()).startsWith("a.crt: refused: name_mismatch, OpenSSL's error 62\n");
        Program.Ended due = run("cert expiry --days 5000 --color=always a.crt");
        assertThat(due.status()).isEqualTo(1);
        assertThat(due.out()).startsWith("\u001b[31mdue\u001b[0m   ");
        Program.Ended closed = run("connect localhost:1");
        assertThat(closed.status()).isEqualTo(1);
        assertThat(closed.err()).contains("nothing listens there\nhint: ");
    }

    @Test
    void badInputIsRefused() throws Exception {
        refused("cert show nowhere", "nowhere doesn't exist\nhint: ");
        refused("key show pom", "pom doesn't exist");
        refused("cert issue --ca nowhere --name a --out a", "nowhere holds no CA: there is no ca.crt in it\nhint: ");
        refused("cert verfy", "unknown: verfy\nhint: ");
        refused("ca init", "Missing required option");
    }

    @Test
    void shellsAndManualPagesKnowTheCommands() throws Exception {
        assertThat(done("completion bash")).contains("fingerprint", "--passphrase-file");
        assertThat(done("completion fish")).contains("-a fingerprint", "-l passphrase-file");
        done("man --out man1");
        assertThat(directory.resolve("man1/sallyport-cert-show.1"))
                .content()
                .startsWith(".TH SALLYPORT-CERT-SHOW 1\n")
                .contains("\\-\\-format text|json");
    }
}
