package io.sallyport.pki;

import io.sallyport.pki.UnusableFileException.Passphrase;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Private keys from files. Judges by content, since labels are often wrong: PKCS#8 under {@code RSA PRIVATE KEY} loads. Bouncy
 * Castle is touched only for the older and the encrypted forms ({@link OlderKeys}); plain PKCS#8 is the JDK's.
 */
public final class KeyFiles {

    private static final String HINT = "a key file needs one PEM block such as '-----BEGIN PRIVATE KEY-----'";

    private KeyFiles() {}

    /**
     * The one private key of a file; certificates and EC PARAMETERS beside it are passed over.
     *
     * @param passphrase of an encrypted key, or null where there is none
     * @throws UnusableFileException if it can't be read, holds none or several, is encrypted and the passphrase is missing or wrong,
     *     or is of a kind that the TLS library doesn't serve
     */
    public static PrivateKey read(Path file, char @Nullable [] passphrase) throws UnusableFileException {
        return parse(file, block(file), passphrase);
    }

    /** Whether the key of a file can be read only with a passphrase. */
    static boolean isEncrypted(PemBlock block) {
        return block.headers().containsKey("DEK-Info") || shape(block.der()) == Shape.ENCRYPTED_PKCS8;
    }

    static PemBlock block(Path file) throws UnusableFileException {
        byte[] content = PemReader.bytes(file);
        if (CertificateFiles.isDer(content) || shape(content) != Shape.OTHER) {
            return new PemBlock("PRIVATE KEY", Map.of(), content, 0);
        }
        List<PemBlock> blocks = PemReader.parse(file, content);
        List<PemBlock> keys = blocks.stream().filter(PemBlock::isKey).toList();
        if (keys.isEmpty()) {
            throw Lacking.of(file, content, blocks, "private key", HINT);
        }
        if (keys.size() > 1) {
            throw new UnusableFileException(
                    file,
                    "holds " + keys.size() + " private keys; the second begins in line "
                            + keys.get(1).line(),
                    "keep the one that belongs to the certificate");
        }
        return keys.get(0);
    }

    static PrivateKey parse(Path file, PemBlock block, char @Nullable [] passphrase) throws UnusableFileException {
        if (block.label().contains("OPENSSH")) {
            throw new UnusableFileException(
                    file,
                    "holds a key in OpenSSH's own format" + block.place(),
                    "convert it: ssh-keygen -p -m PKCS8 -f " + file);
        }
        if (isEncrypted(block) && passphrase == null) {
            throw UnusableFileException.locked(file, "holds an encrypted key" + block.place(), Passphrase.MISSING);
        }
        if (block.headers().containsKey("DEK-Info")) {
            return fromPkcs8(file, block, OlderKeys.decryptTraditional(file, block, open(passphrase)));
        }
        return switch (shape(block.der())) {
            case PKCS8 -> fromPkcs8(file, block, block.der());
            case PKCS1 -> fromPkcs8(file, block, OlderKeys.fromPkcs1(block.der()));
            case SEC1 -> fromPkcs8(file, block, OlderKeys.fromSec1(file, block));
            case ENCRYPTED_PKCS8 -> fromPkcs8(file, block, OlderKeys.decryptPkcs8(file, block, open(passphrase)));
            case OTHER -> throw block.isNo(file, "private key", "");
        };
    }

    private static char[] open(char @Nullable [] passphrase) {
        return passphrase == null ? new char[0] : passphrase;
    }

    private static PrivateKey fromPkcs8(Path file, PemBlock block, byte[] pkcs8) throws UnusableFileException {
        try {
            KeyKind kind = KeyKind.of(Der.of(pkcs8).children().get(1), 0);
            if (!kind.supported()) {
                throw new UnusableFileException(
                        file,
                        "holds an " + kind + block.place() + ", which TLS can't use here",
                        "usable are " + KeyKind.SUPPORTED);
            }
            return KeyFactory.getInstance(kind.algorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException | RuntimeException e) {
            // The cause may quote the key's numbers: it stays here.
            throw new UnusableFileException(file, "holds a private key" + block.place() + " that is damaged", null);
        }
    }

    static boolean looksLikeKey(byte[] der) {
        return switch (shape(der)) {
            case PKCS8, PKCS1, SEC1 -> true;
            default -> false;
        };
    }

    enum Shape {
        PKCS8,
        PKCS1,
        SEC1,
        ENCRYPTED_PKCS8,
        OTHER
    }

    /** Tells the forms of a key apart by their first elements. */
    static Shape shape(byte[] der) {
        try {
            List<Der> parts = Der.of(der).children();
            if (!Der.of(der).is(Der.SEQUENCE) || parts.size() < 2) {
                return Shape.OTHER;
            }
            int first = parts.get(0).tag();
            int second = parts.get(1).tag();
            if (first == Der.SEQUENCE && second == Der.OCTET_STRING && parts.size() == 2) {
                return Shape.ENCRYPTED_PKCS8;
            }
            if (first != Der.INTEGER) {
                return Shape.OTHER;
            }
            if (second == Der.SEQUENCE && parts.size() > 2 && parts.get(2).is(Der.OCTET_STRING)) {
                return Shape.PKCS8;
            }
            if (second == Der.OCTET_STRING) {
                return Shape.SEC1;
            }
            return second == Der.INTEGER && parts.size() >= 9 ? Shape.PKCS1 : Shape.OTHER;
        } catch (IllegalArgumentException e) {
            return Shape.OTHER;
        }
    }
}
