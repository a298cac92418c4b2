package io.sallyport.pki;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Certificates by subject, read once. Immutable. */
final class CertIndex {

    private final Map<DistinguishedName, List<Cert>> bySubject;

    private CertIndex(Map<DistinguishedName, List<Cert>> bySubject) {
        this.bySubject = bySubject;
    }

    static CertIndex of(Iterable<X509Certificate> certificates) {
        Map<DistinguishedName, LinkedHashSet<Cert>> distinct = new HashMap<>();
        for (X509Certificate x509 : certificates) {
            try {
                Cert cert = Cert.of(x509);
                distinct.computeIfAbsent(cert.subject(), subject -> new LinkedHashSet<>())
                        .add(cert);
            } catch (CertificateParsingException e) {
                // Without a readable name it can be nobody's issuer.
            }
        }
        Map<DistinguishedName, List<Cert>> bySubject = new HashMap<>();
        distinct.forEach((subject, certs) -> bySubject.put(subject, List.copyOf(certs)));
        return new CertIndex(bySubject);
    }

    List<Cert> withSubject(DistinguishedName subject) {
        return bySubject.getOrDefault(subject, List.of());
    }

    boolean contains(Cert cert) {
        return withSubject(cert.subject()).contains(cert);
    }
}
