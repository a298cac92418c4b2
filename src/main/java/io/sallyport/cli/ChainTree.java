package io.sallyport.cli;

import io.sallyport.pki.Descriptions;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** Draws a chain as a tree, the issuer above what it issued. */
final class ChainTree {

    private ChainTree() {}

    /**
     * @param path leaf first
     */
    static String text(List<X509Certificate> path, Instant now) {
        StringBuilder text = new StringBuilder();
        for (int i = path.size() - 1; i >= 0; i--) {
            X509Certificate certificate = path.get(i);
            text.append(entry(certificate, path.size() - 1 - i, now)).append('\n');
        }
        return text.toString();
    }

    /**
     * The line of one certificate, without its end.
     *
     * @param level 0 for the top of the tree
     */
    static String entry(X509Certificate certificate, int level, Instant now) {
        return (level == 0 ? "" : "   ".repeat(level - 1) + "└─ ") + Descriptions.subject(certificate) + " ("
                + Descriptions.expiry(certificate, now) + ")";
    }
}
