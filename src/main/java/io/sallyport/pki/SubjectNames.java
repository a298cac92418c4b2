package io.sallyport.pki;

import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The names that a certificate is for, and whether they are what is expected (RFC 9525: subject alternative names; a wildcard is a
 * whole first label and stands for one label).
 *
 * @param alternatives the subjectAltName extension; empty where there is none
 * @param subject for the one thing it may serve: a common name, where that is switched on
 */
record SubjectNames(List<GeneralName> alternatives, DistinguishedName subject) {

    /** Whether one of the names is {@code host}, a DNS name or an IP address. */
    boolean matchHost(String host, boolean commonNameFallback) {
        byte[] address = address(host);
        if (address != null) {
            return matchAddress(address);
        }
        String wanted = canonical(host);
        if (wanted == null) {
            return false;
        }
        // With a DNS name in the certificate its common name never counts: the issuer said what it is for.
        Stream<String> presented = commonNameFallback && !has(GeneralName.DNS) ? commonNames() : texts(GeneralName.DNS);
        return presented.anyMatch(pattern -> matches(pattern, wanted));
    }

    boolean matchAddress(byte[] address) {
        return of(GeneralName.IP).anyMatch(name -> Arrays.equals(name.octets(), address));
    }

    /** The local part counts letter by letter, the domain in any case (RFC 5280, section 7.5). */
    boolean matchEmail(String mailbox) {
        int at = mailbox.lastIndexOf('@');
        return at > 0
                && texts(GeneralName.EMAIL)
                        .anyMatch(name -> name.lastIndexOf('@') == at
                                && name.regionMatches(0, mailbox, 0, at)
                                && name.substring(at).equalsIgnoreCase(mailbox.substring(at)));
    }

    boolean matchUri(String uri) {
        return texts(GeneralName.URI).anyMatch(uri::equals);
    }

    boolean has(int kind) {
        return of(kind).findAny().isPresent();
    }

    private Stream<GeneralName> of(int kind) {
        return alternatives.stream().filter(name -> name.kind() == kind);
    }

    private Stream<String> texts(int kind) {
        return of(kind).map(GeneralName::text);
    }

    private Stream<String> commonNames() {
        return subject.attributes(DistinguishedName.COMMON_NAME).stream()
                .map(DistinguishedName.Attribute::text)
                .filter(text -> text != null);
    }

    /** The octets of an IP address as text, or null if it is a name. Never asks DNS. */
    static byte @Nullable [] address(String host) {
        try {
            if (host.indexOf(':') >= 0) {
                // A colon stands in no DNS name, so this is never looked up. A zone isn't part of the address.
                return InetAddress.getByName(host.split("%", 2)[0]).getAddress();
            }
            String[] parts = host.split("\\.", -1);
            if (parts.length != 4 || !Arrays.stream(parts).allMatch(p -> p.matches("\\d{1,3}"))) {
                return null;
            }
            byte[] address = new byte[4];
            for (int i = 0; i < 4; i++) {
                int octet = Integer.parseInt(parts[i]);
                if (octet > 255) {
                    return null;
                }
                address[i] = (byte) octet;
            }
            return address;
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Lower case, as A-labels, without the root's dot; null if it can be no DNS name. */
    private static @Nullable String canonical(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        try {
            String ascii = IDN.toASCII(name).toLowerCase(Locale.ROOT);
            return ascii.isEmpty() || ascii.startsWith(".") ? null : ascii;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean matches(String presented, String wanted) {
        String pattern = presented.toLowerCase(Locale.ROOT);
        if (!pattern.startsWith("*.")) {
            return pattern.equals(wanted);
        }
        String rest = pattern.substring(1);
        int firstDot = wanted.indexOf('.');
        // '*.test' would stand for a whole top-level domain: OpenSSL doesn't match it either.
        return rest.indexOf('.', 1) > 0
                && rest.indexOf('*') < 0
                && firstDot > 0
                && wanted.substring(firstDot).equals(rest);
    }

    /** For messages: what the certificate is for, bounded however many names it has. */
    String list() {
        List<String> first =
                alternatives.stream().limit(11).map(GeneralName::toString).toList();
        if (first.isEmpty()) {
            return "nothing, having no subjectAltName (its common name isn't used)";
        }
        return first.stream().limit(10).collect(Collectors.joining(", ")) + (first.size() > 10 ? ", …" : "");
    }
}
