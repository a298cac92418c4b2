package io.sallyport.admin.access;

import io.netty.handler.ssl.CipherSuiteConverter;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.tls.BaseTlsConfiguration;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.sallyport.gateway.AdminAccess;
import io.sallyport.gateway.Blueprint;
import io.sallyport.gateway.Gateway;
import io.sallyport.observe.Fields;
import io.sallyport.pki.Credential;
import io.sallyport.profile.Protocol;
import io.sallyport.profile.VerifyMode;
import io.sallyport.tls.CipherString;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.TrustOptions;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jboss.logging.Logger;

/**
 * TLS of the admin side: Java's, told by Quarkus' registry what a profile says. Nothing of it is loaded where the admin side is
 * plain HTTP.
 */
@Singleton
public final class AdminTls implements HttpServerOptionsCustomizer {

    /** Its name in the registry. */
    public static final String NAME = "admin";

    private static final Logger LOG = Logger.getLogger(AdminTls.class);

    private static final int HANDSHAKE_SECONDS = 10;

    private final TlsConfigurationRegistry registry;
    private final AccessInForce inForce;
    private final Gateway gateway;
    private final Event<CertificateUpdatedEvent> updated;
    private final Turnstile turnstile;

    AdminTls(
            TlsConfigurationRegistry registry,
            AccessInForce inForce,
            Gateway gateway,
            Event<CertificateUpdatedEvent> updated,
            Turnstile turnstile) {
        this.turnstile = turnstile;
        this.registry = registry;
        this.inForce = inForce;
        this.gateway = gateway;
        this.updated = updated;
    }

    /** The server looks into the registry after this event. */
    void register(@Observes StartupEvent start) {
        AdminAccess shown = inForce.atStart();
        if (shown.tls() != null) {
            registry.register(NAME, new Shown(options(shown)));
            gateway.onReplaced(this::follow);
        }
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        AdminAccess.Tls tls = inForce.atStart().tls();
        if (tls == null) {
            return;
        }
        // Verification and signatures aren't for event loops.
        options.setSslEngineOptions(new JdkSSLEngineOptions().setUseWorkerThread(true));
        options.setClientAuth(clientAuth(tls.profile().trust().verify()));
    }

    private static ClientAuth clientAuth(VerifyMode mode) {
        return switch (mode) {
            case NONE -> ClientAuth.NONE;
            case OPTIONAL -> ClientAuth.REQUEST;
            case REQUIRED -> ClientAuth.REQUIRED;
        };
    }

    /** Handshakes after this show what the new blueprint says. Open connections stay; the gate asks for each request anew. */
    private void follow(Blueprint before, Blueprint next) {
        AdminAccess access = next.access();
        if (access.tls() != null && !access.hasTlsOf(before.access())) {
            try {
                Shown configuration = new Shown(options(access));
                registry.register(NAME, configuration);
                updated.fire(new CertificateUpdatedEvent(NAME, configuration));
            } catch (IllegalStateException e) {
                LOG.error(new Fields("TLS of the admin side stays as it was")
                        .add("profile", access.tls().profile().name())
                        .add("detail", e.getCause())
                        .toString());
            }
        }
    }

    /** What the registry holds. */
    private static final class Shown extends BaseTlsConfiguration {

        private final SSLOptions options;

        Shown(SSLOptions options) {
            this.options = options;
        }

        @Override
        public KeyCertOptions getKeyStoreOptions() {
            return options.getKeyCertOptions();
        }

        @Override
        public TrustOptions getTrustStoreOptions() {
            return options.getTrustOptions();
        }

        @Override
        public SSLOptions getSSLOptions() {
            return options;
        }

        @Override
        public String getName() {
            return NAME;
        }
    }

    private SSLOptions options(AdminAccess access) {
        AdminAccess.Tls tls = access.tls();
        if (tls == null || tls.material().credential() == null) {
            throw new IllegalStateException("a profile that listens has a certificate");
        }
        SSLOptions options = new SSLOptions()
                .setUseAlpn(true)
                .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
                .setEnabledSecureTransportProtocols(tls.profile().negotiation().protocols().stream()
                        .map(Protocol::label)
                        .collect(Collectors.toCollection(LinkedHashSet::new)));
        try {
            options.setKeyCertOptions(keys(tls.material().credential()));
            suites(tls.profile().negotiation().ciphers()).forEach(options::addEnabledCipherSuite);
        } catch (Exception e) {
            throw new IllegalStateException("Java's TLS can't use what BoringSSL can", e);
        }
        if (access.clients() != null) {
            options.setTrustOptions(
                    TrustOptions.wrap(new ClientTrust(access.clients(), tls.material(), turnstile::tellOf)));
        }
        return options;
    }

    private static KeyCertOptions keys(Credential credential) throws GeneralSecurityException, java.io.IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        char[] inMemoryOnly = new char[0];
        store.setKeyEntry(
                "own", credential.key(), inMemoryOnly, credential.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, inMemoryOnly);
        return KeyCertOptions.wrap((javax.net.ssl.X509KeyManager) factory.getKeyManagers()[0]);
    }

    /** Java's names: the suites of TLS 1.3, which are always on, and those of TLS 1.2 that the cipher string leaves and Java has. */
    private static List<String> suites(String ciphers) throws Exception {
        Set<String> there =
                Set.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
        List<String> suites =
                Arrays.asList("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256");
        Set<String> wanted = new LinkedHashSet<>(suites);
        CipherString.resolve(ciphers).forEach(name -> wanted.add(CipherSuiteConverter.toJava(name, "TLS")));
        wanted.retainAll(there);
        return List.copyOf(wanted);
    }
}
