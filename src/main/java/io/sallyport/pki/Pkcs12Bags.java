package io.sallyport.pki;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.InputDecryptorProvider;
import org.bouncycastle.pkcs.PKCS12PfxPdu;
import org.bouncycastle.pkcs.PKCS12SafeBag;
import org.bouncycastle.pkcs.PKCS12SafeBagFactory;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;

/**
 * All keys and certificates of a PKCS#12 file (RFC 7292), in its order. The JDK's key store drops certificates without a key that no Java
 * tool marked as trusted, such as those that {@code openssl pkcs12 -nokeys} writes, and keys that aren't encrypted.
 */
final class Pkcs12Bags {

    private Pkcs12Bags() {}

    /**
     * Of a file whose integrity has been checked.
     *
     * @throws UnusableFileException if something in it can't be read
     */
    static List<FileContents.Item> items(Path file, byte[] content, char[] passphrase) throws UnusableFileException {
        try {
            InputDecryptorProvider decryptor = new JcePKCSPBEInputDecryptorProviderBuilder()
                    .setProvider(new BouncyCastleProvider())
                    .build(passphrase);
            List<FileContents.Item> items = new ArrayList<>();
            for (ContentInfo part : new PKCS12PfxPdu(content).getContentInfos()) {
                for (PKCS12SafeBag bag : bags(part, decryptor).getSafeBags()) {
                    add(items, file, bag.getBagValue(), decryptor);
                }
            }
            return items;
        } catch (IOException | PKCSException | CertificateException | RuntimeException e) {
            throw new UnusableFileException(
                    file, "holds something that can't be read as PKCS#12", "have it written again");
        }
    }

    private static PKCS12SafeBagFactory bags(ContentInfo part, InputDecryptorProvider decryptor) throws PKCSException {
        return part.getContentType().equals(PKCSObjectIdentifiers.encryptedData)
                ? new PKCS12SafeBagFactory(part, decryptor)
                : new PKCS12SafeBagFactory(part);
    }

    private static void add(List<FileContents.Item> items, Path file, Object value, InputDecryptorProvider decryptor)
            throws IOException, PKCSException, CertificateException, UnusableFileException {
        if (value instanceof X509CertificateHolder certificate) {
            items.add(new FileContents.Item.Certified(CertificateFiles.parse(certificate.getEncoded())));
        } else if (value instanceof PKCS8EncryptedPrivateKeyInfo locked) {
            items.add(key(file, locked.decryptPrivateKeyInfo(decryptor), true));
        } else if (value instanceof PrivateKeyInfo open) {
            items.add(key(file, open, false));
        }
    }

    private static FileContents.Item key(Path file, PrivateKeyInfo info, boolean encrypted)
            throws IOException, UnusableFileException {
        PemBlock block = new PemBlock("PRIVATE KEY", Map.of(), info.getEncoded(), 0);
        return new FileContents.Item.Key(KeyFiles.parse(file, block, null), encrypted);
    }
}
