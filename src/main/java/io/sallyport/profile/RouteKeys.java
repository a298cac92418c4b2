package io.sallyport.profile;

import java.util.List;
import java.util.stream.Stream;

/** The keys of routes. Each has the keys under a relay's {@code connect} too, where it has a {@code connect}. */
final class RouteKeys {

    /** The section of routes: a list. */
    static final String ROUTES = Schema.RELAYS + ".*.routes";

    static final Key<String> NAME = Schema.relay("routes.name", Kinds.NAME)
            .means("What logs and the API call the route. Without it: its place in the list, from 1.")
            .such("customers");
    static final Key<List<String>> SNI = Schema.relay("routes.sni", Kinds.SERVER_NAMES)
            .means(
                    "The server names (SNI) that take this route. A `*` as the first label stands for one label. Letter case"
                            + " makes no difference. Without it: any, also none.")
            .such("[b.test, \"*.b.test\"]");
    static final Key<List<String>> OFFERED = Schema.relay("routes.alpn", Kinds.ALPN)
            .means("The application protocols that take this route: the client must offer one of them. Without it: any,"
                    + " also none.")
            .such("[mqtt]");
    static final Key<String> PROFILE = Schema.relay("routes.profile", Kinds.PROFILE_NAME)
            .means("The profile that clients meet. Without it: that of `listen`.")
            .such("b");
    static final Key<Boolean> PASSTHROUGH = Schema.relay("routes.passthrough", Kinds.BOOLEAN)
            .standard("false")
            .means(
                    "Whether TLS goes on to the upstream as it is, ClientHello and all. Nothing is decrypted, and nobody is"
                            + " asked for a certificate here.")
            .such("true");
    static final Key<Route.Unmatched> UNMATCHED = Schema.relay("unmatched", Kinds.UNMATCHED)
            .standard(Route.Unmatched.CONNECT.label())
            .means(
                    "What becomes of a connection that takes no route. `connect`: it meets the profile of `listen`, and goes"
                            + " where `connect` says. `refuse`: it is turned down, with the alert unrecognized_name or"
                            + " no_application_protocol.")
            .such("refuse");

    /** In the order of the docs. */
    static final List<Key<?>> ALL = Stream.<Key<?>>concat(
                    Stream.of(NAME, SNI, OFFERED, PROFILE, PASSTHROUGH), AllowKeys.ROUTE.values().stream())
            .toList();

    private RouteKeys() {}
}
