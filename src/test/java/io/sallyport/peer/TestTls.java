package io.sallyport.peer;

import io.sallyport.TestPki;
import io.sallyport.pki.Credential;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Java's TLS with the certificates of a role; it trusts the trusted root. */
public final class TestTls {

    private TestTls() {}

    /** @param own what it shows, or null for nothing */
    public static SSLContext context(@Nullable TestPki own) {
        return context(
                own == null ? null : own.credential(), TestPki.trustedRoot().certificate());
    }

    /**
     * @param own what it shows, or null for nothing
     * @param root the one that it trusts
     */
    public static SSLContext context(@Nullable Credential own, X509Certificate root) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("root", root);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            KeyManager[] keys = own == null ? new KeyManager[0] : new KeyManager[] {new Always(own)};
            context.init(keys, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Shows its certificate to everyone, also to a server whose CA list doesn't name its issuer. */
    private static final class Always extends X509ExtendedKeyManager {

        private final Credential credential;

        Always(Credential credential) {
            this.credential = credential;
        }

        private boolean fits(String keyType) {
            return keyType.startsWith(credential.key().getAlgorithm()) || keyType.equals("EdDSA");
        }

        @Override
        public @Nullable String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
            return "own";
        }

        @Override
        public @Nullable String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return fits(keyType) ? "own" : null;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {"own"};
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return "own";
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[] {"own"};
        }

        @Override
        public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return fits(keyType) ? "own" : null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return credential.chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return credential.key();
        }
    }
}
