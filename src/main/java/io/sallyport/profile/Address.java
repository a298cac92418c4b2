package io.sallyport.profile;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address as the operator writes it: {@code host:port}, {@code 10.0.0.7:5671}, {@code [::1]:443}, {@code
 * unix:/run/orders.sock}. A listener may also be {@code systemd:orders}, a socket that systemd has opened; an upstream may be a
 * service, {@code _amqps._tcp.broker.test}, whose SRV records tell host and port (RFC 2782).
 *
 * @param host a name or an address, without brackets; of a service its whole name; of a unix socket its path; the name of
 *     systemd's socket
 * @param port 1 to 65535; 0 on a listening side lets the system choose, and stands with what isn't TCP
 */
public record Address(Kind kind, String host, int port) {

    /** How it is reached, or listened on. */
    public enum Kind {
        TCP(""),
        /** TCP, where DNS says. */
        SERVICE(""),
        UNIX("unix:"),
        /** A socket that is open already, and was handed to this process. */
        SYSTEMD("systemd:");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    /** {@code sun_path} less its last byte. */
    private static final int MAX_PATH_BYTES = 107;

    /** Service, protocol, domain. */
    private static final Pattern SERVICE =
            Pattern.compile("_[A-Za-z0-9-]+\\._tcp\\.([A-Za-z0-9].*)", Pattern.CASE_INSENSITIVE);

    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

    /** As systemd takes it for {@code FileDescriptorName=}, less the colon. */
    private static final Pattern SOCKET_NAME = Pattern.compile("[A-Za-z0-9@._-]{1,255}");

    public Address {
        switch (kind) {
            case TCP -> {
                if (!Hosts.isName(host) && !Hosts.isIp(host)) {
                    throw new IllegalArgumentException(
                            "has host '" + host + "', which is neither a name nor an IP address");
                }
            }
            case SERVICE -> {
                if (!isServiceName(host)) {
                    throw new IllegalArgumentException("is not the name of a service");
                }
            }
            case UNIX -> refusePath(host);
            case SYSTEMD -> {
                if (!SOCKET_NAME.matcher(host).matches()) {
                    throw new IllegalArgumentException(
                            "has '" + host + "', which is no FileDescriptorName= of a socket unit");
                }
            }
        }
        if (port < 0 || port > 65535 || (kind != Kind.TCP && port != 0)) {
            throw new IllegalArgumentException("has port " + port + ", which is not from 0 to 65535");
        }
    }

    /** Of TCP. */
    public Address(String host, int port) {
        this(Kind.TCP, host, port);
    }

    static Address ofService(String name) {
        return new Address(Kind.SERVICE, name, 0);
    }

    private static void refusePath(String path) {
        int bytes = path.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > MAX_PATH_BYTES) {
            throw new IllegalArgumentException(
                    "has a path of " + bytes + " bytes; that of a unix socket has 1 to " + MAX_PATH_BYTES);
        }
        if (path.startsWith("@") || path.startsWith("\0")) {
            throw new IllegalArgumentException(
                    "is an abstract socket, which no file permission protects; expected a path");
        }
        try {
            Path unused = Path.of(path);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("is not a path: " + e.getReason(), e);
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

    static boolean isServiceName(String text) {
        return SERVICE.matcher(text).matches();
    }

    /**
     * Who is expected there: the host; of a service its domain. The names that SRV records tell come from the network, so a
     * certificate for one of them proves nothing (RFC 6125, section 6.2.1). A path is nobody's name: there it is {@code
     * localhost}.
     */
    public String peerHost() {
        return switch (kind) {
            case TCP -> host;
            case SERVICE -> {
                Matcher service = SERVICE.matcher(host);
                yield service.matches() ? service.group(1) : host;
            }
            case UNIX, SYSTEMD -> "localhost";
        };
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

    public boolean isUnix() {
        return kind == Kind.UNIX;
    }

    /** Of a unix socket. */
    public Path path() {
        if (kind != Kind.UNIX) {
            throw new IllegalStateException(this + " has no path");
        }
        return Path.of(host);
    }

    /** Whether only this machine can reach it, judged by the text alone: of systemd's sockets it can't be told. */
    public boolean isLoopback() {
        return kind == Kind.UNIX || (kind == Kind.TCP && Hosts.isLoopback(host));
    }

    /** Whether it stands for every address of the machine. */
    public boolean isWildcard() {
        String canonical = Hosts.canonical(host);
        return kind == Kind.TCP && (canonical.equals("0.0.0.0") || canonical.equals(Hosts.canonical("::")));
    }

    /** Whether one socket that listens here keeps another from listening there. Port 0 is a different one each time. */
    public boolean overlaps(Address other) {
        return isTcp() && (isWildcard() || other.isWildcard()) ? port == other.port && port != 0 : isSame(other);
    }

    /** Whether a connection to {@code upstream} would meet a socket of this machine that listens here. */
    public boolean isMetBy(Address upstream) {
        return isSame(upstream) || (isWildcard() && port != 0 && port == upstream.port && upstream.isLoopback());
    }

    /** Whether both mean the same, as far as the texts tell. Port 0 is a different one each time. */
    boolean isSame(Address other) {
        if (kind != other.kind || port != other.port) {
            return false;
        }
        return switch (kind) {
            case TCP -> port != 0 && Hosts.isSame(host, other.host);
            case SERVICE -> Hosts.isSame(host, other.host);
            case UNIX -> settled(path()).equals(settled(other.path()));
            case SYSTEMD -> host.equals(other.host);
        };
    }

    private static Path settled(Path path) {
        return path.toAbsolutePath().normalize();
    }

    @Override
    public String toString() {
        if (kind != Kind.TCP) {
            return kind.prefix + host;
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
