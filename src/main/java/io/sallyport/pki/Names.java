package io.sallyport.pki;

import java.security.cert.X509Certificate;
import javax.security.auth.x500.X500Principal;

/** Names of certificates as they are shown to people: RFC 2253, and something to read where there is none. */
public final class Names {

    private Names() {}

    static String subject(X509Certificate certificate) {
        return text(certificate.getSubjectX500Principal());
    }

    static String issuer(X509Certificate certificate) {
        return text(certificate.getIssuerX500Principal());
    }

    static String text(X500Principal name) {
        String text = name.getName();
        return text.isEmpty() ? "(empty subject)" : printable(text);
    }

    /** A peer chooses these texts: control characters would write into logs and terminals, and length fill them. */
    public static String printable(String text) {
        String bounded = text.length() > 250 ? text.substring(0, 250) + "…" : text;
        return bounded.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
