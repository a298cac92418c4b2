package io.sallyport.relay;

import io.sallyport.profile.Route;
import io.sallyport.protocol.ClientHello;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which routes a ClientHello may take, in their order. It costs two look-ups however many names there are, and keeps
 * nothing of a name that it doesn't know. Immutable; every event loop asks it.
 */
final class RouteTable {

    private static final int[] NONE = {};

    private final List<Route> routes;
    private final Map<String, int[]> byName;
    /** By what stands behind the {@code *.}. */
    private final Map<String, int[]> byParent;
    /** Those that ask for no name. */
    private final int[] nameless;

    RouteTable(List<Route> routes) {
        this.routes = List.copyOf(routes);
        Map<String, List<Integer>> names = new HashMap<>();
        Map<String, List<Integer>> parents = new HashMap<>();
        List<Integer> without = new ArrayList<>();
        for (int i = 0; i < routes.size(); i++) {
            for (String name : routes.get(i).serverNames()) {
                (name.startsWith("*.") ? parents : names)
                        .computeIfAbsent(name.startsWith("*.") ? name.substring(2) : name, n -> new ArrayList<>(1))
                        .add(i);
            }
            if (routes.get(i).serverNames().isEmpty()) {
                without.add(i);
            }
        }
        byName = arrays(names);
        byParent = arrays(parents);
        nameless = array(without);
    }

    private static Map<String, int[]> arrays(Map<String, List<Integer>> lists) {
        Map<String, int[]> arrays = new HashMap<>();
        lists.forEach((name, indexes) -> arrays.put(name, array(indexes)));
        return arrays;
    }

    private static int[] array(List<Integer> indexes) {
        return indexes.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * Whether there is a route for this name at all, whatever else it asks for.
     *
     * @param name null where the client names none
     */
    boolean knows(@Nullable String name) {
        return nameless.length > 0 || exact(name).length > 0 || wildcard(name).length > 0;
    }

    /** The routes whose SNI and ALPN these are, by index, the first in front. */
    List<Integer> of(ClientHello hello) {
        int[] exact = exact(hello.serverName());
        int[] wildcard = wildcard(hello.serverName());
        List<Integer> found = new ArrayList<>(2);
        // Each of the three is in order, and a route is in each only once.
        int e = 0;
        int w = 0;
        int n = 0;
        while (e < exact.length || w < wildcard.length || n < nameless.length) {
            int next = Math.min(at(exact, e), Math.min(at(wildcard, w), at(nameless, n)));
            if (at(exact, e) == next) {
                e++;
            }
            if (at(wildcard, w) == next) {
                w++;
            }
            if (at(nameless, n) == next) {
                n++;
            }
            if (isOffered(routes.get(next), hello)) {
                found.add(next);
            }
        }
        return found;
    }

    private static int at(int[] indexes, int place) {
        return place < indexes.length ? indexes[place] : Integer.MAX_VALUE;
    }

    private static boolean isOffered(Route route, ClientHello hello) {
        return route.alpn().isEmpty() || hello.alpn().stream().anyMatch(route.alpn()::contains);
    }

    private int[] exact(@Nullable String name) {
        return name == null ? NONE : byName.getOrDefault(name, NONE);
    }

    private int[] wildcard(@Nullable String name) {
        if (name == null) {
            return NONE;
        }
        int dot = name.indexOf('.');
        return dot < 1 ? NONE : byParent.getOrDefault(name.substring(dot + 1), NONE);
    }
}
