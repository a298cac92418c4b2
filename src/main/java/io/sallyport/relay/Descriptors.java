package io.sallyport.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Whether the process has file descriptors left for one connection more. Asked before accepting: with the last one
 * taken by a client there would be none to reach an upstream by, and the client would be turned away that could have
 * waited. Where the system doesn't tell, there is always room, and a failed accept is how it shows.
 */
public final class Descriptors {

    /** Of the client and of the upstream. */
    private static final int OF_CONNECTION = 2;

    /** For the admin side, files that a reload reads, checks of upstreams and questions to the DNS. */
    private static final int RESERVE = 24;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Path OPEN = Path.of("/proc/self/fd");

    private final long most;
    private final LongSupplier open;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile long others;

    /**
     * @param most that the process may have
     * @param open counts those that it has
     */
    Descriptors(long most, LongSupplier open) {
        this.most = most;
        this.open = open;
    }

    /** Those of this process. */
    public static Descriptors ofProcess() {
        try (Stream<String> lines = Files.lines(LIMITS)) {
            return lines.filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.split(" {2,}")[1])
                    .filter(soft -> soft.matches("\\d+"))
                    .findFirst()
                    .map(soft -> new Descriptors(Long.parseLong(soft), Descriptors::count))
                    .orElseGet(() -> new Descriptors(Long.MAX_VALUE, () -> 0));
        } catch (IOException | UncheckedIOException e) {
            return new Descriptors(Long.MAX_VALUE, () -> 0); // Not Linux.
        }
    }

    private static long count() {
        try (Stream<Path> entries = Files.list(OPEN)) {
            return entries.count();
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    /** Finds out how many the rest of the process has. Reads a directory, so it isn't for event loops. */
    public void measure() {
        others = Math.max(0, open.getAsLong() - OF_CONNECTION * (long) connections.get());
    }

    /** How many connections there can be at the same time; at least one. */
    public long connectionsPossible() {
        return Math.max(1, (most - RESERVE - others) / OF_CONNECTION);
    }

    boolean hasRoom() {
        return connections.get() < connectionsPossible();
    }

    /** A connection was accepted. */
    void take() {
        connections.incrementAndGet();
    }

    /** Its client's socket is closed. */
    void giveBack() {
        connections.decrementAndGet();
    }
}
