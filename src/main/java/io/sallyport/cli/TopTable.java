package io.sallyport.cli;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The lines of {@code top}: the gateway, its relays, and a table of connections. */
final class TopTable {

    /** Lines that stand above the first connection. */
    static final int ABOVE = 4;

    private static final List<String> HEADINGS =
            List.of("ID", "RELAY", "STATE", "CLIENT", "TLS", "UPSTREAM", "AGE", "IN", "OUT", "RATE/S", "IDENTITY");

    /** These are numbers, and stand to the right. */
    private static final List<String> RIGHT = List.of("ID", "AGE", "IN", "OUT", "RATE/S");

    private static final String UNITS = "KMGTPE";

    private TopTable() {}

    /** @param authority where the gateway was asked */
    static List<String> lines(String authority, TopReader.Look look) {
        List<String> lines = new ArrayList<>();
        JsonObject overview = look.overview();
        lines.add("sallyport at " + authority + ": " + overview.getString("phase")
                + (overview.getBoolean("ready") ? ", ready, " : ", not ready, ") + overview.getInteger("connections")
                + " open");
        lines.add(overview.getJsonArray("relays").stream()
                .map(JsonObject.class::cast)
                .map(relay ->
                        relay.getString("name") + " " + relay.getInteger("active") + " of " + relay.getInteger("limit"))
                .collect(Collectors.joining(", ")));
        lines.add("");
        lines.addAll(table(look.connections()));
        int more = look.matching() - look.connections().size();
        if (more > 0) {
            lines.add("and " + more + " more");
        }
        return lines;
    }

    private static List<String> table(List<TopConnection> connections) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADINGS);
        connections.forEach(connection -> rows.add(cells(connection)));
        int[] widths = new int[HEADINGS.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String blank = " ".repeat(widths[i] - width(row.get(i)));
            boolean right = RIGHT.contains(HEADINGS.get(i));
            line.append(right ? blank + row.get(i) : row.get(i) + blank).append("  ");
        }
        return line.toString().stripTrailing();
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    private static List<String> cells(TopConnection connection) {
        return List.of(
                Long.toString(connection.id()),
                connection.relay(),
                connection.state(),
                connection.client(),
                connection.tls(),
                connection.upstream(),
                age(connection.age()),
                size(connection.bytesIn()),
                size(connection.bytesOut()),
                size((long) connection.rate()),
                connection.identity());
    }

    /** The two greatest units: {@code 7s}, {@code 3m05s}, {@code 2h03m}, {@code 4d02h}. */
    static String age(Duration age) {
        if (age.toDays() > 0) {
            return "%dd%02dh".formatted(age.toDays(), age.toHoursPart());
        }
        if (age.toHours() > 0) {
            return "%dh%02dm".formatted(age.toHours(), age.toMinutesPart());
        }
        return age.toMinutes() > 0 ? "%dm%02ds".formatted(age.toMinutes(), age.toSecondsPart()) : age.toSeconds() + "s";
    }

    /** In units of 1024: {@code 999}, {@code 1.5K}, {@code 12.0M}. */
    static String size(long bytes) {
        if (bytes < 1024) {
            return Long.toString(bytes);
        }
        double size = bytes;
        int unit = -1;
        // What would be printed as 1024.0 is 1.0 of the next one.
        while (size >= 1023.95) {
            size /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f%c", size, UNITS.charAt(unit));
    }
}
