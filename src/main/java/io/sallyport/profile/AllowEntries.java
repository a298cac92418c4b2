package io.sallyport.profile;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/** Reads entries of allow lists into their normal form. What could match no certificate is refused: its author meant something else. */
final class AllowEntries {

    private static final Pattern HEX = Pattern.compile("[0-9a-f]+");
    private static final int SHA256_DIGITS = 64;
    private static final int SHA1_DIGITS = 40;

    /** The longest serial number has 20 octets (RFC 5280, section 4.1.2.2). */
    private static final int LONGEST_SERIAL_DIGITS = 40;

    private AllowEntries() {}

    /** A value of the subject, letter by letter. */
    static String text(String text) {
        if (text.isBlank() || !text.equals(text.strip())) {
            throw new Unfit("is empty or begins or ends with a space", null);
        }
        if (text.indexOf('*') >= 0) {
            throw new Unfit("has a wildcard, which stands for nothing here", "list the values, or use dns or uri");
        }
        return text;
    }

    static String dns(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        String plain = name.startsWith("*.") ? name.substring(2) : name;
        if (Hosts.isIp(plain)) {
            throw new Unfit("is an IP address, and no DNS name of a certificate is one", "list it under ip");
        }
        if (!Hosts.isName(plain) || plain.endsWith(".")) {
            throw new Unfit(
                    "is not a DNS name",
                    "a wildcard is the whole first label, such as *.orders.test, and stands for one");
        }
        if (!plain.equals(name) && plain.indexOf('.') < 0) {
            throw new Unfit("would stand for a whole top-level domain", "name the domain: *.orders." + plain);
        }
        return name;
    }

    static String ip(String text) {
        if (!Hosts.isIp(text)) {
            throw new Unfit("is not an IP address", "names are listed under dns");
        }
        return text;
    }

    static String email(String text) {
        int at = text.lastIndexOf('@');
        if (at < 1 || text.indexOf('*') >= 0 || !Hosts.isName(text.substring(at + 1))) {
            throw new Unfit("is not a mailbox such as orders@example.test", null);
        }
        return text.substring(0, at + 1) + text.substring(at + 1).toLowerCase(Locale.ROOT);
    }

    static String uri(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new Unfit("is not a URI: " + e.getReason(), null);
        }
        if (uri.getScheme() == null) {
            throw new Unfit("has no scheme", "such as spiffe://example.test/orders/*");
        }
        for (String segment : text.split("/", -1)) {
            if (segment.indexOf('*') >= 0 && !segment.equals("*")) {
                throw new Unfit("has a wildcard that is only a part of a segment", "a * stands for one whole segment");
            }
        }
        String authority = uri.getRawAuthority();
        if (authority != null && authority.indexOf('*') >= 0) {
            throw new Unfit("has a wildcard outside of the path", "a * stands for one whole segment of the path");
        }
        if (uri.getScheme().equalsIgnoreCase("spiffe")) {
            spiffe(text, uri);
        }
        return text;
    }

    /** SPIFFE ids are compared letter by letter, and have no other form than this. */
    private static void spiffe(String text, URI uri) {
        String domain = uri.getRawAuthority();
        if (domain == null || !text.startsWith("spiffe://") || !domain.matches("[a-z0-9._-]+")) {
            throw new Unfit(
                    "is no SPIFFE id: its scheme and trust domain are in lower case, and there is no port", null);
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null || text.endsWith("/")) {
            throw new Unfit("is no SPIFFE id: it has no query, no fragment, and no / at its end", null);
        }
    }

    /** Hexadecimal, as {@code openssl x509 -serial} prints it; without leading zeros. */
    static String serial(String text) {
        String digits = hex(text.replaceFirst("^0[xX]", "")).replaceFirst("^0+", "");
        if (digits.isEmpty() || digits.length() > LONGEST_SERIAL_DIGITS) {
            throw new Unfit("is no serial number: that has 1 to 40 hexadecimal digits and isn't 0", null);
        }
        return digits;
    }

    /** A name as RFC 2253 has it, compared as certificates' names are. */
    static String issuer(String text) {
        try {
            String name = new X500Principal(text).getName();
            if (!name.isEmpty()) {
                return name;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new Unfit("is no distinguished name such as CN=Orders CA,O=Example", null);
    }

    static String fingerprint(String text) {
        return sha256(text.replaceFirst("(?i)^sha-?256[:=]", ""));
    }

    /** Hexadecimal, or base64 as HTTP pins have it. */
    static String spki(String text) {
        String pin = text.replaceFirst("(?i)^sha-?256[:/=]", "");
        if (pin.length() == 44 && pin.endsWith("=")) {
            try {
                return HexFormat.of().formatHex(Base64.getDecoder().decode(pin));
            } catch (IllegalArgumentException e) {
                throw new Unfit("is no base64", null);
            }
        }
        return sha256(pin);
    }

    private static String sha256(String text) {
        String digits = hex(text);
        if (digits.length() == SHA1_DIGITS) {
            throw new Unfit("is a SHA-1 digest, which can be forged", "use SHA-256, 64 hexadecimal digits");
        }
        if (digits.length() != SHA256_DIGITS) {
            throw new Unfit("is no SHA-256 digest: that has 64 hexadecimal digits", null);
        }
        return digits;
    }

    private static String hex(String text) {
        String digits = text.replace(":", "").toLowerCase(Locale.ROOT);
        if (!HEX.matcher(digits).matches()) {
            throw new Unfit("has something else in it than hexadecimal digits and colons", null);
        }
        return digits;
    }
}
