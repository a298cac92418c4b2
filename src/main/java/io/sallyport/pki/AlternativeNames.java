package io.sallyport.pki;

import io.sallyport.profile.Hosts;
import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/** Names for a certificate as people type them. */
public final class AlternativeNames {

    private static final Set<String> KINDS = Set.of("DNS", "IP", "URI", "email");

    private AlternativeNames() {}

    /**
     * With its kind in front, as {@link CertificateSpec#names} wants it: one that is written is kept, else it is told from the name's
     * looks: {@code a.test}, {@code 127.0.0.1}, {@code [::1]}, {@code spiffe://test/a}, {@code a@b.test}. Names beyond ASCII become
     * A-labels (RFC 5280, section 7.2).
     *
     * @throws IllegalArgumentException if no peer could have that name; the message says why
     */
    public static String withKind(String name) {
        int colon = name.indexOf(':');
        if (colon > 0 && KINDS.contains(name.substring(0, colon))) {
            return checked(name.substring(0, colon), name.substring(colon + 1));
        }
        if (name.contains("://")) {
            return checked("URI", name);
        }
        if (name.contains("@")) {
            return checked("email", name);
        }
        boolean address = name.startsWith("[") || SubjectNames.address(name) != null;
        return checked(address ? "IP" : "DNS", name);
    }

    private static String checked(String kind, String value) {
        return kind
                + ":"
                + switch (kind) {
                    case "DNS" -> dns(value);
                    case "IP" -> address(value);
                    case "URI" -> uri(value);
                    default -> email(value);
                };
    }

    private static String dns(String name) {
        String ascii = ascii(name);
        boolean wild = ascii.startsWith("*.");
        if (!Hosts.isName(wild ? ascii.substring(2) : ascii)) {
            throw new IllegalArgumentException(
                    name.matches(".*:\\d+")
                            ? "'" + name + "' has a port, which names in certificates don't have"
                            : "'" + name + "' is neither a DNS name, an IP address, a URI nor an e-mail address");
        }
        return ascii;
    }

    private static String ascii(String name) {
        try {
            return IDN.toASCII(name);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }

    private static String address(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (SubjectNames.address(bare) == null) {
            throw new IllegalArgumentException("'" + text + "' is no IP address");
        }
        return bare;
    }

    private static String uri(String text) {
        try {
            if (new URI(text).isAbsolute()) {
                return text;
            }
            throw new IllegalArgumentException("'" + text + "' is no URI: it has no scheme, such as spiffe:");
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + text + "' is no URI: " + e.getReason(), e);
        }
    }

    private static String email(String text) {
        int at = text.indexOf('@');
        if (at < 1 || !text.matches("[!-~]+") || !Hosts.isName(text.substring(at + 1))) {
            throw new IllegalArgumentException("'" + text + "' is no e-mail address");
        }
        return text;
    }
}
