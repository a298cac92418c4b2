package io.sallyport.pki;

import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The subject alternative names of a certificate, and whether they name a host (RFC 9525: only these names count, no common name;
 * a wildcard is a whole first label and stands for one label).
 */
record SubjectNames(List<String> dns, List<byte[]> ip, List<String> uri, List<String> email) {

    private static final int EMAIL = 0x81;
    private static final int DNS = 0x82;
    private static final int URI = 0x86;
    private static final int IP = 0x87;

    static SubjectNames of(List<Der> generalNames) {
        List<String> dns = new ArrayList<>();
        List<byte[]> ip = new ArrayList<>();
        List<String> uri = new ArrayList<>();
        List<String> email = new ArrayList<>();
        for (Der name : generalNames) {
            switch (name.tag()) {
                case EMAIL -> email.add(text(name));
                case DNS -> dns.add(text(name));
                case URI -> uri.add(text(name));
                case IP -> ip.add(name.content());
                default -> {
                    // Directory names and other names are no names of hosts.
                }
            }
        }
        return new SubjectNames(List.copyOf(dns), List.copyOf(ip), List.copyOf(uri), List.copyOf(email));
    }

    private static String text(Der name) {
        return new String(name.content(), StandardCharsets.ISO_8859_1);
    }

    /** Whether one of the names is {@code host}, a DNS name or an IP address. */
    boolean matchHost(String host) {
        byte[] address = address(host);
        if (address != null) {
            return ip.stream().anyMatch(a -> Arrays.equals(a, address));
        }
        String wanted = canonical(host);
        return wanted != null && dns.stream().anyMatch(pattern -> matches(pattern, wanted));
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
    String hosts() {
        List<String> all = Stream.concat(dns.stream(), ip.stream().map(SubjectNames::addressText))
                .limit(11)
                .toList();
        if (all.isEmpty()) {
            return "no DNS name and no IP address (its common name isn't used)";
        }
        return all.stream().limit(10).collect(Collectors.joining(", ")) + (all.size() > 10 ? ", …" : "");
    }

    private static String addressText(byte[] address) {
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException e) {
            return "a malformed IP address";
        }
    }
}
