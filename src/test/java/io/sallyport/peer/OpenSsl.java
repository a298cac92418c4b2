package io.sallyport.peer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The {@code openssl} program; a test that needs it is skipped where it isn't installed. */
public final class OpenSsl implements AutoCloseable {

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
