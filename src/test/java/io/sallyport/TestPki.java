package io.sallyport;

import io.sallyport.pki.CertificateAuthority;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.Credential;
import io.sallyport.pki.KeyType;
import io.sallyport.pki.PemWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Certificates for tests by the role they play. Each is made when first asked for, once for each JVM, as files in a temporary
 * directory that goes with the JVM.
 */
public enum TestPki {
    /** For localhost, server.test, broker.test, *.wild.test, 127.0.0.1 and ::1, issued by the trusted root. */
    SERVER_TRUSTED(() -> Roots.TRUSTED.issue(server("CN=server.test"))),
    SERVER_TRUSTED_RSA(() -> Roots.TRUSTED.issue(server("CN=server.test").withKeyType(KeyType.RSA_2048))),
    SERVER_TRUSTED_ED25519(() -> Roots.TRUSTED.issue(server("CN=server.test").withKeyType(KeyType.ED25519))),
    SERVER_TRUSTED_P384(() -> Roots.TRUSTED.issue(server("CN=server.test").withKeyType(KeyType.EC_P384))),
    SERVER_WRONG_NAME(() -> Roots.TRUSTED.issue(CertificateSpec.server("CN=other.test", "DNS:other.test"))),
    SERVER_WITHOUT_NAMES(() -> Roots.TRUSTED.issue(CertificateSpec.server("CN=localhost"))),
    SERVER_EXPIRED(() -> Roots.TRUSTED.issue(expired(server("CN=server.test")))),
    SERVER_NOT_YET_VALID(() -> Roots.TRUSTED.issue(future(server("CN=server.test")))),
    SERVER_OTHER_CA(() -> Roots.OTHER.issue(server("CN=server.test"))),
    SERVER_SELF_SIGNED(() -> CertificateAuthority.selfSigned(server("CN=server.test"))),
    SERVER_WITH_CLIENT_PURPOSE(() -> Roots.TRUSTED.issue(
            CertificateSpec.client("CN=server.test", "DNS:localhost", "DNS:server.test", "IP:127.0.0.1"))),
    SERVER_VIA_ONE_INTERMEDIATE(() -> Roots.FIRST.issue(server("CN=server.test"))),
    SERVER_VIA_TWO_INTERMEDIATES(() -> Roots.SECOND.issue(server("CN=server.test"))),

    CLIENT_TRUSTED(() -> Roots.TRUSTED.issue(client())),
    CLIENT_TRUSTED_RSA(() -> Roots.TRUSTED.issue(client().withKeyType(KeyType.RSA_2048))),
    CLIENT_TRUSTED_ED25519(() -> Roots.TRUSTED.issue(client().withKeyType(KeyType.ED25519))),
    /** Has no subject, only the name spiffe://test/orders/client. */
    CLIENT_WITHOUT_SUBJECT(() -> Roots.TRUSTED.issue(CertificateSpec.client("", "URI:spiffe://test/orders/client"))),
    /** Its name would be an image, and run a script, in a page that takes it for markup. */
    CLIENT_WITH_SCRIPT(() -> Roots.TRUSTED.issue(CertificateSpec.client(
            "CN=\\<img src\\=x onerror\\=document.title\\=1\\>",
            "DNS:client.test",
            "URI:x:<img src=x onerror=document.title=2>"))),
    CLIENT_EXPIRED(() -> Roots.TRUSTED.issue(expired(client()))),
    CLIENT_NOT_YET_VALID(() -> Roots.TRUSTED.issue(future(client()))),
    CLIENT_OTHER_CA(() -> Roots.OTHER.issue(client())),
    /** Issued by a root that has the trusted one's name, but another key. */
    CLIENT_FORGED_CA(() -> Roots.FORGED.issue(client())),
    CLIENT_SELF_SIGNED(() -> CertificateAuthority.selfSigned(client())),
    CLIENT_WITH_SERVER_PURPOSE(() -> Roots.TRUSTED.issue(CertificateSpec.server("CN=client.test", "DNS:client.test"))),
    /** Issued by a leaf, which is no CA. */
    CLIENT_VIA_LEAF(() -> CertificateAuthority.of(CLIENT_TRUSTED.credential()).issue(client())),
    CLIENT_VIA_ONE_INTERMEDIATE(() -> Roots.FIRST.issue(client())),
    CLIENT_VIA_TWO_INTERMEDIATES(() -> Roots.SECOND.issue(client())),
    /** Its chain file lacks the intermediate. */
    CLIENT_WITHOUT_ITS_INTERMEDIATE(() -> {
        Credential whole = Roots.FIRST.issue(client());
        return new Credential(List.of(whole.leaf()), whole.key());
    });

    private final Supplier<Credential> maker;
    private @Nullable Credential made;
    private @Nullable Path directory;

