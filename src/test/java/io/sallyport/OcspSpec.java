package io.sallyport;

import io.sallyport.pki.CertificateAuthority;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.Credential;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/**
 * An OCSP response for tests, to be signed. Start with {@link #good}, then change what differs.
 *
 * @param issuer that the certificate's name is made of
 * @param signer who signs; the issuer itself, or another
 * @param byKey whether the signer names itself by its key, and not by its name
 * @param nonce value of the nonce extension, DER, or null
 * @param critical an extension that nobody knows, critical, or null
 */
public record OcspSpec(
        BigInteger serial,
        X509Certificate issuer,
        Credential signer,
        boolean byKey,
        boolean withCertificate,
        CertificateStatus status,
        Instant thisUpdate,
        @Nullable Instant nextUpdate,
        byte @Nullable [] nonce,
        @Nullable String critical) {

    public static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";

    /** Good, by the issuer, of a minute ago and for a day. */
    public static OcspSpec good(X509Certificate certificate, CertificateAuthority issuer) {
        return good(certificate.getSerialNumber(), issuer);
    }

    public static OcspSpec good(BigInteger serial, CertificateAuthority issuer) {
        Instant now = Instant.now();
        return new OcspSpec(
                serial,
                issuer.certificate(),
                issuer.credential(),
                true,
                false,
                CertificateStatus.GOOD,
                now.minus(Duration.ofMinutes(1)),
                now.plus(Duration.ofDays(1)),
                null,
                null);
    }

    public OcspSpec revoked(Instant at, int reason) {
        return with(new RevokedStatus(Date.from(at), reason));
    }

    public OcspSpec unknown() {
        return with(new UnknownStatus());
    }

    private OcspSpec with(CertificateStatus changed) {
        return new OcspSpec(
                serial, issuer, signer, byKey, withCertificate, changed, thisUpdate, nextUpdate, nonce, critical);
    }

    public OcspSpec of(X509Certificate anotherIssuer) {
        return new OcspSpec(
                serial, anotherIssuer, signer, byKey, withCertificate, status, thisUpdate, nextUpdate, nonce, critical);
    }

    /** Signed by another, whose certificate comes with it. */
    public OcspSpec signedBy(Credential other) {
        return new OcspSpec(serial, issuer, other, byKey, true, status, thisUpdate, nextUpdate, nonce, critical);
    }

    public OcspSpec namedByName() {
        return new OcspSpec(
                serial, issuer, signer, false, withCertificate, status, thisUpdate, nextUpdate, nonce, critical);
    }

    public OcspSpec dated(Instant from, @Nullable Instant next) {
        return new OcspSpec(serial, issuer, signer, byKey, withCertificate, status, from, next, nonce, critical);
    }

    public OcspSpec withNonce(byte[] value) {
        return new OcspSpec(
                serial, issuer, signer, byKey, withCertificate, status, thisUpdate, nextUpdate, value, critical);
    }

    public OcspSpec withCritical(String oid) {
        return new OcspSpec(serial, issuer, signer, byKey, withCertificate, status, thisUpdate, nextUpdate, nonce, oid);
    }

    /** In DER. */
    public byte[] sign() {
        try {
            DigestCalculator sha1 =
                    new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1);
            PublicKey key = signer.leaf().getPublicKey();
            RespID responder = byKey
                    ? new RespID(SubjectPublicKeyInfo.getInstance(key.getEncoded()), sha1)
                    : new RespID(X500Name.getInstance(
                            signer.leaf().getSubjectX500Principal().getEncoded()));
            BasicOCSPRespBuilder builder = new BasicOCSPRespBuilder(responder);
            builder.addResponse(
                    new CertificateID(sha1, new JcaX509CertificateHolder(issuer), serial),
                    status,
                    Date.from(thisUpdate),
                    nextUpdate == null ? null : Date.from(nextUpdate));
            ASN1EncodableVector extensions = new ASN1EncodableVector();
            if (nonce != null) {
                extensions.add(new Extension(new ASN1ObjectIdentifier("1.3.6.1.5.5.7.48.1.2"), false, nonce));
            }
            if (critical != null) {
                extensions.add(new Extension(new ASN1ObjectIdentifier(critical), true, new byte[] {5, 0}));
            }
            if (extensions.size() > 0) {
                builder.setResponseExtensions(Extensions.getInstance(new DERSequence(extensions)));
            }
            X509CertificateHolder[] certificates = withCertificate
                    ? new X509CertificateHolder[] {new JcaX509CertificateHolder(signer.leaf())}
                    : new X509CertificateHolder[0];
            var basic = builder.build(
                    new JcaContentSignerBuilder("SHA256withECDSA").build(signer.key()),
                    certificates,
                    Date.from(thisUpdate));
            return new OCSPRespBuilder()
                    .build(OCSPRespBuilder.SUCCESSFUL, basic)
                    .getEncoded();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a responder answers that has no answer. */
    public static byte[] without(int outcome) {
        try {
            return new OCSPRespBuilder().build(outcome, null).getEncoded();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The spec of a certificate that may sign for its issuer. */
    public static CertificateSpec responder(String subject) {
        return CertificateSpec.client(subject).withPurposes(OCSP_SIGNING);
    }

    /** An authorityInfoAccess extension that names responders. */
    public static byte[] authorityInfo(String... responders) {
        ASN1EncodableVector all = new ASN1EncodableVector();
        for (String url : List.of(responders)) {
            all.add(new DERSequence(new org.bouncycastle.asn1.ASN1Encodable[] {
                new ASN1ObjectIdentifier("1.3.6.1.5.5.7.48.1"), new DERTaggedObject(false, 6, new DERIA5String(url))
            }));
        }
        try {
            return new DERSequence(all).getEncoded();
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
