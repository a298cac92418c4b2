package io.sallyport.pki;

import java.util.Set;

/** Names for a certificate as people type them. */
public final class AlternativeNames {

    private static final Set<String> KINDS = Set.of("DNS", "IP", "URI", "email");

    private AlternativeNames() {}

    /**
     * With its kind in front, as {@link CertificateSpec#names} wants it: one that is written is kept, else it is told from the name's
     * looks: {@code a.test}, {@code 127.0.0.1}, {@code spiffe://test/a}, {@code a@b.test}.
     */
    public static String withKind(String name) {
        int colon = name.indexOf(':');
        if (colon > 0 && KINDS.contains(name.substring(0, colon))) {
            return name;
        }
        if (name.contains("://")) {
            return "URI:" + name;
        }
        if (name.contains("@")) {
            return "email:" + name;
        }
        return (SubjectNames.address(name) == null ? "DNS:" : "IP:") + name;
    }
}
