package io.sallyport.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.bouncycastle.pkcs.PKCSException;

/** A request for a certificate (PKCS#10, RFC 2986). What it asks for is its maker's wish: an issuer decides. */
public final class CertificateRequest {

    private final PKCS10CertificationRequest request;
    private final X500Principal subject;
    private final PublicKey publicKey;
    private final List<String> names;

    /**
     * @throws IllegalArgumentException if it isn't one
     */
    private CertificateRequest(PKCS10CertificationRequest request) {
        this.request = request;
        try {
            this.subject = new X500Principal(request.getSubject().getEncoded());
            this.publicKey = key(request.getSubjectPublicKeyInfo().getEncoded());
            this.names = names(request);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("not a certificate request", e);
        }
    }

    /**
     * @throws IllegalArgumentException if it isn't one
     */
    static CertificateRequest parse(byte[] der) {
        try {
            return new CertificateRequest(new PKCS10CertificationRequest(der));
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("not a certificate request", e);
        }
    }

    /**
     * Makes one.
     *
     * @param subject as RFC 2253 text; empty for none
     * @param names as in {@link CertificateSpec#names}
     * @throws IllegalArgumentException if subject or names aren't what they should be
     */
    public static CertificateRequest create(String subject, List<String> names, KeyPair pair) {
        try {
            var builder = new PKCS10CertificationRequestBuilder(
                    CertificateWriter.encoded(subject),
                    org.bouncycastle.asn1.x509.SubjectPublicKeyInfo.getInstance(
                            pair.getPublic().getEncoded()));
            if (!names.isEmpty()) {
                var extensions = new ExtensionsGenerator();
                extensions.addExtension(
                        Extension.subjectAlternativeName, subject.isEmpty(), CertificateWriter.alternatives(names));
                builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            var signer = new JcaContentSignerBuilder(CertificateWriter.algorithm(pair.getPrivate()))
                    .build(pair.getPrivate());
            return new CertificateRequest(builder.build(signer));
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalArgumentException("can't make a request for " + subject + ": " + e.getMessage(), e);
        }
    }

    private static List<String> names(PKCS10CertificationRequest request) throws IOException {
        Extensions extensions = request.getRequestedExtensions();
        Extension names = extensions == null ? null : extensions.getExtension(Extension.subjectAlternativeName);
        return names == null
                ? List.of()
                : ExtensionText.names(Der.of(names.getExtnValue().getOctets()));
    }

    private static PublicKey key(byte[] info) throws GeneralSecurityException {
        return KeyFactory.getInstance(
                        KeyKind.of(Der.of(info).children().get(0), 0).algorithm())
                .generatePublic(new X509EncodedKeySpec(info));
    }

    public X500Principal subject() {
        return subject;
    }

    /** The alternative names that are asked for, as {@link CertificateSpec#names} takes them. */
    public List<String> names() {
        return names;
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    /** Whether the key that is to be certified signed it: who asks has the key. */
    public boolean isSignatureGood() {
        try {
            return request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(publicKey));
        } catch (OperatorCreationException | PKCSException e) {
            return false;
        }
    }

    byte[] encoded() {
        try {
            return request.getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("a request that was parsed has an encoding", e);
        }
    }
}
