package io.sallyport.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * A private key as PKCS#8, whole. The JDK leaves the public half out of an EC key, which RFC 5915 allows; OpenSSL computes it, GnuTLS
 * refuses the key.
 */
final class KeyEncoding {

    private KeyEncoding() {}

    /** The same pair, whose private key is whole wherever it is written. */
    static KeyPair whole(KeyPair pair) throws GeneralSecurityException {
        PrivateKey key = pair.getPrivate();
        return new KeyPair(
                pair.getPublic(),
                KeyFactory.getInstance(key.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8(key))));
    }

    static byte[] pkcs8(PrivateKey key) {
        if (!key.getAlgorithm().equals("EC")) {
            return key.getEncoded();
        }
        try {
            PrivateKeyInfo info = PrivateKeyInfo.getInstance(key.getEncoded());
            ECPrivateKey half = ECPrivateKey.getInstance(info.parsePrivateKey());
            X9ECParameters curve = CustomNamedCurves.getByOID(ASN1ObjectIdentifier.getInstance(
                    info.getPrivateKeyAlgorithm().getParameters()));
            if (half.getPublicKey() != null || curve == null) {
                return key.getEncoded();
            }
            byte[] point = new FixedPointCombMultiplier()
                    .multiply(curve.getG(), half.getKey())
                    .getEncoded(false);
            ECPrivateKey whole =
                    new ECPrivateKey(curve.getN().bitLength(), half.getKey(), new DERBitString(point), null);
            return new PrivateKeyInfo(info.getPrivateKeyAlgorithm(), whole).getEncoded();
        } catch (IOException e) {
            throw new IllegalArgumentException("a key that was parsed has an encoding", e);
        }
    }
}
