package io.sallyport.profile;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TCP address as the operator writes it: {@code host:port}, {@code 10.0.0.7:5671}, {@code [::1]:443}. An upstream may also be
 * a service: {@code _amqps._tcp.broker.test}, whose SRV records tell host and port (RFC 2782).
 *
 * @param host a name or an address, without brackets; of a service its whole name
 * @param port 1 to 65535; 0 on a listening side lets the system choose, and stands with a service
 */
public record Address(String host, int port) {

    private static final Pattern IPV4_LOOPBACK = Pattern.compile("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");

    /** Service, protocol, domain. */
    private static final Pattern SERVICE =
            Pattern.compile("_[A-Za-z0-9-]+\\._tcp\\.([A-Za-z0-9].*)", Pattern.CASE_INSENSITIVE);

    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

    public Address {
        if (!Hosts.isName(host) && !Hosts.isIp(host)) {
            throw new IllegalArgumentException("has host '" + host + "', which is neither a name nor an IP address");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("has port " + port + ", which is not from 0 to 65535");
        }
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    public static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        if (text.startsWith("[") && text.endsWith("]")) {
            throw new IllegalArgumentException("has no port; expected " + text + ":port");
        }
        if (colon < 0) {
            throw new IllegalArgumentException("has no port; expected host:port");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
            if (!Hosts.isIpv6(host)) {
                throw new IllegalArgumentException("has '" + host + "' in brackets, which is no IPv6 address");
            }
        } else if (Hosts.isIpv6(host)) {
            throw new IllegalArgumentException(
                    "is an IPv6 address without brackets; expected [" + host + "]:" + text.substring(colon + 1));
        }
        if (host.isEmpty()) {
            throw new IllegalArgumentException("has no host; expected host:port");
        }
        return new Address(host, port(text.substring(colon + 1)));
    }

    /** Whether SRV records tell where it is. */
    public boolean isService() {
        return port == 0 && isServiceName(host);
    }

    static boolean isServiceName(String text) {
        return SERVICE.matcher(text).matches();
    }

    /**
     * Who is expected there: the host; of a service its domain. The names that SRV records tell come from the network, so a
     * certificate for one of them proves nothing (RFC 6125, section 6.2.1).
     */
    public String peerHost() {
        Matcher service = SERVICE.matcher(host);
        return port == 0 && service.matches() ? service.group(1) : host;
    }

    private static int port(String text) {
        if (PORT.matcher(text).matches() && Integer.parseInt(text) <= 65535) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException("has port '" + text + "', which is not a number from 0 to 65535");
    }

    /** Whether only this machine can reach it, judged by the text alone. */
    public boolean isLoopback() {
        return host.equalsIgnoreCase("localhost")
                || Hosts.canonical(host).equals(Hosts.canonical("::1"))
                || IPV4_LOOPBACK.matcher(host).matches();
    }

    /** Whether it stands for every address of the machine. */
    public boolean isWildcard() {
        String canonical = Hosts.canonical(host);
        return canonical.equals("0.0.0.0") || canonical.equals(Hosts.canonical("::"));
    }

    /** Whether one socket that listens here keeps another from listening there. Port 0 is a different one each time. */
    public boolean overlaps(Address other) {
        return port == other.port
                && port != 0
                && (isWildcard() || other.isWildcard() || Hosts.isSame(host, other.host));
    }

    /** Whether a connection to {@code upstream} would meet a socket of this machine that listens here. */
    public boolean isMetBy(Address upstream) {
        return port == upstream.port
                && port != 0
                && (Hosts.isSame(host, upstream.host) || (isWildcard() && upstream.isLoopback()));
    }

    @Override
    public String toString() {
        if (isService()) {
            return host;
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
