package io.sallyport.pki;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates without key identifiers, which {@link CertificateAuthority} doesn't issue: only a signature tells whose they are. */
final class Maze {

    private static final AtomicLong SERIAL = new AtomicLong(1);

    private Maze() {}

    record Ca(X509Certificate certificate, KeyPair keys) {

        X509Certificate leaf(String subject) {
            return sign(name(), subject, KeyType.EC_P256.generate().getPublic(), keys, false);
        }

        X509Certificate certify(String subject, PublicKey key) {
            return sign(name(), subject, key, keys, true);
        }

        private String name() {
            return certificate.getSubjectX500Principal().getName();
        }
    }

    static Ca root(String subject) {
        KeyPair keys = KeyType.EC_P256.generate();
        return new Ca(sign(subject, subject, keys.getPublic(), keys, true), keys);
    }

    private static X509Certificate sign(String issuer, String subject, PublicKey key, KeyPair signer, boolean ca) {
        try {
            var builder = new X509v3CertificateBuilder(
                    new X500Name(issuer),
                    BigInteger.valueOf(SERIAL.getAndIncrement()),
                    Date.from(Instant.now().minusSeconds(60)),
                    Date.from(Instant.now().plusSeconds(3600)),
                    new X500Name(subject),
                    SubjectPublicKeyInfo.getInstance(key.getEncoded()));
            if (ca) {
                builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            }
            return CertificateFiles.parse(
                    builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate()))
                            .getEncoded());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
