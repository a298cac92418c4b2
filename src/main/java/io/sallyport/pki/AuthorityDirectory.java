package io.sallyport.pki;

import io.sallyport.pki.CrlSpec.Reason;
import io.sallyport.pki.CrlSpec.Revoked;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A CA kept in a directory: {@code ca.crt} (its certificate, and those between it and the root), {@code ca.key}, {@code root.crt} (what
 * peers trust), and {@code ca.crl} once there is one. The CRL is all the memory that it has: whom it revoked stands there.
 */
public record AuthorityDirectory(Path directory) {

    public Path certificates() {
        return directory.resolve("ca.crt");
    }

    public Path key() {
        return directory.resolve("ca.key");
    }

    public Path root() {
        return directory.resolve("root.crt");
    }

    public Path crl() {
        return directory.resolve("ca.crl");
    }

    /**
     * The CA.
     *
     * @throws UnusableFileException if there is none, or certificate and key don't belong together
     */
    public CertificateAuthority load(FileContents.Passphrases passphrases) throws UnusableFileException {
        if (!Files.exists(certificates())) {
            throw new UnusableFileException(
                    directory,
                    Files.exists(directory) && !Files.isDirectory(directory)
                            ? "is a file; a CA is a directory with ca.crt and ca.key in it"
                            : "holds no CA: there is no ca.crt in it",
                    "make one: sallyport ca init --out DIR");
        }
        List<X509Certificate> chain =
                FileContents.read(certificates(), passphrases).needCertificates();
        Credential credential =
                new Credential(chain, FileContents.read(key(), passphrases).needKey());
        if (!PublicKeys.of(credential.key()).equals(chain.get(0).getPublicKey())) {
            throw new UnusableFileException(
                    key(), "doesn't belong to " + certificates(), "put the two that were made together there again");
        }
        if (chain.get(0).getBasicConstraints() < 0) {
            throw new UnusableFileException(
                    certificates(),
                    "begins with a certificate that may not issue others: " + Names.subject(chain.get(0)),
                    "a CA's certificate has basicConstraints CA:TRUE; sallyport ca init makes one");
        }
        return CertificateAuthority.of(credential);
    }

    /**
     * Asked beforehand, before keys are made.
     *
     * @throws java.nio.file.FileAlreadyExistsException if one of the files is there and is to be kept
     */
    public void refuseIfThere(NewFile.Existing existing) throws IOException {
        for (Path file : List.of(certificates(), key(), root())) {
            new NewFile(file, existing).refuseIfThere();
        }
    }

    /**
     * Writes a new CA.
     *
     * @param root that it leads to; its own certificate where it is one
     * @param keyText its key in PEM
     * @throws java.nio.file.FileAlreadyExistsException if one of the files is there and is to be kept
     */
    public void write(CertificateAuthority authority, X509Certificate root, String keyText, NewFile.Existing existing)
            throws IOException {
        NewFile.makeDirectory(directory);
        NewFile.write(List.of(
                content(key(), keyText, NewFile.Readers.OWNER, existing),
                content(certificates(), PemWriter.text(authority.credential().chain()), NewFile.Readers.ALL, existing),
                content(root(), PemWriter.text(List.of(root)), NewFile.Readers.ALL, existing)));
        if (existing == NewFile.Existing.REPLACED) {
            // Of the CA that was here before: its serial numbers mean nothing to this one.
            Files.deleteIfExists(crl());
        }
    }

    private static NewFile.Content content(Path file, String text, NewFile.Readers readers, NewFile.Existing existing) {
        return new NewFile.Content(new NewFile(file, existing), text.getBytes(StandardCharsets.US_ASCII), readers);
    }

    /**
     * What the next CRL says: whoever was revoked stays so, the number grows.
     *
     * @param more to be revoked now; who is already, keeps the earlier date
     */
    public CrlSpec nextCrl(List<Revoked> more, Instant now, Instant nextUpdate) throws UnusableFileException {
        List<Revoked> revoked = new ArrayList<>();
        BigInteger number = BigInteger.ONE;
        if (Files.exists(crl())) {
            X509CRL last =
                    FileContents.read(crl(), FileContents.Passphrases.NONE).needCrl();
            number = number(last).add(BigInteger.ONE);
            Set<? extends X509CRLEntry> entries = last.getRevokedCertificates();
            if (entries != null) {
                entries.forEach(entry -> revoked.add(new Revoked(
                        entry.getSerialNumber(), entry.getRevocationDate().toInstant(), reason(entry))));
            }
        }
        for (Revoked one : more) {
            if (revoked.stream().noneMatch(r -> r.serial().equals(one.serial()))) {
                revoked.add(one);
            }
        }
        return new CrlSpec(now, nextUpdate, number, null, revoked);
    }

    private static BigInteger number(X509CRL crl) {
        Der number = ExtensionValues.of(crl).get("2.5.29.20");
        return number == null ? BigInteger.ZERO : new BigInteger(number.content());
    }

    private static Reason reason(X509CRLEntry entry) {
        if (entry.getRevocationReason() == null) {
            return Reason.UNSPECIFIED;
        }
        String name = entry.getRevocationReason().name();
        for (Reason reason : Reason.values()) {
            if (reason.name().equals(name)) {
                return reason;
            }
        }
        return Reason.UNSPECIFIED;
    }

    /** What is written into {@code ca.crl}. */
    public void writeCrl(X509CRL crl) throws IOException {
        new NewFile(crl(), NewFile.Existing.REPLACED)
                .write(PemWriter.text(crl).getBytes(StandardCharsets.US_ASCII), NewFile.Readers.ALL);
    }

    /** The root that it leads to, or null where that isn't known. */
    public @Nullable X509Certificate rootCertificate() throws UnusableFileException {
        return Files.exists(root())
                ? FileContents.read(root(), FileContents.Passphrases.NONE)
                        .needCertificates()
                        .get(0)
                : null;
    }
}
