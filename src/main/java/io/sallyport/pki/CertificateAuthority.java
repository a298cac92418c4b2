package io.sallyport.pki;

import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * Issues certificates: a root, intermediates under it, leaves under either. Thread-safe. Serves throw-away certificates as well as
 * real ones; what a certificate says is wholly its {@link CertificateSpec}'s matter.
 */
public final class CertificateAuthority {

    private final Credential credential;

    private CertificateAuthority(Credential credential) {
        this.credential = credential;
    }

    /** A new root with defaults: EC P-256, ten years. */
    public static CertificateAuthority root(String subject) {
        return root(CertificateSpec.ca(subject));
    }

    /** A new root. */
    public static CertificateAuthority root(CertificateSpec spec) {
        return new CertificateAuthority(selfSigned(spec));
    }

    /** An authority that exists already. */
    public static CertificateAuthority of(Credential credential) {
        return new CertificateAuthority(credential);
    }

    /** A certificate that its own key signs. */
    public static Credential selfSigned(CertificateSpec spec) {
        KeyPair pair = spec.keyType().generate();
        X509Certificate certificate =
                CertificateWriter.sign(spec, pair.getPublic(), CertificateWriter.Signer.self(spec, pair));
        return new Credential(List.of(certificate), pair.getPrivate());
    }

    /** A new authority under this one, with defaults. */
    public CertificateAuthority intermediate(String subject) {
        return intermediate(CertificateSpec.ca(subject));
    }

    /** A new authority under this one. */
    public CertificateAuthority intermediate(CertificateSpec spec) {
        return new CertificateAuthority(issue(spec));
    }

    /**
     * Asked before an authority is made under this one.
     *
     * @throws IllegalArgumentException if nobody would accept that (RFC 5280, section 4.2.1.9)
     */
    public void refuseBeyondPathLength() {
        if (certificate().getBasicConstraints() == 0) {
            throw new IllegalArgumentException("no CA may stand under " + Names.subject(certificate())
                    + ": it has path length 0, and issues leaves only");
        }
    }

    /** A new key with a certificate for it. The chain ends below the root, as it is sent in TLS. */
    public Credential issue(CertificateSpec spec) {
        KeyPair pair = spec.keyType().generate();
        return new Credential(chainFor(certify(spec, pair.getPublic())), pair.getPrivate());
    }

    /** A certificate of this authority with those between it and the root, as it is sent in TLS. */
    public List<X509Certificate> chainFor(X509Certificate issued) {
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(issued);
        for (X509Certificate above : credential.chain()) {
            if (!above.getSubjectX500Principal().equals(above.getIssuerX500Principal())) {
                chain.add(above);
            }
        }
        return List.copyOf(chain);
    }

    /** A certificate for a key that exists already, such as a renewed or a cross-signed one; the spec's key type isn't used. */
    public X509Certificate certify(CertificateSpec spec, PublicKey key) {
        return CertificateWriter.sign(spec, key, CertificateWriter.Signer.of(credential));
    }

    /** A CRL of this authority. */
    public X509CRL crl(CrlSpec spec) {
        return CrlWriter.sign(spec, CertificateWriter.Signer.of(credential));
    }

    public X509Certificate certificate() {
        return credential.leaf();
    }

    public PrivateKey key() {
        return credential.key();
    }

    /** Its certificate, with those above it up to the root, and its key. */
    public Credential credential() {
        return credential;
    }
}
