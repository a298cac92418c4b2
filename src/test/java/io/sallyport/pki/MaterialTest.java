package io.sallyport.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sallyport.TestPki;
import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Profile;
import io.sallyport.profile.Protocol;
import io.sallyport.profile.VerifyMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a profile's files hold, and all that can be wrong with them: behaviours D4, D5 and D7 among it. */
class MaterialTest {

    @TempDir
    Path directory;

    @Test
    void chainKeyAndCaLoad() throws Exception {
        TestPki role = TestPki.SERVER_VIA_TWO_INTERMEDIATES;

        Material material =
                Material.load(profile(role.cert(), role.key(), role.ca().toString()));

        assertThat(material.credential()).isEqualTo(role.credential());
        assertThat(anchors(material)).containsExactly(TestPki.trustedRoot().certificate());
        assertThat(Material.check(profile(role.cert(), role.key(), role.ca().toString())))
                .isEmpty();
    }

    @Test
    void oneFileMayHoldKeyAndChainInAnyOrder() throws Exception {
        TestPki role = TestPki.SERVER_VIA_ONE_INTERMEDIATE;
        Path both = write("both.pem", Files.readString(role.key()), "some text\n", Files.readString(role.cert()));

        assertThat(Material.load(profile(both, both, null)).credential()).isEqualTo(role.credential());
    }

    @Test
    void aProfileWithoutAnythingHasNothing() throws Exception {
        assertThat(Material.load(profile(null, null, null, null))).isEqualTo(new Material(null, null, Revocation.NONE));
    }

    @Test
    void allMistakesOfAProfileAreReportedAtOnce() {
        MistakesException failure = catchThrowableOfType(
                MistakesException.class,
                () -> Material.load(profile(Path.of("no.crt"), Path.of("no.key"), Path.of("no.pass"), "no-ca.crt")));

        assertThat(failure.mistakes())
                .extracting(Mistake::key)
                .containsExactly(
                        "sallyport.profiles.edge.key-password-file",
                        "sallyport.profiles.edge.cert",
                        "sallyport.profiles.edge.ca");
        assertThat(failure.mistakes().get(1).message()).contains("no.crt doesn't exist");
    }

    @Test
    void aKeyOfAnotherCertificateNamesBothFiles() {
        Path cert = TestPki.SERVER_TRUSTED.cert();
        Path key = TestPki.SERVER_WRONG_NAME.key();

        assertError(profile(cert, key, null), "key", cert.toString(), key.toString(), "doesn't belong");
        assertError(profile(cert, TestPki.SERVER_TRUSTED_RSA.key(), null), "key", "doesn't belong");
        assertError(profile(cert, TestPki.SERVER_TRUSTED_P384.key(), null), "key", "doesn't belong");
    }

    @Test
    void aGoodLoadAfterAFailedOneSucceeds() throws Exception {
        TestPki role = TestPki.SERVER_TRUSTED;
        assertThatThrownBy(() -> Material.load(profile(role.cert(), Path.of("none.key"), null)))
                .isInstanceOf(MistakesException.class);

        assertThat(Material.load(profile(role.cert(), role.key(), null)).credential())
                .isEqualTo(role.credential());
    }

    @Test
    void aChainThatDoesntBeginWithTheLeafIsRefused() throws Exception {
        Credential good = TestPki.SERVER_VIA_TWO_INTERMEDIATES.credential();
        Path key = TestPki.SERVER_VIA_TWO_INTERMEDIATES.key();
        String leaf = PemWriter.text(good.chain().subList(0, 1));
        String second = PemWriter.text(good.chain().subList(1, 2));
        String first = PemWriter.text(good.chain().subList(2, 3));

        assertError(profile(write("a.crt", second, leaf), key, null), "cert", "the key belongs to certificate 2");
        assertError(
                profile(write("b.crt", leaf, first, second), key, null),
                "cert",
                "certificate 2, CN=First Intermediate",
                "CN=Second Intermediate");
    }

    @Test
    void anUnsupportedCurveIsRefusedByNameInKeyAndCertificate() {
        OpenSsl.run(
                directory,
                ("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp256k1 -nodes -keyout k1.key -out k1.crt -subj"
                                + " /CN=k1.test")
                        .split(" "));

        List<Mistake> mistakes =
                Material.check(profile(directory.resolve("k1.crt"), directory.resolve("k1.key"), null));

        assertThat(mistakes).allSatisfy(m -> assertThat(m.message()).contains("EC key on curve secp256k1"));
        assertThat(mistakes)
                .extracting(Mistake::key)
                .contains("sallyport.profiles.edge.key", "sallyport.profiles.edge.cert");
    }

