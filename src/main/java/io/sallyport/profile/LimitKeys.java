package io.sallyport.profile;

import java.util.List;

/** The keys of a section {@code limits}: of each relay, and of all together. */
record LimitKeys(
        Key<Integer> connections,
        Key<Integer> perAddress,
        Key<Integer> perIdentity,
        Key<Integer> connectionsPerSecond,
        Key<Integer> handshakesPerSecond,
        Key<Long> bytesPerSecond) {

    static final LimitKeys RELAY = of(Schema.RELAYS + ".*.limits.", Limits.OF_RELAY, "of the relay");
    static final LimitKeys ALL = of(Schema.ROOT + ".limits.", Limits.OF_ALL, "of all relays together");

    private static LimitKeys of(String section, Limits standard, String whose) {
        return new LimitKeys(
                Key.of(section + "connections", Kinds.CONNECTIONS)
                        .standard(Integer.toString(standard.connections()))
                        .means("How many connections " + whose + " may be open at the same time. One more is closed at"
                                + " once.")
                        .such("500"),
                Key.of(section + "connections-per-address", Kinds.CONNECTIONS)
                        .means("How many of the connections " + whose
                                + " may come from one client address; of IPv6, from"
                                + " one /64. Where a PROXY header says who the client is, that address counts. Without it:"
                                + " no limit.")
                        .such("20"),
                Key.of(section + "connections-per-identity", Kinds.CONNECTIONS)
                        .means("How many of the connections " + whose + " may be open with one verified client"
                                + " certificate. Resumed sessions count too. Without it: no limit.")
                        .such("2"),
                Key.of(section + "connections-per-second", Kinds.CONNECTIONS)
                        .means("How many new connections " + whose
                                + " may come in a second. After a pause as many may come"
                                + " at once. Without it: no limit.")
                        .such("200"),
                Key.of(section + "handshakes-per-second", Kinds.CONNECTIONS)
                        .means("How many TLS handshakes with clients " + whose
                                + " may begin in a second. After a pause as"
                                + " many may begin at once. Without it: no limit.")
                        .such("100"),
                Key.of(section + "bytes-per-second", Kinds.BYTE_RATE)
                        .means("How many bytes " + whose
                                + " may move in a second, in each direction: `k`, `m` and `g` are"
                                + " powers of 1024. Whoever sends more is read later; nothing is lost. Without it: no"
                                + " limit.")
                        .such("10m"));
    }

    List<Key<?>> inOrder() {
        return List.of(connections, perAddress, perIdentity, connectionsPerSecond, handshakesPerSecond, bytesPerSecond);
    }

    /** @param name of the relay; empty for all together */
    Limits read(Settings settings, String name) {
        return new Limits(
                settings.present(connections, name),
                settings.value(perAddress, name),
                settings.value(perIdentity, name),
                settings.value(connectionsPerSecond, name),
                settings.value(handshakesPerSecond, name),
                settings.value(bytesPerSecond, name));
    }
}
