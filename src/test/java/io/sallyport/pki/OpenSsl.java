package io.sallyport.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The openssl command, as a second opinion and as a maker of files that nobody here made. */
public final class OpenSsl {

    private OpenSsl() {}

    /** Runs it with success, and returns what it printed; skips the test where there is no openssl. */
    public static String run(Path directory, String... arguments) {
        Result result = call(directory, arguments);
        assertThat(result.status()).as(result.output()).isZero();
        return result.output();
    }

    /** Runs it without success, and returns what it printed. */
    public static String fail(Path directory, String... arguments) {
        Result result = call(directory, arguments);
        assertThat(result.status()).as(result.output()).isNotZero();
        return result.output();
    }

    private record Result(int status, String output) {}

    private static Result call(Path directory, String... arguments) {
        try {
            List<String> command = new ArrayList<>(List.of("openssl"));
            command.addAll(List.of(arguments));
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            assumeTrue(false, "no openssl here");
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
