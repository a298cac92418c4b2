package io.sallyport.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Turns a {@link CertificateSpec} into a signed certificate. */
final class CertificateWriter {

    private static final SecureRandom RANDOM = new SecureRandom();

    private CertificateWriter() {}

    /**
     * Who signs.
     *
     * @param name goes into the issuer field as it is encoded, since some verifiers compare octets
     */
    record Signer(X500Name name, PrivateKey key, PublicKey publicKey) {

        static Signer self(CertificateSpec spec, KeyPair pair) {
            return new Signer(encoded(spec.subject()), pair.getPrivate(), pair.getPublic());
        }

        static Signer of(Credential credential) {
            X509Certificate certificate = credential.leaf();
            return new Signer(
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                    credential.key(),
                    certificate.getPublicKey());
        }
    }

    static X509Certificate sign(CertificateSpec spec, PublicKey key, Signer signer) {
        SubjectPublicKeyInfo keyInfo = SubjectPublicKeyInfo.getInstance(key.getEncoded());
        var builder = new X509v3CertificateBuilder(
                signer.name(),
                // 127 bits: positive, and no more than the 20 octets that RFC 5280 allows.
                new BigInteger(127, RANDOM).setBit(126),
                Date.from(spec.notBefore()),
                Date.from(spec.notAfter()),
                encoded(spec.subject()),
                keyInfo);
        try {
            addExtensions(
                    builder,
                    spec,
                    keyInfo,
                    SubjectPublicKeyInfo.getInstance(signer.publicKey().getEncoded()));
            var contentSigner = new JcaContentSignerBuilder(algorithm(signer.key())).build(signer.key());
            return CertificateFiles.parse(builder.build(contentSigner).getEncoded());
        } catch (IOException | OperatorCreationException | CertificateException e) {
            throw new IllegalArgumentException("can't issue " + spec.subject() + ": " + e.getMessage(), e);
        }
    }

    private static void addExtensions(
            X509v3CertificateBuilder builder,
            CertificateSpec spec,
            SubjectPublicKeyInfo key,
            SubjectPublicKeyInfo issuer)
            throws IOException {
        var identifiers = new BcX509ExtensionUtils();
        builder.addExtension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key));
        byte[] issuerId = identifiers.createSubjectKeyIdentifier(issuer).getKeyIdentifier();
        builder.addExtension(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(issuerId));
        CertificateSpec.Authority authority = spec.authority();
        if (authority != null) {
            Integer pathLength = authority.pathLength();
            builder.addExtension(
                    Extension.basicConstraints,
                    true,
                    pathLength == null ? new BasicConstraints(true) : new BasicConstraints(pathLength));
        }
        if (!spec.keyUsages().isEmpty()) {
            // Bouncy Castle's numbers of the bits: those of the first octet count down from 128.
            int bits = spec.keyUsages().stream()
                    .mapToInt(use -> 0x80 >> use.ordinal())
                    .sum();
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(bits));
        }
        if (!spec.purposes().isEmpty()) {
            KeyPurposeId[] purposes = spec.purposes().stream()
                    .map(oid -> KeyPurposeId.getInstance(new ASN1ObjectIdentifier(oid)))
                    .toArray(KeyPurposeId[]::new);
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
        }
        if (!spec.names().isEmpty()) {
            // Critical without a subject, as RFC 5280, 4.2.1.6, asks: the names are then all that it has.
            builder.addExtension(
                    Extension.subjectAlternativeName, spec.subject().isEmpty(), alternatives(spec.names()));
        }
        for (CertificateSpec.Extra extra : spec.extensions()) {
            builder.addExtension(
                    new ASN1ObjectIdentifier(extra.oid()),
                    extra.critical(),
                    ASN1Primitive.fromByteArray(extra.value()));
        }
    }

    static GeneralNames alternatives(List<String> names) {
        return new GeneralNames(
                names.stream().map(CertificateWriter::alternative).toArray(GeneralName[]::new));
    }

    private static GeneralName alternative(String name) {
        int colon = name.indexOf(':');
        String kind = colon < 0 ? name : name.substring(0, colon);
        String value = name.substring(colon + 1);
        int tag = switch (kind) {
            case "DNS" -> GeneralName.dNSName;
            case "IP" -> GeneralName.iPAddress;
            case "URI" -> GeneralName.uniformResourceIdentifier;
            case "email" -> GeneralName.rfc822Name;
            default ->
                throw new IllegalArgumentException(
                        "'" + name + "' is no alternative name; expected DNS:, IP:, URI: or email:");
        };
        return new GeneralName(tag, value);
    }

    static X500Name encoded(String subject) {
        try {
            return X500Name.getInstance(new X500Principal(subject).getEncoded());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + subject + "' is no subject such as CN=a.test,O=Orders", e);
        }
    }

    static String algorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "Ed25519";
        };
    }
}
