package io.sallyport.pki;

import io.sallyport.profile.Profile.OwnCertificate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the certificate that a profile shows, and says all that is wrong or doubtful about it. */
final class CredentialLoader {

    private final OwnCertificate own;
    private final Instant now;
    private final Findings findings;

    CredentialLoader(OwnCertificate own, Instant now, Findings findings) {
        this.own = own;
        this.now = now;
        this.findings = findings;
    }

    /** The credential, or null where an error was found. */
    @Nullable
    Credential load() {
        List<X509Certificate> chain = null;
        PrivateKey key = null;
        char[] passphrase = passphrase();
        if (own.keyPasswordFile() != null && passphrase == null) {
            // Without the passphrase every further finding about the key would be a consequence.
            chain = Pkcs12Files.isPkcs12(own.cert()) ? null : chain();
        } else if (Pkcs12Files.isPkcs12(own.cert())) {
            Credential credential = findings.attempt("cert", () -> Pkcs12Files.read(own.cert(), passphrase));
            chain = credential == null ? null : credential.chain();
            key = credential == null ? null : credential.key();
        } else {
            chain = chain();
            key = findings.attempt("key", () -> key(passphrase));
        }
        if (chain != null) {
            checkLeaf(chain.get(0));
            chain.stream()
                    .skip(1)
                    .forEach(issuer -> checkSigned(own.cert() + ", " + Names.subject(issuer) + ",", issuer));
        }
        if (chain == null || key == null) {
            return null;
        }
        if (!belongs(key, chain)) {
            return null;
        }
        checkOrder(chain);
        return new Credential(List.copyOf(chain), key);
    }

    private @Nullable List<X509Certificate> chain() {
        return findings.attempt("cert", () -> CertificateFiles.read(own.cert()));
    }

    private PrivateKey key(char @Nullable [] passphrase) throws UnusableFileException {
        if (Pkcs12Files.isPkcs12(own.key())) {
            return Pkcs12Files.read(own.key(), passphrase).key();
        }
        PemBlock block = KeyFiles.block(own.key());
        if (passphrase != null && !KeyFiles.isEncrypted(block)) {
            findings.warning(
                    "key-password-file",
                    "the key " + own.key() + " isn't encrypted: the passphrase isn't used",
                    "remove key-password-file, or encrypt the key: sallyport convert --encrypt");
        }
        return KeyFiles.parse(own.key(), block, passphrase);
    }

    private char @Nullable [] passphrase() {
        Path file = own.keyPasswordFile();
        if (file == null) {
            return null;
        }
        byte[] content = findings.attempt("key-password-file", () -> PemReader.bytes(file));
        if (content == null) {
            return null;
        }
        String text = new String(content, StandardCharsets.UTF_8);
        String line = text.startsWith("\uFEFF") ? text.substring(1) : text;
        String first = line.split("\r|\n", 2)[0];
        if (first.isEmpty()) {
            findings.error(
                    "key-password-file",
                    file + " has an empty first line; the passphrase belongs there",
                    "its first line is the passphrase, all else is passed over");
            return null;
        }
        return first.toCharArray();
    }

    private void checkLeaf(X509Certificate leaf) {
        KeyKind kind = KeyKind.of(leaf);
        if (!kind.supported()) {
            findings.error(
                    "cert",
                    own.cert() + " is for an " + kind + ", which TLS can't use here",
                    "usable are " + KeyKind.SUPPORTED);
        } else if (kind.bits() >= 4096) {
            findings.warning(
                    "cert",
                    own.cert() + " is for an " + kind
                            + ": each full handshake keeps an event loop busy for milliseconds",
                    "an EC key on P-256 is as safe in practice and some 50 times cheaper");
        }
        checkSigned(own.cert().toString(), leaf);
    }

    /**
     * What makes peers refuse a certificate of the chain, wherever in it.
     *
     * @param what how it is called
     */
    private void checkSigned(String what, X509Certificate certificate) {
        String signature = certificate.getSigAlgName();
        if (signature.startsWith("SHA1") || signature.startsWith("MD")) {
            findings.warning(
                    "cert",
                    what + " is signed with " + signature + ", which peers refuse",
                    "have it issued with SHA-256");
        }
        Instant notBefore = certificate.getNotBefore().toInstant();
        Instant notAfter = certificate.getNotAfter().toInstant();
        if (now.isAfter(notAfter)) {
            findings.warning("cert", what + " expired at " + notAfter + ": peers will refuse it", "renew it");
        } else if (now.isBefore(notBefore)) {
            findings.warning(
                    "cert",
                    what + " is valid only from " + notBefore + ": peers will refuse it",
                    "check this machine's clock");
        } else if (now.plus(Findings.SOON).isAfter(notAfter)) {
            findings.warning("cert", what + " expires at " + notAfter, "renew it");
        }
    }

    private boolean belongs(PrivateKey key, List<X509Certificate> chain) {
        for (int i = 0; i < chain.size(); i++) {
            if (fits(key, chain.get(i).getPublicKey())) {
                if (i > 0) {
                    findings.error(
                            "cert",
                            own.cert() + " isn't in order: the key belongs to certificate " + (i + 1) + ", "
                                    + Names.subject(chain.get(i)) + ", which must be the first",
                            "leaf first, each certificate followed by its issuer");
                }
                return i == 0;
            }
        }
        findings.error(
                "key",
                "the key in " + own.key() + " doesn't belong to the certificate in " + own.cert() + ", "
                        + Names.subject(chain.get(0)),
                "take key and certificate that were made together");
        return false;
    }

    /** Asks the key itself: a public key that is stored beside it could be any. */
    private static boolean fits(PrivateKey key, PublicKey certified) {
        if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
            return false;
        }
        if (key instanceof RSAKey rsa && certified instanceof RSAKey other) {
            return rsa.getModulus().equals(other.getModulus());
        }
        try {
            Signature signature =
                    Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "Ed25519");
            byte[] challenge = "does this key belong to that certificate?".getBytes(StandardCharsets.US_ASCII);
            signature.initSign(key);
            signature.update(challenge);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(challenge);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            // Another curve: by some providers said with the key, by others with the signature.
            return false;
        }
    }

    private void checkOrder(List<X509Certificate> chain) {
        for (int i = 1; i < chain.size(); i++) {
            X509Certificate issuer = chain.get(i);
            // An issuer of an earlier one may follow too: a cross-certificate beside the first way up.
            boolean expected = chain.subList(0, i).stream()
                    .anyMatch(c -> c.getIssuerX500Principal().equals(issuer.getSubjectX500Principal()));
            if (!expected) {
                findings.error(
                        "cert",
                        own.cert() + " isn't in order: certificate " + (i + 1) + ", " + Names.subject(issuer)
                                + ", didn't issue the one before it, which needs " + Names.issuer(chain.get(i - 1)),
                        "leaf first, each certificate followed by its issuer");
                return;
            }
        }
    }
}