    TestPki(Supplier<Credential> maker) {
        this.maker = maker;
    }

    /** The chain as PEM, leaf first, without the root. */
    public Path cert() {
        return files().resolve("chain.crt");
    }

    /** The key as PKCS#8 PEM. */
    public Path key() {
        return files().resolve("leaf.key");
    }

    /** The root that issued it: trusted or not, as its role says. Its own certificate where it is self-signed. */
    public Path ca() {
        return files().resolve("ca.crt");
    }

    public X509Certificate leaf() {
        return credential().leaf();
    }

    public synchronized Credential credential() {
        Credential credential = made;
        if (credential == null) {
            credential = maker.get();
            made = credential;
        }
        return credential;
    }

    /** The root that the roles speak of as trusted, as PEM. */
    public static Path trustedCa() {
        return Roots.TRUSTED_FILE;
    }

    public static CertificateAuthority trustedRoot() {
        return Roots.TRUSTED;
    }

    /** Trusted by nobody. */
    public static CertificateAuthority otherRoot() {
        return Roots.OTHER;
    }

    /** The intermediate of the roles that have one. */
    public static CertificateAuthority intermediate() {
        return Roots.FIRST;
    }

    /** The one under that. */
    public static CertificateAuthority secondIntermediate() {
        return Roots.SECOND;
    }

    /** A new empty directory that goes with the JVM. */
    public static Path temporaryDirectory(String name) {
        try {
            return Files.createTempDirectory(Roots.DIRECTORY, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized Path files() {
        Path made = directory;
        if (made != null) {
            return made;
        }
        Credential credential = credential();
        Path target = temporaryDirectory(name().toLowerCase(Locale.ROOT));
        try {
            PemWriter.writeChain(target.resolve("chain.crt"), credential.chain());
            PemWriter.writeKey(target.resolve("leaf.key"), credential.key());
            PemWriter.writeChain(target.resolve("ca.crt"), List.of(issuer(credential)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        directory = target;
        return target;
    }

    private static X509Certificate issuer(Credential credential) {
        List<X509Certificate> chain = credential.chain();
        X509Certificate top = chain.get(chain.size() - 1);
        return Stream.of(Roots.TRUSTED, Roots.OTHER, Roots.FORGED, Roots.FIRST)
                .map(CertificateAuthority::certificate)
                .filter(root -> signed(root, top))
                .findFirst()
                .map(ca -> ca.equals(Roots.FIRST.certificate()) ? Roots.TRUSTED.certificate() : ca)
                .orElse(top);
    }

    private static boolean signed(X509Certificate issuer, X509Certificate certificate) {
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (java.security.GeneralSecurityException e) {
            return false;
        }
    }

    private static CertificateSpec server(String subject) {
        return CertificateSpec.server(
                subject,
                "DNS:localhost",
                "DNS:server.test",
                "DNS:broker.test",
                "DNS:*.wild.test",
                "IP:127.0.0.1",
                "IP:::1");
    }

    private static CertificateSpec client() {
        return CertificateSpec.client("CN=client.test,O=Orders", "DNS:client.test", "URI:spiffe://test/orders/client");
    }

    private static CertificateSpec expired(CertificateSpec spec) {
        return spec.withValidity(
                Instant.now().minus(Duration.ofDays(2)), Instant.now().minus(Duration.ofDays(1)));
    }

    private static CertificateSpec future(CertificateSpec spec) {
        return spec.withValidity(
                Instant.now().plus(Duration.ofDays(1)), Instant.now().plus(Duration.ofDays(2)));
    }

    /** Made with the first role; apart from the enum, whose constants exist before its static fields do. */
    private static final class Roots {
        static final CertificateAuthority TRUSTED = CertificateAuthority.root("CN=Trusted Root,O=Sallyport Test");
        static final CertificateAuthority OTHER = CertificateAuthority.root("CN=Other Root,O=Sallyport Test");
        static final CertificateAuthority FORGED = CertificateAuthority.root("CN=Trusted Root,O=Sallyport Test");
        static final CertificateAuthority FIRST = TRUSTED.intermediate("CN=First Intermediate,O=Sallyport Test");
        static final CertificateAuthority SECOND = FIRST.intermediate("CN=Second Intermediate,O=Sallyport Test");
        static final Path DIRECTORY = directory();
        static final Path TRUSTED_FILE = trustedFile();

        private static Path directory() {
            try {
                Path directory = Files.createTempDirectory("sallyport-test-pki");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
                return directory;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static Path trustedFile() {
            Path file = DIRECTORY.resolve("trusted-ca.crt");
            try {
                PemWriter.writeChain(file, List.of(TRUSTED.certificate()));
                return file;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void delete(Path directory) {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(java.util.Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            } catch (IOException e) {
                // A temporary directory that stays behind harms no test.
            }
        }
    }
}
