package io.sallyport.pki;

import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate chain and the private key that belongs to its leaf ({@code SSL_CTX_check_private_key} holds).
 * Has no {@code toString} of the key.
 *
 * @param chain leaf first, as it is sent
 */
public record Credential(List<X509Certificate> chain, PrivateKey key) {

    public X509Certificate leaf() {
        return chain.get(0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Credential that
                && chain.equals(that.chain)
                // Key classes of some providers have no equals of their own.
                && MessageDigest.isEqual(key.getEncoded(), that.key.getEncoded());
    }

    @Override
    public int hashCode() {
        return chain.hashCode();
    }

    @Override
    public String toString() {
        return "Credential[" + leaf().getSubjectX500Principal() + "]";
    }
}
