package io.sallyport.cli;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged program, run as an operator would run it. */
public final class Program implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path JAR =
            Path.of("target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();

    /** Written where Maven packages, by the launcher. */
    private static final Path STORED_CLASSES = Path.of(
                    "target",
                    "sallyport-" + System.getProperty("java.version")
                            + (Runtime.version().feature() >= 25 ? ".aot" : ".jsa"))
            .toAbsolutePath();

    /** What it printed, and its exit status. */
    public record Ended(int status, String out, String err) {}

    private final Process process;
    private final List<String> out = new CopyOnWriteArrayList<>();
    private final List<String> err = new CopyOnWriteArrayList<>();
    private final List<Thread> readers = new ArrayList<>();

    private Program(Process process) {
        this.process = process;
        read(new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)), out);
        read(new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8)), err);
    }

    private void read(BufferedReader from, List<String> lines) {
        Thread reader = new Thread(() -> {
            try (from) {
                from.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException e) {
                lines.add("(unreadable: " + e + ")");
            }
        });
        reader.setDaemon(true);
        reader.start();
        readers.add(reader);
    }

    /** Starts it in a directory. */
    public static Program start(Path directory, String... arguments) throws IOException {
        return start(directory, Map.of(), arguments);
    }

    public static Program start(Path directory, Map<String, String> environment, String... arguments)
            throws IOException {
        return start(directory, environment, command(arguments));
    }

    /** How it is started. */
    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        // What starts quickly; the launcher's own options are LauncherIT's matter.
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xlog:disable"));
        if (Files.isRegularFile(STORED_CLASSES)) {
            command.add(
                    (Runtime.version().feature() >= 25 ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + STORED_CLASSES);
        }
        command.addAll(List.of("-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Starts it with no more than so many open files. */
    static Program startWithDescriptors(int most, Path directory, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n " + most + "; exec \"$@\"", "sh"));
        command.addAll(command(arguments));
        return start(directory, Map.of(), command);
    }

    /** Runs it to its end, with something on stdin. */
    static Ended runReading(Path input, Path directory, String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command(arguments)).redirectInput(input.toFile());
        try (Program program = start(builder, directory, Map.of())) {
            return program.awaitEnd();
        }
    }

    /** Runs it to its end, with its answer going to a file or a device. */
    static Ended runInto(Path output, Path directory, String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command(arguments)).redirectOutput(output.toFile());
        try (Program program = start(builder, directory, Map.of())) {
            return program.awaitEnd();
        }
    }

    static Program start(Path directory, Map<String, String> environment, List<String> command) throws IOException {
        return start(new ProcessBuilder(command), directory, environment);
    }

    private static Program start(ProcessBuilder builder, Path directory, Map<String, String> environment)
            throws IOException {
        builder.directory(directory.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return new Program(process);
    }

    /** Runs it to its end. */
    public static Ended run(Path directory, String... arguments) throws IOException, InterruptedException {
        try (Program program = start(directory, arguments)) {
            return program.awaitEnd();
        }
    }

    public Ended awaitEnd() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("still running; it said\n" + text(err) + text(out));
        }
        for (Thread reader : readers) {
            reader.join(PATIENCE.toMillis());
        }
        return new Ended(process.exitValue(), text(out), text(err));
    }

    private static String text(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    /** Waits for a line on stderr that a pattern finds something in. */
    public Matcher awaitErr(String pattern) {
        return awaitLine(err, pattern);
    }

    /** Waits for a line on stdout that a pattern finds something in. */
    public Matcher awaitOut(String pattern) {
        return awaitLine(out, pattern);
    }

    private Matcher awaitLine(List<String> lines, String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return await("a line like " + pattern)
                .atMost(PATIENCE)
                .conditionEvaluationListener(condition -> {})
                .until(
                        () -> {
                            if (!process.isAlive()
                                    && lines.stream()
                                            .noneMatch(l -> compiled.matcher(l).find())) {
                                throw new AssertionError(
                                        "ended with " + process.exitValue() + " and without a line like " + pattern
                                                + "; it said\n" + text(err) + text(out));
                            }
                            return lines.stream()
                                    .map(compiled::matcher)
                                    .filter(Matcher::find)
                                    .findFirst()
                                    .orElse(null);
                        },
                        found -> found != null);
    }

    /** The port on which a relay listens. */
    public int awaitPort(String relay) {
        return Integer.parseInt(awaitErr("relay listens relay=" + relay + " address=127\\.0\\.0\\.1:(\\d+)")
                .group(1));
    }

    /** Resident memory, proc(5). */
    long residentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /** How many files it has open. */
    long descriptors() throws IOException {
        try (var entries = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
            return entries.count();
        }
    }

    /** User and system time in ticks of 10 ms: fields 14 and 15 of proc(5)'s stat. */
    long cpuTicks() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    /** The lines on stderr so far. */
    public List<String> err() {
        return List.copyOf(err);
    }

    /** Sends a signal, by its name without SIG. */
    public void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new AssertionError("kill ended with " + status);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
