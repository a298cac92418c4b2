package io.sallyport.admin.access;

import io.sallyport.pki.Material;
import io.sallyport.pki.TrustAnchors;
import io.sallyport.pki.Verdict;
import io.sallyport.tls.PeerVerifier;
import io.sallyport.tls.TlsContext;
import java.net.Socket;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Has Java's TLS ask the verifier that relays ask: same rules, same revocation, same words. */
final class ClientTrust extends X509ExtendedTrustManager {

    private final PeerVerifier verifier;
    private final X509Certificate[] advertised;
    private final Consumer<Verdict.Untrusted> refusals;

    /** @param refusals is told why a client was turned down */
    ClientTrust(PeerVerifier verifier, Material material, Consumer<Verdict.Untrusted> refusals) {
        this.verifier = verifier;
        this.refusals = refusals;
        TrustAnchors anchors = material.anchors();
        this.advertised = anchors == null || anchors.certificates().size() > TlsContext.MAX_ADVERTISED_AUTHORITIES
                ? new X509Certificate[0]
                : anchors.certificates().toArray(X509Certificate[]::new);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String keyType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, keyType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String keyType, Socket socket) throws CertificateException {
        checkClientTrusted(chain, keyType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String keyType) throws CertificateException {
        if (verifier.verify(ClientCertificates.encoded(chain), null) instanceof Verdict.Untrusted untrusted) {
            refusals.accept(untrusted);
            throw exception(untrusted);
        }
    }

    /** Of the reasons that there are Java turns these two into alerts of their own. */
    private static CertificateException exception(Verdict.Untrusted untrusted) {
        CertPathValidatorException.BasicReason reason = switch (untrusted.refusal()) {
            case CERTIFICATE_EXPIRED, CERTIFICATE_NOT_YET_VALID -> CertPathValidatorException.BasicReason.EXPIRED;
            case REVOKED -> CertPathValidatorException.BasicReason.REVOKED;
            default -> CertPathValidatorException.BasicReason.UNSPECIFIED;
        };
        return new CertificateException(
                untrusted.refusal().code(), new CertPathValidatorException(untrusted.detail(), null, null, -1, reason));
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return advertised.clone();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, keyType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyType, Socket socket) throws CertificateException {
        checkServerTrusted(chain, keyType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyType) throws CertificateException {
        throw new CertificateException("the admin side connects to nobody");
    }
}
