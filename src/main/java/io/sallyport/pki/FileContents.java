package io.sallyport.pki;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a file holds, whatever that is: certificates, keys, requests and CRLs, in PEM, DER or PKCS#12. Blocks of other kinds are passed over.
 *
 * @param file its name, for messages
 * @param form how it is written
 * @param items in the file's order
 */
public record FileContents(Path file, Form form, List<Item> items) {

    /** How a file is written. */
    public enum Form {
        PEM,
        DER,
        PKCS12
    }

    /** One thing in a file. */
    public sealed interface Item {

        /** In words, with an article. */
        String kind();

        record Certified(X509Certificate certificate) implements Item {

            @Override
            public String kind() {
                return "a certificate";
            }
        }

        /**
         * A private key.
         *
         * @param encrypted whether a passphrase guards it
         */
        record Key(PrivateKey key, boolean encrypted) implements Item {

            @Override
            public String kind() {
                return "a private key";
            }

            @Override
            public String toString() {
                return "Key[" + key.getAlgorithm() + "]";
            }
        }

        /** A private key that nobody needs: it isn't decrypted. */
        record Locked() implements Item {

            @Override
            public String kind() {
                return "an encrypted private key";
            }
        }

        record Public(PublicKey key) implements Item {

            @Override
            public String kind() {
                return "a public key";
            }
        }

        record Requested(CertificateRequest request) implements Item {

            @Override
            public String kind() {
                return "a certificate request";
            }
        }

        record Revocations(X509CRL crl) implements Item {

            @Override
            public String kind() {
                return "a CRL";
            }
        }
    }

    /** Finds the passphrase of a file. Asked only where one is needed. */
    public interface Passphrases {

        /** None at hand. */
        Passphrases NONE = file -> null;

        /** The passphrase, or null if there is none. */
        char @Nullable [] of(Path file) throws UnusableFileException;

        /** Whether private keys are wanted. Where they aren't, those in PEM stay locked, and nobody is asked for their passphrase. */
        default boolean areForKeys() {
            return true;
        }
    }

    public FileContents {
        items = List.copyOf(items);
    }

    /**
     * Reads a file.
     *
     * @throws UnusableFileException if it can't be read, a block in it is broken, it needs a passphrase, or it holds nothing of use
     */
    public static FileContents read(Path file, Passphrases passphrases) throws UnusableFileException {
        return of(file, PemReader.bytes(file), passphrases);
    }

    /** As {@link #read}, from bytes that came another way. */
    public static FileContents of(Path file, byte[] content, Passphrases passphrases) throws UnusableFileException {
        if (Pkcs12Files.looksLikePkcs12(content) || Pkcs12Files.isPkcs12(file)) {
            return new FileContents(file, Form.PKCS12, Pkcs12Files.items(file, content, passphrases.of(file)));
        }
        if (isJavaKeyStore(content)) {
            throw new UnusableFileException(
                    file,
                    "is a Java keystore of the old kind (JKS)",
                    "convert it: keytool -importkeystore -srckeystore " + file
                            + " -destkeystore NEW.p12 -deststoretype pkcs12");
        }
        if (isDer(content) && !isWhole(content)) {
            throw new UnusableFileException(
                    file, "begins as DER does, but is cut short or damaged", "copy it anew, or have it written again");
        }
        List<PemBlock> blocks = isDer(content)
                ? List.of(new PemBlock(derLabel(content), Map.of(), content, 0))
                : PemReader.parse(file, content);
        List<Item> items = new ArrayList<>();
        for (PemBlock block : blocks) {
            Item item = item(file, block, passphrases);
            if (item != null) {
                items.add(item);
            }
        }
        if (items.isEmpty()) {
            throw Lacking.of(
                    file, content, blocks, "certificate, key, request or CRL", "PEM, DER and PKCS#12 are read");
        }
        return new FileContents(file, isDer(content) ? Form.DER : Form.PEM, items);
    }

    /** By the name of the file, since a PKCS#12 file can't be told from other DER without reading it. */
    public static boolean isPkcs12(Path file) {
        return Pkcs12Files.isPkcs12(file);
    }

    private static boolean isDer(byte[] content) {
        return CertificateFiles.isDer(content)
                || (content.length > 2 && content[0] == Der.SEQUENCE && KeyFiles.shape(content) != KeyFiles.Shape.OTHER)
                || (content.length > 2
                        && content[0] == Der.SEQUENCE
                        && derLabel(content).equals("PUBLIC KEY"));
    }

    /** By its first octets: JKS, or JCEKS. */
    private static boolean isJavaKeyStore(byte[] content) {
        String first = HexFormat.of().formatHex(content, 0, Math.min(4, content.length));
        return first.equals("feedfeed") || first.equals("cececece");
    }

