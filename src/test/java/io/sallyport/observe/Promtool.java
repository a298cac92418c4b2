package io.sallyport.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Prometheus' own judge of metrics. */
public final class Promtool {

    private static final Path FILE = Path.of("/usr/bin/promtool");

    private Promtool() {}

    /** Skips the test where it isn't there, and says so. */
    public static void assumeInstalled() {
        assumeTrue(Files.isExecutable(FILE), FILE + " is not installed");
    }

    /** What it finds fault with, a line each. */
    public static List<String> findings(String metrics) throws IOException, InterruptedException {
        Process promtool = new ProcessBuilder(FILE.toString(), "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (var in = promtool.getOutputStream()) {
            in.write(metrics.getBytes(StandardCharsets.UTF_8));
        }
        String findings = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        // 3 means that it has findings; anything else, that it could not judge.
        assertThat(promtool.waitFor()).as(findings).isIn(0, 3);
        return findings.lines().toList();
    }

    /** Runs it in a folder; fails with what it said unless it is content. */
    public static void run(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(FILE.toString()));
        command.addAll(List.of(arguments));
        Process promtool = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(said).isZero();
    }
}
