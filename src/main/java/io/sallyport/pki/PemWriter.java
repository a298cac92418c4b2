package io.sallyport.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Writes PEM. A file appears whole or not at all, and never in place of one that is there: {@link NewFile}. */
public final class PemWriter {

    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

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
        return block("PRIVATE KEY", KeyEncoding.pkcs8(key));
    }

    /** A certificate request as PEM. */
    public static String text(CertificateRequest request) {
        return block("CERTIFICATE REQUEST", request.encoded());
    }

    /** A public key as PEM: SubjectPublicKeyInfo, what {@code openssl x509 -pubkey} prints. */
    public static String text(PublicKey key) {
        return block("PUBLIC KEY", key.getEncoded());
    }

    /** A key as PKCS#8 PEM, encrypted under a passphrase. */
    public static String text(PrivateKey key, char[] passphrase) {
        return block("ENCRYPTED PRIVATE KEY", OlderKeys.encryptPkcs8(key, passphrase));
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
        write(file, text(chain), NewFile.Readers.ALL);
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
        write(file, text(crl), NewFile.Readers.ALL);
    }

    /**
     * Writes a key, unencrypted, readable by its owner only.
     *
     * @throws FileAlreadyExistsException if the file is there
     */
    public static void writeKey(Path file, PrivateKey key) throws IOException {
        write(file, text(key), NewFile.Readers.OWNER);
    }

    private static void write(Path file, String text, NewFile.Readers readers) throws IOException {
        new NewFile(file, NewFile.Existing.KEPT).write(text.getBytes(StandardCharsets.US_ASCII), readers);
    }
}
