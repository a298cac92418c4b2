package io.sallyport.profile;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An address as the operator writes it: {@code host:port}, {@code 10.0.0.7:5671}, {@code [::1]:443}; {@code
 * unix:/run/orders.sock}; or {@code systemd:orders}, a socket that systemd has opened.
 *
 * @param host a name or an address, without brackets; the path of a unix socket; the name of a socket of systemd's
 * @param port 1 to 65535; 0 on a listening side lets the system choose. 0 where it isn't TCP
 */
public record Address(Kind kind, String host, int port) {

    /** What sort of socket is there. */
    public enum Kind {
        TCP(""),
        UNIX("unix:"),
        /** One that is open already, and was handed to this process. */
        SYSTEMD("systemd:");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    /** {@code sun_path} less its last byte. */
    private static final int MAX_PATH_BYTES = 107;

    private static final Pattern IPV4_LOOPBACK = Pattern.compile("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");

    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

    /** As systemd takes it for {@code FileDescriptorName=}, less the colon. */
    private static final Pattern SOCKET_NAME = Pattern.compile("[A-Za-z0-9@._-]{1,255}");

    public Address {
        if (kind == Kind.UNIX) {
            refusePath(host);
        } else if (kind == Kind.SYSTEMD && !SOCKET_NAME.matcher(host).matches()) {
            throw new IllegalArgumentException("has '" + host + "' for the name of a socket of systemd's");
        } else if (kind == Kind.TCP && !Hosts.isName(host) && !Hosts.isIp(host)) {
            throw new IllegalArgumentException("has host '" + host + "', which is neither a name nor an IP address");
        }
        if (port < 0 || port > 65535 || (kind != Kind.TCP && port != 0)) {
            throw new IllegalArgumentException("has port " + port + ", which is not from 0 to 65535");
        }
    }

    /** Of TCP. */
    public Address(String host, int port) {
        this(Kind.TCP, host, port);
    }

    private static void refusePath(String path) {
        int bytes = path.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > MAX_PATH_BYTES) {
            throw new IllegalArgumentException(
                    "has a path of " + bytes + " bytes; that of a unix socket has 1 to " + MAX_PATH_BYTES);
        }
        if (path.startsWith("@") || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "is an abstract socket, which no file permission protects; expected a path");
        }
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    public static Address parse(String text) {
        for (Kind kind : List.of(Kind.UNIX, Kind.SYSTEMD)) {
            if (text.startsWith(kind.prefix)) {
                return new Address(kind, text.substring(kind.prefix.length()), 0);
            }
        }
        int colon = text.lastIndexOf(':');
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

    private static int port(String text) {
        if (PORT.matcher(text).matches() && Integer.parseInt(text) <= 65535) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException("has port '" + text + "', which is not a number from 0 to 65535");
    }

    public boolean isTcp() {
        return kind == Kind.TCP;
    }

    /** Of a unix socket. */
    public Path path() {
        if (kind != Kind.UNIX) {
            throw new IllegalStateException(this + " has no path");
        }
        return Path.of(host);
    }

    /** Whether only this machine can reach it, judged by the text alone. */
    public boolean isLoopback() {
        return kind == Kind.UNIX
                || (kind == Kind.TCP
                        && (host.equalsIgnoreCase("localhost")
                                || Hosts.canonical(host).equals(Hosts.canonical("::1"))
                                || IPV4_LOOPBACK.matcher(host).matches()));
    }

    /** Whether it stands for every address of the machine. */
    public boolean isWildcard() {
        String canonical = Hosts.canonical(host);
        return kind == Kind.TCP && (canonical.equals("0.0.0.0") || canonical.equals(Hosts.canonical("::")));
    }

    /** Whether one socket that listens here keeps another from listening there. Port 0 is a different one each time. */
    public boolean overlaps(Address other) {
        if (kind != Kind.TCP || other.kind != Kind.TCP) {
            return isSamePlace(other);
        }
        return port == other.port
                && port != 0
                && (isWildcard() || other.isWildcard() || Hosts.isSame(host, other.host));
    }

    /** Whether a connection to {@code upstream} would meet a socket of this machine that listens here. */
    public boolean isMetBy(Address upstream) {
        if (kind != Kind.TCP || upstream.kind != Kind.TCP) {
            return isSamePlace(upstream);
        }
        return port == upstream.port
                && port != 0
                && (Hosts.isSame(host, upstream.host) || (isWildcard() && upstream.isLoopback()));
    }

    private boolean isSamePlace(Address other) {
        if (kind != other.kind) {
            return false;
        }
        return kind == Kind.UNIX
                ? path().toAbsolutePath()
                        .normalize()
                        .equals(other.path().toAbsolutePath().normalize())
                : host.equals(other.host);
    }

    @Override
    public String toString() {
        if (kind != Kind.TCP) {
            return kind.prefix + host;
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
