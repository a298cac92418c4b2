package io.sallyport.cli;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whether the admin side speaks TLS, and which certificate it may show then.
 *
 * @param tls null for plain HTTP
 */
record AdminTrust(@Nullable SSLContext tls) {

    static final AdminTrust PLAIN = new AdminTrust((SSLContext) null);

    /** TLS, with a certificate for the name that was given, of a CA that Java trusts. */
    static AdminTrust byDefault() throws GeneralSecurityException {
        return new AdminTrust(SSLContext.getDefault());
    }

    /** TLS, with a certificate for the name that was given, of one of these CAs. */
    static AdminTrust of(List<X509Certificate> authorities) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry(Integer.toString(i), authorities.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return by(factory.getTrustManagers());
    }

    /** TLS, with this one certificate, whatever names are in it: our own configuration has it. */
    static AdminTrust of(X509Certificate own) throws GeneralSecurityException {
        return by(new TrustManager[] {new Own(own)});
    }

    private static AdminTrust by(TrustManager[] managers) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers, null);
        return new AdminTrust(context);
    }

    String scheme() {
        return tls == null ? "http" : "https";
    }

    void applyTo(HttpClient.Builder client) {
        if (tls != null) {
            client.sslContext(tls);
        }
    }

    /** Extended, since Java would look for names behind the back of a plain one. */
    private static final class Own extends X509ExtendedTrustManager {

        private final X509Certificate own;

        Own(X509Certificate own) {
            this.own = own;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            if (chain.length == 0 || !chain[0].equals(own)) {
                throw new CertificateException("it shows another certificate than admin.profile names");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("no server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("no server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("no server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
