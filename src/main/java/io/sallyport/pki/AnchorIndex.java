package io.sallyport.pki;

import java.security.cert.CertificateParsingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.security.auth.x500.X500Principal;

/** The trust anchors by subject, parsed once for all verifications. Immutable. */
final class AnchorIndex {

    private final Map<X500Principal, List<Cert>> bySubject = new HashMap<>();

    AnchorIndex(TrustAnchors anchors) {
        anchors.certificates().forEach(x509 -> {
            try {
                Cert cert = new Cert(x509);
                bySubject
                        .computeIfAbsent(cert.subject(), s -> new ArrayList<>())
                        .add(cert);
            } catch (CertificateParsingException e) {
                // An anchor with an extension that can't be read is left out: trusting less is the safe side.
            }
        });
    }

    List<Cert> withSubject(X500Principal subject) {
        return bySubject.getOrDefault(subject, List.of());
    }

    boolean contains(Cert cert) {
        return withSubject(cert.subject()).contains(cert);
    }
}
