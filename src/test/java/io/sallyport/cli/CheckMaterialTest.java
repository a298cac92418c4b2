package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sallyport.TestPki;
import io.sallyport.pki.CertificateAuthority;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.Credential;
import io.sallyport.pki.CrlSpec;
import io.sallyport.pki.OpenSsl;
import io.sallyport.pki.PemWriter;
import java.io.File;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code check} says of certificates, keys, CRLs, ciphers, modes and ports: each with its severity, key, place, sentence and hint. */
class CheckMaterialTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.now();

    @TempDir
    Path directory;

    private final StringBuilder profiles = new StringBuilder();
    private final List<String> expected = new ArrayList<>();
    private final StringBuilder relays = new StringBuilder();
    private CertificateAuthority root = TestPki.trustedRoot();

    @BeforeEach
    void prepare() {
        root = CertificateAuthority.root("CN=Check Root");
    }

    private Path write(String name, String text) throws Exception {
        return Files.writeString(directory.resolve(name), text);
    }

    private Path key(String name, Credential credential, String mode) throws Exception {
        Path file = write(name, PemWriter.text(credential.key()));
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    /** A profile on a line of its own, and what is to be found there. */
    private void profile(String name, String settings, String... findings) {
        profiles.append("    ").append(name).append(": { ").append(settings).append(" }\n");
        String listen = "{ address: \"127.0.0.1:0\", profile: " + name + " }";
        relays.append("    r-")
                .append(name)
                .append(": { listen: ")
                .append(listen)
                .append(", connect: { addresses: [\"127.0.0.1:9\"] } }\n");
        long line = 2 + profiles.toString().lines().count();
        for (String finding : findings) {
            String[] parts = finding.split(" ", 3);
            expected.add(parts[0] + " sallyport.profiles." + name + "." + parts[1] + " :" + line + " " + parts[2]);
        }
    }

    private JsonNode check(int status) throws Exception {
        Path file = write(
                "sallyport.yaml",
                "sallyport:\n  profiles:\n" + profiles + "  relays:\n" + relays
                        + "  admin: { address: \"127.0.0.1:0\" }\n");
        Typed check = Typed.run("check", "--config", file, "--format", "json");
        assertThat(check.status()).as(check.out()).isEqualTo(status);
        JsonNode report = JSON.readTree(check.out());
        JsonShape.assertFits(report, JSON.readTree(new File("docs/check-format.schema.json")));
        List<String> found = new ArrayList<>();
        for (JsonNode one : report.get("mistakes")) {
            assertThat(one.get("origin").asText()).startsWith(file + ":");
            assertThat(one.path("hint").asText()).as("hint of %s", one).isNotBlank();
            found.add(one.get("severity").asText() + " " + one.get("key").asText()
                    + one.get("origin").asText().replaceFirst(".*(?=:)", " ") + " "
                    + one.get("message").asText().replace(directory + "/", ""));
        }
        for (String line : expected) {
            assertThat(found).as(line).anyMatch(one -> one.startsWith(line));
        }
        assertThat(found).hasSameSizeAs(expected);
        return report;
    }

    private static Path cert(TestPki role) {
        return role.cert();
    }

    @Test
    void whatCannotBeRunIsAnError() throws Exception {
        Credential deep = TestPki.SERVER_VIA_TWO_INTERMEDIATES.credential();
        Path disordered = write(
                "disordered.crt",
                PemWriter.text(
                        List.of(deep.leaf(), deep.chain().get(2), deep.chain().get(1))));
        String openssl = "req -x509 -nodes -subj /CN=weak.test -addext subjectAltName=DNS:weak.test -sha256 ";
        OpenSsl.run(directory, (openssl + "-newkey rsa:1024 -keyout weak.key -out weak.crt").split(" "));
        OpenSsl.run(
                directory,
                (openssl + "-newkey ec -pkeyopt ec_paramgen_curve:secp256k1 -keyout curve.key -out curve.crt")
                        .split(" "));
        profile(
                "mismatch",
                "cert: " + cert(TestPki.SERVER_TRUSTED) + ", key: " + TestPki.CLIENT_TRUSTED.key() + ", verify: none",
                "error key the key in " + TestPki.CLIENT_TRUSTED.key() + " doesn't belong to the certificate in ");
        profile(
                "order",
                "cert: " + disordered + ", key: " + TestPki.SERVER_VIA_TWO_INTERMEDIATES.key() + ", verify: none",
                "error cert disordered.crt isn't in order: certificate 2, CN=First Intermediate");
        profile(
                "weak",
                "cert: " + directory + "/weak.crt, key: " + directory + "/weak.key, verify: none",
                "error cert weak.crt is for an RSA key of 1024 bits, which TLS can't use here");
        profile(
                "curve",
                "cert: " + directory + "/curve.crt, key: " + directory + "/curve.key, verify: none",
                "error key curve.key holds an EC key on curve secp256k1",
                "error cert curve.crt is for an EC key on curve secp256k1, which TLS can't use here");
        profile(
                "nocrl",
                "cert: " + cert(TestPki.SERVER_TRUSTED) + ", key: " + TestPki.SERVER_TRUSTED.key() + ", ca: "
                        + TestPki.trustedCa() + ", crl: " + TestPki.trustedCa(),
                "error crl " + TestPki.trustedCa() + " holds no CRL, but a certificate");
        check(1);
    }

    @Test
    void whatBoringSslCannotDoIsAnError() throws Exception {
        String own =
                "cert: " + cert(TestPki.SERVER_TRUSTED) + ", key: " + TestPki.SERVER_TRUSTED.key() + ", verify: none";
        profile(
                "ciphers",
                own + ", ciphers: \"ECDHE+AESGCM:ARIA:@SECLEVEL=2\"",
                "error ciphers 'ARIA' matches no cipher of BoringSSL",
                "error ciphers '@SECLEVEL=2' is OpenSSL's alone; leave it out");
        check(1);
    }

    @Test
    void whatPeersWillRefuseOrOthersCanReadIsAWarning() throws Exception {
        Credential soon = root.issue(CertificateSpec.server("CN=soon.test", "DNS:soon.test")
                .withValidity(NOW, NOW.plus(Duration.ofDays(5))));
        Path soonCert = write("soon.crt", PemWriter.text(soon.chain()));
        profile(
                "soon",
                "cert: " + soonCert + ", key: " + key("soon.key", soon, "rw-r--r--") + ", verify: none",
                "warning cert soon.crt expires at ",
                "warning key soon.key is open to every user of this machine (mode rw-r--r--)");
        profile(
                "expired",
                "cert: " + cert(TestPki.SERVER_EXPIRED) + ", key: " + TestPki.SERVER_EXPIRED.key() + ", verify: none",
                "warning cert " + cert(TestPki.SERVER_EXPIRED) + " expired at ");
        CertificateAuthority old = CertificateAuthority.root(CertificateSpec.ca("CN=Old Root")
                .withValidity(NOW.minus(Duration.ofDays(9)), NOW.minus(Duration.ofDays(1))));
        String known = PemWriter.text(List.of(root.certificate()));
        Path bundle = write("bundle.crt", known + known + PemWriter.text(List.of(old.certificate())));
        Path crl = write(
                "old.crl",
                PemWriter.text(root.crl(CrlSpec.validUntil(NOW)
                        .withUpdates(NOW.minus(Duration.ofDays(9)), NOW.minus(Duration.ofDays(2))))));
        Path tickets = Files.createDirectory(directory.resolve("tickets"));
        Typed.run("ticket-keys", "create", tickets).done();
        try (var files = Files.list(tickets)) {
            Files.setPosixFilePermissions(
                    files.findFirst().orElseThrow(), PosixFilePermissions.fromString("rw-r--r--"));
        }
        profile(
                "bundle",
                "cert: " + cert(TestPki.SERVER_TRUSTED) + ", key: " + TestPki.SERVER_TRUSTED.key() + ", ca: " + bundle
                        + ", crl: " + crl + ", crl-policy: soft, session: { ticket-keys: " + tickets + " }",
                "warning ca bundle.crt has CN=Check Root more than once",
                "warning ca CN=Old Root in bundle.crt expired at ",
                "warning crl old.crl: ",
                "warning session.ticket-keys tickets/");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            relays.append("    taken: { listen: { address: \"127.0.0.1:")
                    .append(taken.getLocalPort())
                    .append("\" }, connect: { addresses: [\"127.0.0.1:9\"] } }\n");
            long line = 3
                    + profiles.toString().lines().count()
                    + relays.toString().lines().count();
            expected.add("warning sallyport.relays.taken.listen.address :" + line + " 127.0.0.1:" + taken.getLocalPort()
                    + " is taken");
            check(0);
        }
    }
}
