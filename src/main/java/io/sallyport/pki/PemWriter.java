package io.sallyport.pki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CRLException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes PEM. A file appears whole or not at all, and never in place of one that is there. */
public final class PemWriter {

    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});
    private static final SecureRandom RANDOM = new SecureRandom();

    private PemWriter() {}

    /** Certificates as PEM, in the order given. */
    public static String text(List<X509Certificate> certificates) {
        return certificates.stream().map(PemWriter::text).collect(Collectors.joining());
    }

    private static String text(X509Certificate certificate) {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was parsed has an encoding", e);
        }
    }

    /** A key as plain PKCS#8 PEM. */
    public static String text(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    static String block(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + BASE64.encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    /**
     * Writes a chain, leaf first.
     *
     * @throws FileAlreadyExistsException if the file is there
     */
    public static void writeChain(Path file, List<X509Certificate> chain) throws IOException {
        write(file, text(chain), "rw-r--r--");
    }

    /** A CRL as PEM. */
    public static String text(X509CRL crl) {
        try {
            return block("X509 CRL", crl.getEncoded());
        } catch (CRLException e) {
            throw new IllegalStateException("a CRL that was parsed has an encoding", e);
        }
    }

    /**
     * Writes a CRL.
     *
     * @throws FileAlreadyExistsException if the file is there
     */
    public static void writeCrl(Path file, X509CRL crl) throws IOException {
        write(file, text(crl), "rw-r--r--");
    }

    /**
     * Writes a key, unencrypted, readable by its owner only.
     *
     * @throws FileAlreadyExistsException if the file is there
     */
    public static void writeKey(Path file, PrivateKey key) throws IOException {
        write(file, text(key), "rw-------");
    }

    /**
     * The file is made under another name and then linked to its own: a link, unlike a rename, fails where something is, so neither a
     * reader nor a second writer ever meets half a file.
     */
    private static void write(Path file, String text, String mode) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        Path draft = file.resolveSibling("." + file.getFileName() + "." + Long.toHexString(RANDOM.nextLong()));
        try {
            try (SeekableByteChannel out = Files.newByteChannel(
                    draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), permissions(file, mode))) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
            try {
                Files.createLink(file, draft);
            } catch (UnsupportedOperationException e) {
                Files.move(draft, file);
            }
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static FileAttribute<?>[] permissions(Path file, String mode) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }
}
