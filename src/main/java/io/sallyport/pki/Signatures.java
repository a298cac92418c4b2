package io.sallyport.pki;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.DSAParams;
import java.security.interfaces.DSAPublicKey;
import java.security.spec.DSAPublicKeySpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks the signatures of one verification, each once. Those of CA certificates that were found good stay known to the verifier, since
 * all its peers send the same few.
 */
final class Signatures {

    /** Who signed what; both by their content. */
    record Edge(Cert subject, Cert issuer) {}

    /** Edges between CAs that were good; shared by all verifications of a verifier. */
    static final class Known {

        private static final int MOST = 1000;

        private final Set<Edge> good = ConcurrentHashMap.newKeySet();

        private void add(Edge edge) {
            // Only someone who makes up CAs by the hundred gets here; starting anew costs a few checks.
            if (good.size() >= MOST) {
                good.clear();
            }
            good.add(edge);
        }
    }

    private final Known known;
    private final WorkBudget budget;
    private final Map<Edge, Boolean> tried = new HashMap<>();

    Signatures(Known known, WorkBudget budget) {
        this.known = known;
        this.budget = budget;
    }

    /**
     * Whether the certificate at {@code depth} is signed by the next one of the path.
     *
     * @param path up to where keys may come from
     */
    boolean good(List<Cert> path, int depth) throws RefusedException {
        return good(path.get(depth), path.get(depth + 1), key(path, depth + 1));
    }

    /** Whether {@code issuer}'s own key signed {@code subject}. */
    boolean good(Cert subject, Cert issuer) throws RefusedException {
        return good(subject, issuer, issuer.x509().getPublicKey());
    }

    private boolean good(Cert subject, Cert issuer, PublicKey key) throws RefusedException {
        Edge edge = new Edge(subject, issuer);
        if (lacksParameters(issuer)) {
            // What completes the key is another matter in each path: nothing to keep.
            budget.signature();
            return verify(subject, key);
        }
        if (known.good.contains(edge)) {
            return true;
        }
        Boolean before = tried.get(edge);
        if (before != null) {
            return before;
        }
        budget.signature();
        boolean good = verify(subject, key);
        tried.put(edge, good);
        return good;
    }

    private static boolean verify(Cert subject, PublicKey key) {
        try {
            if (!subject.namesOneAlgorithm(subject.x509().getEncoded())) {
                return false;
            }
            subject.x509().verify(key);
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }

    /** Keeps the edges of a path that was accepted, but the leaf's: there are as many of those as peers. */
    void remember(List<Cert> path) {
        for (int depth = 1; depth < path.size() - 1; depth++) {
            if (lacksParameters(path.get(depth + 1))) {
                continue;
            }
            known.add(new Edge(path.get(depth), path.get(depth + 1)));
        }
    }

    /** The key of a certificate of a path; a DSA key without parameters has those of the next one above that has some. */
    static PublicKey key(List<Cert> path, int depth) {
        PublicKey key = path.get(depth).x509().getPublicKey();
        if (!lacksParameters(path.get(depth))) {
            return key;
        }
        for (Cert above : path.subList(depth + 1, path.size())) {
            if (above.x509().getPublicKey() instanceof DSAPublicKey donor && donor.getParams() != null) {
                return completed(key, donor.getParams());
            }
        }
        return key;
    }

    /** Whether its key is useless without that of its issuer. */
    static boolean lacksParameters(Cert cert) {
        return cert.keyKind().algorithm().equals("DSA")
                && !(cert.x509().getPublicKey() instanceof DSAPublicKey dsa && dsa.getParams() != null);
    }

    private static PublicKey completed(PublicKey key, DSAParams params) {
        try {
            // SubjectPublicKeyInfo: the BIT STRING, without its count of unused bits, holds the INTEGER y.
            byte[] bits = Der.of(key.getEncoded()).children().get(1).content();
            byte[] y = Der.of(Arrays.copyOfRange(bits, 1, bits.length)).content();
            return KeyFactory.getInstance("DSA")
                    .generatePublic(
                            new DSAPublicKeySpec(new BigInteger(y), params.getP(), params.getQ(), params.getG()));
        } catch (GeneralSecurityException | RuntimeException e) {
            return key;
        }
    }
}
