package io.sallyport.profile;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells names from IP addresses by their text alone; never asks a name server. */
public final class Hosts {

    private static final Pattern LABELS =
            Pattern.compile("(?i)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\\.?");
    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)\\.(\\d+)");
    private static final Pattern ALL_NUMBERS = Pattern.compile("[\\d.]+");
    private static final Pattern IPV4_LOOPBACK = Pattern.compile("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    private static final Pattern HEX_GROUP = Pattern.compile("(?i)[0-9a-f]{1,4}");

    private Hosts() {}

    /** Whether it is this machine by its loopback interface. */
    static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost")
                || canonical(host).equals(canonical("::1"))
                || IPV4_LOOPBACK.matcher(host).matches();
    }

    static boolean isIp(String host) {
        return isIpv4(host) || isIpv6(host);
    }

    /** A DNS name. Underscores are allowed, since container networks have them; a name of digits alone is a mistyped address. */
    public static boolean isName(String host) {
        if (host.length() > 253
                || !LABELS.matcher(host).matches()
                || ALL_NUMBERS.matcher(host).matches()) {
            return false;
        }
        for (String label : host.split("\\.")) {
            if (label.length() > 63) {
                return false;
            }
        }
        return true;
    }

    /** One spelling for all spellings of an address or a name. */
    static String canonical(String host) {
        if (isIp(host)) {
            try {
                // An address in figures is only parsed, never asked for.
                return InetAddress.getByName(host).getHostAddress();
            } catch (UnknownHostException e) {
                return host;
            }
        }
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** Whether both mean the same address, as far as the texts tell. */
    static boolean isSame(String one, String other) {
        String a = canonical(one);
        String b = canonical(other);
        return a.equals(b) || (a.equals("localhost") && isLocalhost(b)) || (b.equals("localhost") && isLocalhost(a));
    }

    private static boolean isLocalhost(String canonical) {
        return canonical.equals("localhost") || canonical.equals("127.0.0.1") || canonical.equals(canonical("::1"));
    }

    static boolean isIpv4(String host) {
        Matcher matcher = NUMBERS.matcher(host);
        if (!matcher.matches()) {
            return false;
        }
        for (int i = 1; i <= 4; i++) {
            String octet = matcher.group(i);
            // A leading zero means octal to some and decimal to others: neither is guessed.
            if (octet.length() > 3 || Integer.parseInt(octet) > 255 || (octet.length() > 1 && octet.startsWith("0"))) {
                return false;
            }
        }
        return true;
    }

    static boolean isIpv6(String host) {
        int zone = host.indexOf('%');
        String address = zone > 0 ? host.substring(0, zone) : host;
        int gap = address.indexOf("::");
        if (gap < 0) {
            return groups(address, false) == 8;
        }
        int before = groups(address.substring(0, gap), true);
        int after = groups(address.substring(gap + 2), false);
        return before >= 0 && after >= 0 && before + after < 8;
    }

    /** How many 16-bit groups the text holds, an IPv4 ending counting as two; -1 where it isn't well-formed. */
    private static int groups(String text, boolean beforeGap) {
        if (text.isEmpty()) {
            return 0;
        }
        String[] parts = text.split(":", -1);
        int groups = 0;
        for (int i = 0; i < parts.length; i++) {
            if (HEX_GROUP.matcher(parts[i]).matches()) {
                groups++;
            } else if (i == parts.length - 1 && !beforeGap && isIpv4(parts[i])) {
                groups += 2;
            } else {
                return -1;
            }
        }
        return groups;
    }
}
