package io.sallyport.pki;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * A heap of certificates put into the order in which TLS sends a chain. Trust, dates and purposes aren't asked: names and signatures are.
 *
 * @param path leaf first, each followed by its issuer, as far up as the certificates reach
 * @param extra those that don't belong to it, in the order in which they came
 * @param ordered whether they came in this order already
 */
public record ChainOrder(List<X509Certificate> path, List<X509Certificate> extra, boolean ordered) {

    public static ChainOrder of(List<X509Certificate> certificates) {
        List<X509Certificate> distinct = List.copyOf(new LinkedHashSet<>(certificates));
        List<X509Certificate> path = new ArrayList<>();
        Optional<X509Certificate> next = leaf(distinct);
        while (next.isPresent()) {
            X509Certificate last = next.get();
            path.add(last);
            next = isSelfIssued(last)
                    ? Optional.empty()
                    : distinct.stream()
                            .filter(candidate -> !path.contains(candidate) && issued(candidate, last))
                            .findFirst();
        }
        List<X509Certificate> extra =
                distinct.stream().filter(c -> !path.contains(c)).toList();
        return new ChainOrder(
                List.copyOf(path),
                extra,
                certificates
                        .subList(0, Math.min(path.size(), certificates.size()))
                        .equals(path));
    }

    /** The first that issued no other, roots last: a stray one issued none either. If they go round in a circle, the first of all. */
    private static Optional<X509Certificate> leaf(List<X509Certificate> certificates) {
        List<X509Certificate> ends = certificates.stream()
                .filter(c -> certificates.stream().noneMatch(other -> !other.equals(c) && issued(c, other)))
                .toList();
        return ends.stream()
                .filter(c -> !isSelfIssued(c))
                .findFirst()
                .or(() -> ends.stream().findFirst())
                .or(() -> certificates.stream().findFirst());
    }

    private static boolean issued(X509Certificate issuer, X509Certificate certificate) {
        if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }

    private static boolean isSelfIssued(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    /** Whether it reaches a self-issued certificate; where not, the issuer of the last is missing. */
    public boolean reachesRoot() {
        return isSelfIssued(path.get(path.size() - 1));
    }
}
