package io.sallyport.pki;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A name with what comparing it to many subtrees needs, taken apart once. */
final class ConstrainedName {

    /** An e-mail address with letters beyond ASCII, in otherName; e-mail constraints count for it (RFC 8398, section 6). */
    private static final String SMTP_UTF8_MAILBOX = "1.3.6.1.5.5.7.8.9";

    private final int kind;
    private final boolean malformed;
    private final byte[] octets;
    private final String text;
    private final String host;
    private final @Nullable DistinguishedName directory;

    ConstrainedName(GeneralName name) {
        String mailbox = name.kind() == GeneralName.OTHER ? smtpUtf8(name.octets()) : null;
        this.kind = mailbox == null ? name.kind() : GeneralName.EMAIL;
        this.octets = name.octets();
        this.text = switch (kind) {
            case GeneralName.EMAIL -> mailbox == null ? name.text() : mailbox;
            case GeneralName.DNS, GeneralName.URI -> name.text();
            default -> "";
        };
        String found = switch (kind) {
            case GeneralName.EMAIL -> mailHost(text, mailbox != null);
            case GeneralName.DNS -> text;
            case GeneralName.URI -> uriHost(text);
            default -> "";
        };
        this.host = found == null ? "" : found.toLowerCase(Locale.ROOT);
        this.directory = kind == GeneralName.DIRECTORY ? directory(name) : null;
        this.malformed = found == null
                || (kind == GeneralName.DIRECTORY && directory == null)
                || (kind == GeneralName.IP && octets.length != 4 && octets.length != 16);
    }

    /** The kind of subtree that counts for it. */
    int kind() {
        return kind;
    }

    boolean malformed() {
        return malformed;
    }

    byte[] octets() {
        return octets;
    }

    /** The whole mailbox of an e-mail address. */
    String text() {
        return text;
    }

    /** The host of a DNS name, an e-mail address or a URI, in lower case. */
    String host() {
        return host;
    }

    @Nullable
    DistinguishedName directory() {
        return directory;
    }

    /** The mailbox; null if it is another kind of otherName; empty, and so malformed, if its value isn't what it must be. */
    private static @Nullable String smtpUtf8(byte[] octets) {
        // The SEQUENCE has the context tag in place of its own, so its parts stand here one after the other.
        Der oid = Der.of(octets);
        if (!oid.is(Der.OID) || !oid.oid().equals(SMTP_UTF8_MAILBOX)) {
            return null;
        }
        List<Der> value =
                Der.of(Arrays.copyOfRange(octets, oid.to(), octets.length)).children();
        return value.size() == 1 && value.get(0).is(Der.UTF8_STRING)
                ? new String(value.get(0).content(), StandardCharsets.UTF_8)
                : "";
    }

    private static @Nullable String mailHost(String mailbox, boolean international) {
        int at = mailbox.lastIndexOf('@');
        if (at < 0) {
            return null;
        }
        String host = mailbox.substring(at + 1);
        try {
            return international ? IDN.toASCII(host) : host;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Null where there is no host, or an address in its place: RFC 5280 has a constrained URI have a name. */
    private static @Nullable String uriHost(String uri) {
        int start = uri.indexOf("://");
        if (start < 0) {
            return null;
        }
        String authority = uri.substring(start + 3).split("[/?#]", 2)[0];
        String hostPort = authority.substring(authority.lastIndexOf('@') + 1);
        String host = hostPort.split(":", 2)[0];
        return host.isEmpty() || hostPort.startsWith("[") || SubjectNames.address(host) != null ? null : host;
    }

    private static @Nullable DistinguishedName directory(GeneralName name) {
        try {
            return name.directory();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
