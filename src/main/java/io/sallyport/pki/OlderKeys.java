package io.sallyport.pki;

import io.sallyport.pki.UnusableFileException.Passphrase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.util.PBKDF2Config;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.bc.BcPEMDecryptorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfoBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;

/** Turns the forms of a key that the JDK doesn't read into plain PKCS#8. The only part of key reading that loads Bouncy Castle. */
final class OlderKeys {

    /** Of PBKDF2: guessing a passphrase costs as many hashes, and so does opening the key. */
    private static final int ITERATIONS = 200_000;

    private static final Set<String> TRADITIONAL_CIPHERS =
            Set.of("AES-128-CBC", "AES-192-CBC", "AES-256-CBC", "DES-EDE3-CBC", "DES-CBC");

    private OlderKeys() {}

    static byte[] fromPkcs1(byte[] der) {
        return pkcs8(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                RSAPrivateKey.getInstance(der));
    }

    /** The curve stands in the key; the EC PARAMETERS block that OpenSSL writes in front of it only repeats it. */
    static byte[] fromSec1(Path file, PemBlock block) throws UnusableFileException {
        ECPrivateKey key;
        try {
            key = ECPrivateKey.getInstance(block.der());
        } catch (RuntimeException e) {
            throw damaged(file, block);
        }
        if (key.getParametersObject() == null) {
            throw new UnusableFileException(
                    file,
                    "holds an EC key" + block.place() + " that doesn't say its curve",
                    "convert it with openssl pkey");
        }
        return pkcs8(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()), key);
    }

    static byte[] decryptPkcs8(Path file, PemBlock block, char[] passphrase) throws UnusableFileException {
        try {
            // An instance, not a registration: a provider in the list would change what the whole process uses.
            var decryptor = new JcePKCSPBEInputDecryptorProviderBuilder()
                    .setProvider(new BouncyCastleProvider())
                    .build(passphrase);
            return new PKCS8EncryptedPrivateKeyInfo(block.der())
                    .decryptPrivateKeyInfo(decryptor)
                    .getEncoded();
        } catch (PKCSException e) {
            if (e.getCause() instanceof OperatorCreationException) {
                throw new UnusableFileException(
                        file,
                        "holds a key" + block.place() + " that is encrypted in a way that isn't known here",
                        "encrypt it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc");
            }
            throw wrongPassphrase(file, block);
        } catch (IOException | RuntimeException e) {
            throw wrongPassphrase(file, block);
        }
    }

    /** PBES2 with AES-256 and PBKDF2 over HMAC-SHA-256: what OpenSSL's {@code -v2 aes-256-cbc} makes. */
    static byte[] encryptPkcs8(PrivateKey key, char[] passphrase) {
        try {
            var encryptor = new JcePKCSPBEOutputEncryptorBuilder(NISTObjectIdentifiers.id_aes256_CBC)
                    .setProvider(new BouncyCastleProvider())
                    .setPRF(PBKDF2Config.PRF_SHA256)
                    .setIterationCount(ITERATIONS)
                    .build(passphrase);
            return new PKCS8EncryptedPrivateKeyInfoBuilder(KeyEncoding.pkcs8(key))
                    .build(encryptor)
                    .getEncoded();
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException("AES-256 and PBKDF2 are always there", e);
        }
    }

    static byte[] decryptTraditional(Path file, PemBlock block, char[] passphrase) throws UnusableFileException {
        String[] info = block.headers().getOrDefault("DEK-Info", "").split(",", -1);
        if (!TRADITIONAL_CIPHERS.contains(info[0])) {
            throw new UnusableFileException(
                    file,
                    "holds a key" + block.place() + " encrypted with " + info[0] + ", which isn't known here",
                    "encrypt it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc");
        }
        byte[] plain;
        try {
            byte[] iv = HexFormat.of().parseHex(info.length > 1 ? info[1].strip() : "");
            plain = new BcPEMDecryptorProvider(octets(passphrase)).get(info[0]).decrypt(block.der(), iv);
        } catch (IOException | RuntimeException e) {
            throw wrongPassphrase(file, block);
        }
        // Padding alone is right once in 256 tries with a wrong passphrase.
        return switch (KeyFiles.shape(plain)) {
            case PKCS1 -> fromPkcs1(plain);
            case SEC1 -> fromSec1(file, new PemBlock(block.label(), Map.of(), plain, block.line()));
            case PKCS8 -> plain;
            default -> throw wrongPassphrase(file, block);
        };
    }

    /** Bouncy Castle takes the low octet of each character here, OpenSSL the octets of UTF-8. */
    private static char[] octets(char[] passphrase) {
        byte[] utf8 = new String(passphrase).getBytes(StandardCharsets.UTF_8);
        return new String(utf8, StandardCharsets.ISO_8859_1).toCharArray();
    }

    private static byte[] pkcs8(AlgorithmIdentifier algorithm, ASN1Encodable key) {
        try {
            return new PrivateKeyInfo(algorithm, key).getEncoded();
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static UnusableFileException damaged(Path file, PemBlock block) {
        return new UnusableFileException(file, "holds a private key" + block.place() + " that is damaged", null);
    }

    private static UnusableFileException wrongPassphrase(Path file, PemBlock block) {
        return UnusableFileException.locked(
                file, "holds an encrypted key" + block.place() + " that the passphrase doesn't open", Passphrase.WRONG);
    }
}
