package io.sallyport.peer;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.TestPki;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The {@code openssl} program; a test that needs it is skipped where it isn't installed. */
public final class OpenSsl implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile("(?m)^ACCEPT \\S+:(\\d+)\\R");

    private final Process process;
    private final StringBuffer output = new StringBuffer();
    private final Thread reader;

    private OpenSsl(Process process) {
        this.process = process;
        reader = new Thread(this::collect, "openssl-output");
        reader.setDaemon(true);
        reader.start();
    }

    public static OpenSsl start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        try {
            return new OpenSsl(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            assumeTrue(false, "openssl isn't installed");
            throw e;
        }
    }

    /** An {@code s_client} that shows a certificate. */
    public static OpenSsl client(int port, TestPki who, String... more) throws IOException {
        return start("s_client", "-connect", "127.0.0.1:" + port, who, more);
    }

    /** An {@code s_server} on a port that the system chooses; {@link #awaitPort} tells it. */
    public static OpenSsl server(TestPki who, String... more) throws IOException {
        return start("s_server", "-accept", "127.0.0.1:0", who, more);
    }

    private static OpenSsl start(String program, String option, String address, TestPki who, String... more)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                program,
                option,
                address,
                "-cert",
                who.cert().toString(),
                "-key",
                who.key().toString()));
        arguments.addAll(List.of(more));
        return start(arguments.toArray(String[]::new));
    }

    /** Where an {@code s_server} listens, once it does. */
    public int awaitPort() {
        await().atMost(Duration.ofSeconds(15))
                .until(() -> PORT.matcher(output()).find());
        return PORT.matcher(output())
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .findFirst()
                .orElseThrow();
    }

    private void collect() {
        try (InputStream in = process.getInputStream()) {
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                output.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            // The process was ended.
        }
    }

    /** What it printed so far, on both streams. */
    public String output() {
        return output.toString();
    }

    public void type(String text) throws IOException {
        process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    public void endInput() throws IOException {
        process.getOutputStream().close();
    }

    /** Waits for its end, and gives all that it printed. */
    public String awaitEnd() throws InterruptedException {
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new AssertionError("openssl goes on; it printed: " + output);
        }
        reader.join(5000);
        return output();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
