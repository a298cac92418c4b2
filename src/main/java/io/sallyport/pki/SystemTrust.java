package io.sallyport.pki;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;

/** What the operating system trusts; where it has no bundle, what the JDK trusts. */
final class SystemTrust {

    /** Debian and Alpine, Fedora, SUSE, macOS and the BSDs. */
    private static final List<Path> BUNDLES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
            Path.of("/etc/ssl/ca-bundle.pem"),
            Path.of("/etc/ssl/cert.pem"));

    private SystemTrust() {}

    static TrustAnchors load() throws UnusableFileException {
        for (Path bundle : BUNDLES) {
            if (Files.isReadable(bundle)) {
                return new TrustAnchors(readable(bundle));
            }
        }
        return new TrustAnchors(ofJdk());
    }

    /** One entry that this JDK can't parse is nothing the operator can mend: it is passed over. */
    private static List<X509Certificate> readable(Path bundle) throws UnusableFileException {
        LinkedHashSet<X509Certificate> certificates = new LinkedHashSet<>();
        for (PemBlock block : PemReader.read(bundle)) {
            try {
                certificates.add(CertificateFiles.parse(block.der()));
            } catch (CertificateException e) {
                continue;
            }
        }
        return List.copyOf(certificates);
    }

    private static List<X509Certificate> ofJdk() throws UnusableFileException {
        Path file = Path.of(System.getProperty("java.home"), "lib", "security", "cacerts");
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(in, null);
            List<X509Certificate> certificates = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                Certificate certificate = store.getCertificate(alias);
                if (certificate instanceof X509Certificate x509) {
                    certificates.add(x509);
                }
            }
            return List.copyOf(certificates);
        } catch (IOException | GeneralSecurityException e) {
            throw new UnusableFileException(file, "can't be read as the JDK's trust store: " + e.getMessage(), null);
        }
    }
}
