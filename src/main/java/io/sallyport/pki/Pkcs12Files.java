package io.sallyport.pki;

import io.sallyport.pki.UnusableFileException.Passphrase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A certificate chain and its key from one PKCS#12 file. */
public final class Pkcs12Files {

    private Pkcs12Files() {}

    /** Judged by the ending: the content of a PKCS#12 file can't be told from other DER without its passphrase. */
    static boolean isPkcs12(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".p12") || name.endsWith(".pfx");
    }

    /**
     * The one key of the file with its chain, leaf first.
     *
     * @param passphrase null stands for the empty one
     * @throws UnusableFileException if it can't be read or opened, or holds no key or several
     */
    public static Credential read(Path file, char @Nullable [] passphrase) throws UnusableFileException {
        char[] password = passphrase == null ? new char[0] : passphrase;
        KeyStore store = open(file, PemReader.bytes(file), password, passphrase != null);
        try {
            List<String> keys = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    keys.add(alias);
                }
            }
            if (keys.size() != 1) {
                throw new UnusableFileException(
                        file, "holds " + keys.size() + " private keys with a certificate; one is needed", null);
            }
            PrivateKey key = (PrivateKey) store.getKey(keys.get(0), password);
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate certificate : chain(store, keys.get(0))) {
                chain.add((X509Certificate) certificate);
            }
            if (chain.isEmpty()) {
                throw new UnusableFileException(
                        file, "holds a key without its certificate", "put both into it: sallyport pkcs12 create");
            }
            return new Credential(List.copyOf(chain), key);
        } catch (GeneralSecurityException e) {
            throw new UnusableFileException(file, "holds a key that can't be read as PKCS#12", null);
        }
    }

    /** Whether it has the shape of PKCS#12: version 3, and then what is authenticated. */
    static boolean looksLikePkcs12(byte[] der) {
        try {
            List<Der> parts = Der.of(der).children();
            return parts.size() >= 2
                    && parts.get(0).is(Der.INTEGER)
                    && parts.get(0).count() == 3
                    && parts.get(1).children().get(0).is(Der.OID);
        } catch (RuntimeException e) {
            return false;
        }
    }

    /**
     * All that the file holds: each key with its chain, leaf first, and then certificates and keys that stand alone.
     *
     * @param passphrase null stands for the empty one
     */
    static List<FileContents.Item> items(Path file, byte[] content, char @Nullable [] passphrase)
            throws UnusableFileException {
        char[] password = passphrase == null ? new char[0] : passphrase;
        List<FileContents.Item> items =
                new ArrayList<>(ofStore(file, open(file, content, password, passphrase != null), password));
        for (FileContents.Item item : Pkcs12Bags.items(file, content, password)) {
            if (items.stream().noneMatch(known -> isSame(known, item))) {
                items.add(item);
            }
        }
        if (items.isEmpty()) {
            throw new UnusableFileException(file, "holds neither a key nor a certificate", "name another file");
        }
        return items;
    }

    /** Empty where the key stands alone. */
    private static Certificate[] chain(KeyStore store, String alias) throws KeyStoreException {
        Certificate[] chain = store.getCertificateChain(alias);
        return chain == null ? new Certificate[0] : chain;
    }

    private static boolean isSame(FileContents.Item one, FileContents.Item other) {
        return one.equals(other)
                || (one instanceof FileContents.Item.Key key
                        && other instanceof FileContents.Item.Key same
                        && PublicKeys.of(key.key()).equals(PublicKeys.of(same.key())));
    }

    private static List<FileContents.Item> ofStore(Path file, KeyStore store, char[] password)
            throws UnusableFileException {
        try {
            List<FileContents.Item> items = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    items.add(new FileContents.Item.Key((PrivateKey) store.getKey(alias, password), true));
                    for (Certificate certificate : chain(store, alias)) {
                        items.add(new FileContents.Item.Certified((X509Certificate) certificate));
                    }
                } else {
                    items.add(new FileContents.Item.Certified((X509Certificate) store.getCertificate(alias)));
                }
            }
            return items;
        } catch (GeneralSecurityException e) {
            throw new UnusableFileException(
                    file,
                    "holds a key that can't be read as PKCS#12",
                    "one with a passphrase of its own: keytool -importkeystore gives it that of the file");
        }
    }

    /**
     * A PKCS#12 file with one key and its chain: AES-256, as the JDK and OpenSSL 3 make them.
     *
     * @param name shown by programs that list the file, OpenSSL's friendlyName
     */
    public static byte[] encode(Credential credential, String name, char[] passphrase) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    name, credential.key(), passphrase, credential.chain().toArray(X509Certificate[]::new));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.store(out, passphrase);
            return out.toByteArray();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("can't be put into PKCS#12: " + e.getMessage(), e);
        }
    }

    private static KeyStore open(Path file, byte[] content, char[] password, boolean given)
            throws UnusableFileException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(content), password);
            return store;
        } catch (IOException e) {
            // The JDK says a wrong passphrase by this cause, and by nothing else.
            if (e.getCause() instanceof GeneralSecurityException) {
                throw given
                        ? UnusableFileException.locked(file, "isn't opened by the passphrase", Passphrase.WRONG)
                        : UnusableFileException.locked(file, "needs a passphrase", Passphrase.MISSING);
            }
            throw new UnusableFileException(
                    file, "is no PKCS#12 file, or a damaged one", "name a file that is, or have it written again");
        } catch (GeneralSecurityException e) {
            throw new UnusableFileException(
                    file,
                    "is encrypted in a way that isn't known here",
                    "have it written with AES: openssl pkcs12 -export, version 3 or later");
        }
    }
}
