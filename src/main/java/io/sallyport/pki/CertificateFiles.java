package io.sallyport.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Certificates from files: PEM or DER, one or many. */
public final class CertificateFiles {

    private CertificateFiles() {}

    /**
     * The certificates of one file, in its order; other blocks, such as a key, are passed over.
     *
     * @throws UnusableFileException if it can't be read, holds none, or one is broken
     */
    public static List<X509Certificate> read(Path file) throws UnusableFileException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemBlock block : blocks(file)) {
            certificates.add(parse(file, block));
        }
        return certificates;
    }

    /**
     * As {@link #read}, for certificates that are to be trusted.
     *
     * @throws UnusableFileException also if one has trust settings of OpenSSL's own, since they may take trust away
     */
    public static List<X509Certificate> readTrusted(Path file) throws UnusableFileException {
        for (PemBlock block : blocks(file)) {
            if (block.label().equals("TRUSTED CERTIFICATE")) {
                throw new UnusableFileException(
                        file,
                        "holds a TRUSTED CERTIFICATE" + block.place() + ", whose trust settings aren't read here",
                        "to trust it for everything: openssl x509 -in " + file + " -out NEW");
            }
        }
        return read(file);
    }

    private static List<PemBlock> blocks(Path file) throws UnusableFileException {
        byte[] content = PemReader.bytes(file);
        if (isDer(content)) {
            return List.of(new PemBlock("CERTIFICATE", Map.of(), content, 0));
        }
        List<PemBlock> blocks = PemReader.parse(file, content);
        List<PemBlock> certificates =
                blocks.stream().filter(PemBlock::isCertificate).toList();
        if (certificates.isEmpty()) {
            throw Lacking.of(
                    file,
                    content,
                    blocks,
                    "certificate",
                    "it needs a PEM block '-----BEGIN CERTIFICATE-----', or to be one certificate in DER");
        }
        return certificates;
    }

    /**
     * The certificates of all files of a directory that end in {@code .pem}, {@code .crt} or {@code .cer}, by file name.
     *
     * @throws UnusableFileException if there is none, or one file is broken
     */
    public static List<X509Certificate> readDirectory(Path directory) throws UnusableFileException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Path file : list(directory, List.of(".pem", ".crt", ".cer"))) {
            certificates.addAll(readTrusted(file));
        }
        return certificates;
    }

    static List<Path> list(Path directory, List<String> endings) throws UnusableFileException {
        try (Stream<Path> entries = Files.list(directory)) {
            List<Path> files = entries.filter(f ->
                            endings.stream().anyMatch(f.getFileName().toString().toLowerCase(Locale.ROOT)::endsWith))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new UnusableFileException(
                        directory,
                        "is a directory without a file that ends in " + String.join(", ", endings),
                        "name a file, or a directory with such files");
            }
            return files;
        } catch (AccessDeniedException e) {
            throw new UnusableFileException(
                    directory,
                    "may not be listed by user " + System.getProperty("user.name"),
                    "check owner and mode of the directory");
        } catch (IOException e) {
            throw new UnusableFileException(directory, "can't be listed: " + e.getMessage(), null);
        }
    }

    /** DER of everything that is read here begins with a SEQUENCE of more than 127 octets; PEM never does. */
    static boolean isDer(byte[] content) {
        return content.length > 2 && content[0] == Der.SEQUENCE && (content[1] & 0x80) != 0;
    }

    static X509Certificate parse(Path file, PemBlock block) throws UnusableFileException {
        try {
            return parse(block.der());
        } catch (CertificateException | RuntimeException e) {
            throw block.isNo(file, "certificate", KeyFiles.looksLikeKey(block.der()) ? ": it is a private key" : "");
        }
    }

    /** Parses one certificate. Whatever follows it, such as the trust settings of OpenSSL's TRUSTED CERTIFICATE, isn't read. */
    public static X509Certificate parse(byte[] der) throws CertificateException {
        InputStream in = new ByteArrayInputStream(der);
        if (KeyKind.hasExplicitCurve(der)) {
            // The JDK can't parse these. They are refused later, and then by their fault.
            return (X509Certificate) new org.bouncycastle.jcajce.provider.asymmetric.x509.CertificateFactory()
                    .engineGenerateCertificate(in);
        }
        // A factory is cheap and not said to be thread-safe.
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
}
