package io.sallyport.admin.access;

import io.sallyport.gateway.AdminAccess;
import io.sallyport.pki.Verdict;
import io.sallyport.tls.PeerVerifier;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is by its certificate. That is asked for each request, by the rules in force: a connection, and a session that is
 * resumed, may be older than a CRL or a CA that was changed. What was found good a while ago costs a digest.
 */
@Singleton
final class ClientCertificates {

    private final Vertx vertx;

    ClientCertificates(Vertx vertx) {
        this.vertx = vertx;
    }

    /** The caller; empty where it has shown no certificate, or one that isn't good any more. Done at once, or on the same loop. */
    Future<Optional<Caller>> callerOf(HttpServerRequest request, AdminAccess access) {
        PeerVerifier verifier = access.clients();
        X509Certificate[] chain = chain(request);
        if (verifier == null || chain.length == 0) {
            return Future.succeededFuture(Optional.empty());
        }
        byte[][] encoded = encoded(chain);
        if (verifier.remembers(encoded, null)) {
            return Future.succeededFuture(judged(verifier, encoded, chain[0], access));
        }
        request.pause();
        return vertx.executeBlocking(() -> judged(verifier, encoded, chain[0], access), false)
                .onComplete(done -> request.resume());
    }

    private static Optional<Caller> judged(
            PeerVerifier verifier, byte[][] encoded, X509Certificate leaf, AdminAccess access) {
        return verifier.verify(encoded, null) instanceof Verdict.Trusted
                ? Optional.of(new Caller(
                        access.ofCertificate(leaf),
                        Caller.Means.CERTIFICATE,
                        leaf.getSubjectX500Principal().getName()))
                : Optional.empty();
    }

    private static X509Certificate[] chain(HttpServerRequest request) {
        SSLSession session = request.sslSession();
        try {
            return session == null ? new X509Certificate[0] : x509(session.getPeerCertificates());
        } catch (SSLPeerUnverifiedException e) {
            return new X509Certificate[0];
        }
    }

    private static X509Certificate[] x509(Certificate @Nullable [] certificates) {
        if (certificates == null) {
            return new X509Certificate[0];
        }
        X509Certificate[] chain = new X509Certificate[certificates.length];
        for (int i = 0; i < chain.length; i++) {
            chain[i] = (X509Certificate) certificates[i];
        }
        return chain;
    }

    /** As they came over the wire. */
    static byte[][] encoded(X509Certificate... chain) {
        byte[][] encoded = new byte[chain.length][];
        try {
            for (int i = 0; i < chain.length; i++) {
                encoded[i] = chain[i].getEncoded();
            }
            return encoded;
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was parsed has an encoding", e);
        }
    }
}
