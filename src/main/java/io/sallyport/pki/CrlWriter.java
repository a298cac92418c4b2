package io.sallyport.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.util.Date;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Turns a {@link CrlSpec} into a signed CRL. */
final class CrlWriter {

    private CrlWriter() {}

    static X509CRL sign(CrlSpec spec, CertificateWriter.Signer signer) {
        var builder = new X509v2CRLBuilder(signer.name(), Date.from(spec.thisUpdate()));
        builder.setNextUpdate(Date.from(spec.nextUpdate()));
        for (CrlSpec.Revoked revoked : spec.revoked()) {
            builder.addCRLEntry(
                    revoked.serial(), Date.from(revoked.at()), revoked.reason().number());
        }
        try {
            SubjectPublicKeyInfo key =
                    SubjectPublicKeyInfo.getInstance(signer.publicKey().getEncoded());
            byte[] keyId =
                    new BcX509ExtensionUtils().createSubjectKeyIdentifier(key).getKeyIdentifier();
            builder.addExtension(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(keyId));
            builder.addExtension(Extension.cRLNumber, false, new CRLNumber(spec.number()));
            BigInteger base = spec.base();
            if (base != null) {
                builder.addExtension(Extension.deltaCRLIndicator, true, new CRLNumber(base));
            }
            var contentSigner =
                    new JcaContentSignerBuilder(CertificateWriter.algorithm(signer.key())).build(signer.key());
            byte[] der = builder.build(contentSigner).getEncoded();
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
        } catch (IOException | OperatorCreationException | CertificateException | CRLException e) {
            throw new IllegalArgumentException("can't issue a CRL: " + e.getMessage(), e);
        }
    }
}