    private static boolean isWhole(byte[] der) {
        try {
            return !Der.of(der).children().isEmpty();
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** DER doesn't say what it is: its first elements do. */
    private static String derLabel(byte[] der) {
        if (KeyFiles.shape(der) != KeyFiles.Shape.OTHER) {
            return "PRIVATE KEY";
        }
        try {
            List<Der> parts = Der.of(der).children();
            if (parts.size() == 2 && parts.get(1).is(0x03)) {
                return "PUBLIC KEY";
            }
            List<Der> signed = parts.get(0).children();
            if (signed.stream().anyMatch(part -> part.is(0x17) || part.is(0x18))) {
                return "X509 CRL";
            }
            return signed.size() <= 4 ? "CERTIFICATE REQUEST" : "CERTIFICATE";
        } catch (RuntimeException e) {
            return "CERTIFICATE";
        }
    }

    private static @Nullable Item item(Path file, PemBlock block, Passphrases passphrases)
            throws UnusableFileException {
        if (block.isCertificate()) {
            return new Item.Certified(CertificateFiles.parse(file, block));
        }
        if (block.isKey()) {
            boolean encrypted = KeyFiles.isEncrypted(block);
            if (encrypted && !passphrases.areForKeys()) {
                return new Item.Locked();
            }
            return new Item.Key(KeyFiles.parse(file, block, encrypted ? passphrases.of(file) : null), encrypted);
        }
        return switch (block.label()) {
            case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST" ->
                new Item.Requested(parse(file, block, "certificate request", CertificateRequest::parse));
            case "X509 CRL" -> new Item.Revocations(parse(file, block, "CRL", FileContents::crl));
            case "PUBLIC KEY" -> new Item.Public(parse(file, block, "public key", FileContents::publicKey));
            default -> null;
        };
    }

    private static <T> T parse(Path file, PemBlock block, String what, Function<byte[], T> parser)
            throws UnusableFileException {
        try {
            return parser.apply(block.der());
        } catch (RuntimeException e) {
            throw block.isNo(file, what, "");
        }
    }

    private static X509CRL crl(byte[] der) {
        try {
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static PublicKey publicKey(byte[] info) {
        try {
            KeyKind kind = KeyKind.of(Der.of(info).children().get(0), 0);
            return KeyFactory.getInstance(kind.algorithm()).generatePublic(new X509EncodedKeySpec(info));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** An item as PEM; a private key as plain PKCS#8. */
    public static String pem(Item item) {
        if (item instanceof Item.Certified certified) {
            return PemWriter.text(List.of(certified.certificate()));
        } else if (item instanceof Item.Key key) {
            return PemWriter.text(key.key());
        } else if (item instanceof Item.Public open) {
            return PemWriter.text(open.key());
        } else if (item instanceof Item.Requested requested) {
            return PemWriter.text(requested.request());
        }
        return PemWriter.text(((Item.Revocations) item).crl());
    }

    /** An item as DER; a private key as plain PKCS#8. */
    public static byte[] der(Item item) {
        String body =
                pem(item).lines().filter(line -> !line.startsWith("-----")).collect(Collectors.joining());
        return Base64.getDecoder().decode(body);
    }

    /** Its certificates, in order. */
    public List<X509Certificate> certificates() {
        return all(Item.Certified.class).map(Item.Certified::certificate).toList();
    }

    /**
     * @throws UnusableFileException if there is none
     */
    public List<X509Certificate> needCertificates() throws UnusableFileException {
        List<X509Certificate> certificates = certificates();
        if (certificates.isEmpty()) {
            throw lacks("certificate");
        }
        return certificates;
    }

    /**
     * Its private key.
     *
     * @throws UnusableFileException if there is none, or several
     */
    public PrivateKey needKey() throws UnusableFileException {
        return one(Item.Key.class, "private key").key();
    }

    /**
     * Its certificate request.
     *
     * @throws UnusableFileException if there is none, or several
     */
    public CertificateRequest needRequest() throws UnusableFileException {
        return one(Item.Requested.class, "certificate request").request();
    }

    /**
     * Its CRL.
     *
     * @throws UnusableFileException if there is none, or several
     */
    public X509CRL needCrl() throws UnusableFileException {
        return one(Item.Revocations.class, "CRL").crl();
    }

    /** The public key that it is about: of its private key, or of the first thing in it that has one; null if nothing has. */
    public @Nullable PublicKey subjectKey() {
        for (Item item : items) {
            if (item instanceof Item.Key key) {
                return PublicKeys.of(key.key());
            }
        }
        for (Item item : items) {
            if (item instanceof Item.Certified certified) {
                return certified.certificate().getPublicKey();
            } else if (item instanceof Item.Requested requested) {
                return requested.request().publicKey();
            } else if (item instanceof Item.Public open) {
                return open.key();
            }
        }
        return null;
    }

    private <T extends Item> Stream<T> all(Class<T> kind) {
        return items.stream().filter(kind::isInstance).map(kind::cast);
    }

    private <T extends Item> T one(Class<T> kind, String what) throws UnusableFileException {
        List<T> found = all(kind).toList();
        if (found.isEmpty()) {
            throw lacks(what);
        }
        if (found.size() > 1) {
            throw new UnusableFileException(
                    file,
                    "holds " + found.size() + " times a " + what + "; one is needed",
                    "put each into a file of its own");
        }
        return found.get(0);
    }

    private UnusableFileException lacks(String what) {
        return new UnusableFileException(
                file,
                "holds no " + what + ", but "
                        + Lacking.listed(items.stream().map(Item::kind).toList()),
                "name the file with the " + what);
    }
}