    @Test
    void expiredCertificatesAreWarnedOfAndLoad() throws Exception {
        TestPki role = TestPki.SERVER_EXPIRED;
        Profile profile = profile(role.cert(), role.key(), null);

        assertThat(Material.load(profile).credential()).isNotNull();
        assertWarning(profile, "cert", "expired at");
        assertWarning(
                profile(TestPki.SERVER_NOT_YET_VALID.cert(), TestPki.SERVER_NOT_YET_VALID.key(), null),
                "cert",
                "valid only from");
    }

    /** One that stands between expires too, and so does who is trusted. */
    @Test
    void whatExpiresSoonAboveTheLeafIsWarnedOf() {
        TestPki role = TestPki.SERVER_VIA_ONE_INTERMEDIATE;
        Instant nearTheEnd =
                TestPki.intermediate().certificate().getNotAfter().toInstant().minus(Duration.ofDays(5));
        assertThat(Material.read(
                                profile(
                                        role.cert(),
                                        role.key(),
                                        TestPki.trustedCa().toString()),
                                nearTheEnd)
                        .mistakes())
                .extracting(Mistake::message)
                .satisfiesExactly(
                        m -> assertThat(m).contains("chain.crt expired at"),
                        m -> assertThat(m).contains("CN=First Intermediate", "expires at"),
                        m -> assertThat(m).contains("CN=Trusted Root", "expires at"));
    }

    @Test
    void aWeakSignatureIsWarnedOf() {
        OpenSsl.run(
                directory,
                ("req -x509 -sha1 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=old.test -days 90"
                                + " -keyout old.key -out old.crt")
                        .split(" "));
        assertWarning(
                profile(directory.resolve("old.crt"), directory.resolve("old.key"), null),
                "cert",
                "is signed with SHA1withECDSA, which peers refuse");
    }

    @Test
    void duplicateExpiredAndLeafEntriesOfABundleAreWarnedOf() throws Exception {
        String root = Files.readString(TestPki.trustedCa());
        Path bundle = write("ca.crt", root, root, Files.readString(TestPki.SERVER_EXPIRED.cert()));

        Material.Reading reading = Material.read(profile(null, null, bundle.toString()), Instant.now());

        assertThat(anchors(reading.material())).hasSize(2);
        assertThat(reading.mistakes())
                .extracting(Mistake::message)
                .satisfiesExactly(
                        m -> assertThat(m).contains("more than once"),
                        m -> assertThat(m).contains("expired at"),
                        m -> assertThat(m).contains("not a CA certificate"));
    }

    @Test
    void aDirectoryOfCasLoads() throws Exception {
        write("b.pem", PemWriter.text(List.of(TestPki.otherRoot().certificate())));
        write("a.crt", Files.readString(TestPki.trustedCa()));
        write("README", "not a certificate");

        assertThat(anchors(Material.load(profile(null, null, directory.toString()))))
                .containsExactly(
                        TestPki.trustedRoot().certificate(), TestPki.otherRoot().certificate());
    }

    @Test
    void opensslsOwnTrustSettingsAreNotPassedOver() {
        Path trusted = directory.resolve("rejecting.pem");
        OpenSsl.run(
                directory,
                "x509",
                "-in",
                TestPki.trustedCa().toString(),
                "-addreject",
                "clientAuth",
                "-trustout",
                "-out",
                trusted.toString());

        assertError(profile(null, null, trusted.toString()), "ca", "TRUSTED CERTIFICATE (line 1)", "trust settings");
    }

    @Test
    void anEmptyDirectoryAndAnEmptyBundleAreRefused() throws Exception {
        assertError(profile(null, null, directory.toString()), "ca", "a directory without a file that ends in .pem");
        Path key = TestPki.SERVER_TRUSTED.key();
        assertError(profile(null, null, key.toString()), "ca", "holds no certificate, but a private key");
    }

    @Test
    void aBlockLabelledCertificateThatHoldsAKeyIsSaidToBeSo() throws Exception {
        Path wrong = write(
                "wrong.crt", Files.readString(TestPki.SERVER_TRUSTED.key()).replace("PRIVATE KEY", "CERTIFICATE"));

        assertError(profile(wrong, TestPki.SERVER_TRUSTED.key(), null), "cert", "it is a private key", "(line 1)");
    }

