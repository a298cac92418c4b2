package io.sallyport.relay;

import io.sallyport.profile.Address;
import io.sallyport.tls.Identity;
import io.sallyport.tls.TlsSession;
import java.nio.charset.StandardCharsets;

/** Hashes that are the same in every process, so that all replicas send a client to the same upstream. */
final class HashKey {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private HashKey() {}

    /** Of the client's IP address, without its port. */
    static long address(ConnectionView client) {
        String address = client.clientAddress();
        return hash(address.substring(0, Math.max(0, address.lastIndexOf(':'))));
    }

    /** Of the subject of its verified certificate, or its fingerprint where that has none; else of its address. */
    static long identity(ConnectionView client) {
        TlsSession session = client.clientSession();
        Identity identity = session == null ? null : session.identity();
        if (identity == null) {
            return address(client);
        }
        return hash(identity.subject().isEmpty() ? identity.fingerprint() : identity.subject());
    }

    /** The smaller, the sooner: exponentially distributed with the weight as its rate, so shares are as the weights. */
    static double score(long key, Address upstream, int weight) {
        long mixed = mix(key ^ mix(hash(upstream.toString())));
        double uniform = ((mixed >>> 11) + 1) * 0x1.0p-53;
        return -Math.log(uniform) / weight;
    }

    private static long hash(String text) {
        long hash = FNV_OFFSET;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        return hash;
    }

    /** SplitMix64's finish: FNV alone leaves the high bits of short texts alike. */
    private static long mix(long z) {
        long a = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ a >>> 27) * 0x94d049bb133111ebL;
        return b ^ b >>> 31;
    }
}
