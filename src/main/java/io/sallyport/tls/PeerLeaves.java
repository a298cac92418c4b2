package io.sallyport.tls;

import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The certificates of verified peers, parsed. A resumed handshake has its peer's as bytes only, and parsing it would
 * cost about as much as all its cryptography in TLS 1.2.
 */
final class PeerLeaves {

    /** About as many KiB of heap, twice over. */
    private static final int MOST = 2048;

    /** A peer's own certificate, and what it says of the peer. */
    record Leaf(X509Certificate certificate, Identity identity) {}

    private final ConcurrentMap<ByteBuffer, Leaf> byDer = new ConcurrentHashMap<>();

    /** The certificate with this DER encoding. */
    Leaf of(byte[] der) throws CertificateException {
        Leaf known = byDer.get(ByteBuffer.wrap(der));
        return known != null ? known : learn(der, Verification.parse(der).get(0));
    }

    /** The same for one that is parsed already. */
    Leaf of(X509Certificate certificate) throws CertificateException {
        byte[] der = certificate.getEncoded();
        Leaf known = byDer.get(ByteBuffer.wrap(der));
        return known != null ? known : learn(der, certificate);
    }

    private Leaf learn(byte[] der, X509Certificate certificate) throws CertificateException {
        Leaf leaf = new Leaf(certificate, Identity.of(certificate));
        if (byDer.size() >= MOST) {
            byDer.clear(); // Who comes again is learnt again; keeping an order would cost each handshake more.
        }
        byDer.put(ByteBuffer.wrap(der), leaf);
        return leaf;
    }
}
