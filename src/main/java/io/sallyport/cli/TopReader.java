package io.sallyport.cli;

import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at a gateway again and again, and remembers the last look for the rates. */
final class TopReader {

    /** The most that one page has. */
    static final int PAGE = 1000;

    /** By rate, so many are compared: a look stays small beside what the gateway has to do. */
    static final int MOST_COMPARED = 10_000;

    /**
     * What a look saw.
     *
     * @param matching how many there are of what was asked for; where it wasn't told, those that were seen
     * @param connections those that come first
     */
    record Look(JsonObject overview, int matching, List<TopConnection> connections) {}

    private record Page(int matching, List<JsonObject> entries) {}

    private final AdminClient admin;
    private final TopSort sort;
    private final @Nullable String relay;
    private Map<Long, Long> before = Map.of();
    private long lookedAt = System.nanoTime();

    /** @param relay whose connections are shown, or null for those of all */
    TopReader(AdminClient admin, TopSort sort, @Nullable String relay) {
        this.admin = admin;
        this.sort = sort;
        this.relay = relay;
    }

    /** @param rows the most connections that can be shown */
    Look look(int rows) throws CommandFailure, InterruptedException {
        JsonObject overview = admin.get("/api/overview");
        requireRelay(overview);
        Page page = sort.asked() == null ? walk() : sorted(sort.asked(), rows);
        long nanos = System.nanoTime();
        Duration since = Duration.ofNanos(nanos - lookedAt);
        Instant now = Instant.parse(overview.getString("at"));
        Map<Long, Long> seen = new HashMap<>();
        List<TopConnection> connections = new ArrayList<>();
        for (JsonObject entry : page.entries()) {
            TopConnection connection = TopConnection.of(entry, now, before, since);
            connections.add(connection);
            seen.put(connection.id(), connection.bytes());
        }
        before = seen;
        lookedAt = nanos;
        if (sort == TopSort.rate) {
            connections.sort(
                    Comparator.comparingDouble(TopConnection::rate).reversed().thenComparingLong(TopConnection::id));
        }
        return new Look(overview, page.matching(), connections.subList(0, Math.min(rows, connections.size())));
    }

    private void requireRelay(JsonObject overview) throws CommandFailure {
        List<String> names = overview.getJsonArray("relays").stream()
                .map(JsonObject.class::cast)
                .map(each -> each.getString("name"))
                .toList();
        if (relay != null && !names.contains(relay)) {
            throw new CommandFailure(
                    "there is no relay " + relay + " at " + admin.authority(),
                    names.isEmpty() ? null : "there is " + String.join(", ", names));
        }
    }

    private Page sorted(String order, int rows) throws CommandFailure, InterruptedException {
        JsonObject page = admin.get(path("sort=" + order + "&limit=" + Math.max(1, Math.min(rows, PAGE))));
        return new Page(page.getInteger("matching"), entries(page));
    }

    private Page walk() throws CommandFailure, InterruptedException {
        List<JsonObject> all = new ArrayList<>();
        Long next = 0L;
        while (next != null && all.size() < MOST_COMPARED) {
            JsonObject page = admin.get(path("after=" + next + "&limit=" + PAGE));
            all.addAll(entries(page));
            next = page.getLong("next");
        }
        return new Page(all.size(), all);
    }

    private String path(String query) {
        return "/api/connections?" + query
                + (relay == null ? "" : "&relay=" + URLEncoder.encode(relay, StandardCharsets.UTF_8));
    }

    private static List<JsonObject> entries(JsonObject page) {
        return page.getJsonArray("connections").stream()
                .map(JsonObject.class::cast)
                .toList();
    }
}
