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
            int level = path.size() - 1 - i;
            text.append(level == 0 ? "" : "   ".repeat(level - 1) + "└─ ")
                    .append(Descriptions.subject(certificate))
                    .append(" (")
                    .append(Descriptions.expiry(certificate, now))
                    .append(")\n");
        }
        return text.toString();
    }
}
