package io.sallyport.tls;

import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLCredential;
import io.sallyport.pki.Credential;
import java.time.Instant;

/**
 * A credential that each connection is given by itself, with the OCSP response of the moment or without one. In BoringSSL a response
 * belongs to a credential, and changing one that handshakes read would be a race: so a new response makes a new credential, and
 * connections hold the one that they were given. Response and certificate can't come apart. Thread-safe.
 */
final class ShownCredential {

    private final Credential credential;
    private final long bare;
    private long stapled;
    private Instant until = Instant.MIN;
    private boolean closed;

    ShownCredential(Credential credential) throws Exception {
        this.credential = credential;
        this.bare = NativeCredential.of(credential);
    }

    /** {@code SSL_add1_credential}: the connection keeps its own reference. */
    synchronized void giveTo(long ssl, Instant now) {
        try {
            SSL.addCredential(ssl, stapled != 0 && now.isBefore(until) ? stapled : bare);
        } catch (Exception e) {
            throw new IllegalStateException("a credential can't be shown", e);
        }
    }

    /** Has connections be given this response from now on, and until then. */
    void staple(byte[] response, Instant until) throws Exception {
        long unused = NativeCredential.of(credential);
        try {
            SSLCredential.setOcspResponse(unused, response);
            unused = swap(unused, until);
        } finally {
            free(unused);
        }
    }

    /** What is to be freed. */
    private synchronized long swap(long made, Instant until) {
        if (closed) {
            return made;
        }
        long before = stapled;
        stapled = made;
        this.until = until;
        return before;
    }

    /** Lets go of the native objects; called once, when no connection is to come. */
    synchronized void close() {
        closed = true;
        free(bare);
        free(stapled);
        stapled = 0;
    }

    private static void free(long handle) {
        try {
            if (handle != 0) {
                SSLCredential.free(handle);
            }
        } catch (Exception e) {
            throw new IllegalStateException("a credential can't be freed", e);
        }
    }
}
