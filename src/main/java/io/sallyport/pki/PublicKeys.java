package io.sallyport.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/** Finds the public key that belongs to a private one: the JDK can't, and a file need not hold it. */
public final class PublicKeys {

    private PublicKeys() {}

    /** Both halves. */
    public static KeyPair pair(PrivateKey key) {
        return new KeyPair(of(key), key);
    }

    /**
     * @throws IllegalArgumentException if the key is of a kind that TLS can't use here
     */
    public static PublicKey of(PrivateKey key) {
        try {
            byte[] info = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(
                            counterpart(PrivateKeyFactory.createKey(key.getEncoded())))
                    .getEncoded();
            return KeyFactory.getInstance(key.getAlgorithm()).generatePublic(new X509EncodedKeySpec(info));
        } catch (IOException | GeneralSecurityException e) {
            // The cause may quote the key's numbers: it stays here.
            throw new IllegalArgumentException("the key has no public half that can be found");
        }
    }

    private static AsymmetricKeyParameter counterpart(AsymmetricKeyParameter key) {
        if (key instanceof RSAPrivateCrtKeyParameters rsa) {
            return new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent());
        }
        if (key instanceof ECPrivateKeyParameters ec) {
            return new ECPublicKeyParameters(
                    ec.getParameters().getG().multiply(ec.getD()).normalize(), ec.getParameters());
        }
        if (key instanceof Ed25519PrivateKeyParameters ed) {
            return ed.generatePublicKey();
        }
        throw new IllegalArgumentException("the key is of a kind that TLS can't use here");
    }
}