    @Test
    void pkcs12LoadsWithItsChain() throws Exception {
        TestPki role = TestPki.SERVER_VIA_ONE_INTERMEDIATE;
        OpenSsl.run(
                directory,
                "pkcs12",
                "-export",
                "-in",
                role.cert().toString(),
                "-inkey",
                role.key().toString(),
                "-out",
                "all.p12",
                "-passout",
                "pass:open");
        Path p12 = directory.resolve("all.p12");
        Path passphrase = write("pass", "open\nsecond line isn't read\n");

        assertThat(Material.load(profile(p12, p12, passphrase, null)).credential())
                .isEqualTo(role.credential());
        assertError(profile(p12, p12, write("wrong", "shut"), null), "cert", "isn't opened by the passphrase");
        assertError(profile(p12, p12, null, null), "cert", "needs a passphrase");
    }

    @Test
    void thePassphraseOfAnEncryptedKeyIsTheFirstLineOfItsFile() throws Exception {
        TestPki role = TestPki.SERVER_TRUSTED;
        OpenSsl.run(
                directory,
                "pkcs8",
                "-topk8",
                "-v2",
                "aes-256-cbc",
                "-in",
                role.key().toString(),
                "-out",
                "locked.key",
                "-passout",
                "pass:open sesame");
        Path locked = directory.resolve("locked.key");

        assertThat(Material.load(profile(role.cert(), locked, write("pass", "open sesame\r\n"), null))
                        .credential())
                .isEqualTo(role.credential());
        assertError(
                profile(role.cert(), locked, write("empty", "\nopen"), null), "key-password-file", "empty first line");
        assertError(profile(role.cert(), locked, write("bad", "x"), null), "key", "passphrase doesn't open");
        assertError(profile(role.cert(), locked, null, null), "key", "encrypted");
        assertThat(Material.check(profile(role.cert(), locked, null, null))
                        .get(0)
                        .hint())
                .isEqualTo("set key-password-file to the file with its passphrase");
    }

    @Test
    void aPassphraseForAPlainKeyAndACostlyKeyAreWarnedOf() throws Exception {
        TestPki role = TestPki.SERVER_TRUSTED;
        assertWarning(
                profile(role.cert(), role.key(), write("pass", "x"), null), "key-password-file", "isn't encrypted");
    }

    @Test
    void whatTheSystemTrustsLoads() throws Exception {
        assertThat(anchors(Material.load(profile(null, null, "system")))).isNotEmpty();
    }

    private static List<X509Certificate> anchors(@Nullable Material material) {
        return Objects.requireNonNull(Objects.requireNonNull(material).anchors())
                .certificates();
    }

    private Path write(String name, String... parts) throws IOException {
        return Files.writeString(directory.resolve(name), String.join("", parts));
    }

    private static void assertError(Profile profile, String key, String... words) {
        assertMistake(profile, Mistake.Severity.ERROR, key, words);
    }

    private static void assertWarning(Profile profile, String key, String... words) {
        assertMistake(profile, Mistake.Severity.WARNING, key, words);
    }

    private static void assertMistake(Profile profile, Mistake.Severity severity, String key, String... words) {
        assertThat(Material.check(profile)).singleElement().satisfies(mistake -> {
            assertThat(mistake.severity()).isEqualTo(severity);
            assertThat(mistake.key()).isEqualTo("sallyport.profiles.edge." + key);
            assertThat(mistake.message()).contains(words);
        });
    }

    private static Profile profile(@Nullable Path cert, @Nullable Path key, @Nullable String ca) {
        return profile(cert, key, null, ca);
    }

    private static Profile profile(
            @Nullable Path cert, @Nullable Path key, @Nullable Path passwordFile, @Nullable String ca) {
        return new Profile(
                "edge",
                cert == null || key == null ? null : new Profile.OwnCertificate(cert, key, passwordFile),
                new Profile.Trust(ca, ca == null ? VerifyMode.NONE : VerifyMode.REQUIRED, Profile.DEFAULT_DEPTH),
                new Profile.Negotiation(
                        Profile.DEFAULT_CIPHERS,
                        List.of(Protocol.TLS_1_2, Protocol.TLS_1_3),
                        Profile.DEFAULT_GROUPS,
                        List.of()),
                PeerName.OF_ADDRESS);
    }
}
