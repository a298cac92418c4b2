package io.sallyport.profile;

import java.util.regex.Pattern;

/**
 * A TCP address as the operator writes it: {@code host:port}, {@code 10.0.0.7:5671}, {@code [::1]:443}.
 *
 * @param host a name or an address, without brackets
 * @param port 1 to 65535; 0 on a listening side lets the system choose
 */
public record Address(String host, int port) {

    private static final Pattern IPV4_LOOPBACK = Pattern.compile("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    public static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("has no port; expected host:port");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "an IPv6 address stands in brackets; expected [" + host + "]:" + text.substring(colon + 1));
        }
        if (host.isEmpty()) {
            throw new IllegalArgumentException("has no host; expected host:port");
        }
        return new Address(host, port(text.substring(colon + 1)));
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 65535 && Character.isDigit(text.charAt(0))) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one sentence that fits both.
        }
        throw new IllegalArgumentException("port '" + text + "' is not a number from 0 to 65535");
    }

    /** Whether only this machine can reach it, judged by the text alone. */
    public boolean isLoopback() {
        return host.equalsIgnoreCase("localhost")
                || host.equals("::1")
                || IPV4_LOOPBACK.matcher(host).matches();
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
