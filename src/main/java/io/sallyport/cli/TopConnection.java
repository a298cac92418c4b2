package io.sallyport.cli;

import io.sallyport.pki.Names;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An open connection as {@code top} shows it.
 *
 * @param relay and its route, where it takes one
 * @param tls version with the client, or {@code plain}
 * @param identity of the client, or {@code -}
 * @param rate bytes a second, both ways
 */
record TopConnection(
        long id,
        String relay,
        String state,
        String client,
        String tls,
        String upstream,
        Duration age,
        long bytesIn,
        long bytesOut,
        double rate,
        String identity) {

    /**
     * Of an entry of {@code /api/connections}.
     *
     * @param now by the gateway's clock
     * @param before how many bytes each had had at the last look
     * @param since the last look
     */
    static TopConnection of(JsonObject entry, Instant now, Map<Long, Long> before, Duration since) {
        JsonObject tls = entry.getJsonObject("clientTls");
        long id = entry.getLong("id");
        long bytesIn = entry.getLong("bytesIn");
        long bytesOut = entry.getLong("bytesOut");
        Duration age = Duration.between(Instant.parse(entry.getString("openedAt")), now);
        Long known = before.get(id);
        String route = entry.getString("route");
        return new TopConnection(
                id,
                entry.getString("relay") + (route == null ? "" : "/" + route),
                text(entry, "state"),
                text(entry, "client"),
                tls == null ? "plain" : text(tls, "version"),
                text(entry, "upstream"),
                age.isNegative() ? Duration.ZERO : age,
                bytesIn,
                bytesOut,
                known == null ? perSecond(bytesIn + bytesOut, age) : perSecond(bytesIn + bytesOut - known, since),
                tls == null ? "-" : text(tls, "identity"));
    }

    long bytes() {
        return bytesIn + bytesOut;
    }

    /** The gateway's clock stands still for up to a second: shorter times mean nothing. */
    private static double perSecond(long bytes, Duration time) {
        return bytes * 1000.0 / Math.max(1000, time.toMillis());
    }

    /** Peers choose some of these texts. */
    private static String text(JsonObject object, String field) {
        @Nullable String text = object.getString(field);
        return text == null ? "-" : Names.printable(text);
    }
}
