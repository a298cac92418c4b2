package io.sallyport.profile;

/**
 * A part of a relay that has keys of its own, such as one of its routes, as the owner of settings. No name has the sign in
 * it that separates the two.
 */
final class Part {

    private static final char SEPARATOR = '\0';
    private static final String OF_RELAY = Schema.RELAYS + ".*";

    private Part() {}

    /** @param index from 0 */
    static String route(String relay, int index) {
        return relay + SEPARATOR + "routes[" + index + "]";
    }

    /** What is said of clients without a certificate. */
    static String unverified(String relay) {
        return relay + SEPARATOR + "unverified";
    }

    static boolean isPart(String owner) {
        return owner.indexOf(SEPARATOR) >= 0;
    }

    /** The full path of the part itself. */
    static String path(String part) {
        int separator = part.indexOf(SEPARATOR);
        return Schema.RELAYS + "." + Key.quoted(part.substring(0, separator)) + "." + part.substring(separator + 1);
    }

    /** The full path under the part of a key with this pattern: of the part's own, or one that the relay has too. */
    static String path(String part, String pattern) {
        boolean isOfRoutes = pattern.startsWith(RouteKeys.ROUTES + ".");
        return path(part) + pattern.substring((isOfRoutes ? RouteKeys.ROUTES : OF_RELAY).length());
    }
}
