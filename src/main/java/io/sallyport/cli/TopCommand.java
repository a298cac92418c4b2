package io.sallyport.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Shows the open connections of a running gateway, like a process list. */
@Command(
        name = "top",
        description = {
            "Show the open connections of a running gateway, like a process list, until Ctrl-C.",
            "Exit status 2: the gateway's admin side can't be asked."
        })
final class TopCommand implements Callable<Integer> {

    /** Control sequences of ECMA-48: to the upper left corner, clear to the end of the line, of the screen. */
    private static final String HOME = "\u001b[H";

    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final Terminal terminal;
    private final StopRequest stop;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Mixin
    private final AdminOption admin = new AdminOption();

    @Option(
            names = "--once",
            description = "Print one table and end, as where stdout is no terminal. It has up to 1000 connections.")
    private boolean once;

    @Option(
            names = "--sort",
            paramLabel = "age|bytes|rate|client",
            defaultValue = "bytes",
            description = "What comes first: the oldest, or the most bytes or bytes a second. Default: bytes")
    private TopSort sort = TopSort.bytes;

    @Option(names = "--relay", paramLabel = "NAME", description = "Only connections of this relay.")
    private @Nullable String relay;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = Interval.class,
            description = "From one table to the next, 1s to 1h. Default: 2s")
    private Duration interval = Duration.ofSeconds(2);

    TopCommand(Terminal terminal, StopRequest stop) {
        this.terminal = terminal;
        this.stop = stop;
    }

    @Override
    public Integer call() throws Exception {
        AdminClient client = admin.client(config, terminal);
        TopReader reader = new TopReader(client, sort, relay);
        if (once || !terminal.isWatched() || "dumb".equals(System.getenv("TERM"))) {
            TopTable.lines(client.authority(), reader.look(TopReader.PAGE)).forEach(terminal::say);
            return ExitStatus.DONE;
        }
        stop.heed();
        do {
            ScreenSize screen = ScreenSize.now();
            // One line below says how many more there are, and the cursor stands in the last one.
            int rows = Math.max(1, screen.rows() - TopTable.ABOVE - 2);
            show(screen, TopTable.lines(client.authority(), reader.look(rows)));
        } while (!stop.await(interval));
        return ExitStatus.DONE;
    }

    private void show(ScreenSize screen, List<String> lines) {
        StringBuilder text = new StringBuilder(HOME);
        lines.forEach(line -> text.append(screen.cut(line)).append(CLEAR_LINE).append('\n'));
        terminal.print(text.append(CLEAR_BELOW).toString());
    }

    /** {@code 2s}, {@code 1m}. */
    static final class Interval implements ITypeConverter<Duration> {

        private static final Pattern TIME = Pattern.compile("(\\d{1,4})(s|m|h)");

        @Override
        public Duration convert(String text) {
            Matcher time = TIME.matcher(text);
            if (time.matches()) {
                long count = Long.parseLong(time.group(1));
                Duration interval = Duration.ofSeconds(
                        switch (time.group(2)) {
                            case "s" -> count;
                            case "m" -> 60 * count;
                            default -> 3600 * count;
                        });
                if (!interval.isZero() && interval.compareTo(Duration.ofHours(1)) <= 0) {
                    return interval;
                }
            }
            throw new TypeConversionException("'" + text + "' is not a time from 1s to 1h, such as 2s or 1m");
        }
    }
}
