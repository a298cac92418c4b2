package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What every program answers; of wrong use TranscriptsIT has some. */
class CommandLineIT {

    private static final Path HERE = Path.of("").toAbsolutePath();

    @Test
    void helpNamesTheCommandsAndTheExitStatuses() throws Exception {
        Program.Ended help = Program.run(HERE, "--help");
        assertThat(help.status()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out())
                .contains("Usage: sallyport ")
                .containsPattern("(?m)^  run   ")
                .containsPattern("(?m)^  demo  ")
                .containsPattern("(?m)^  check ")
                .contains("Exit status:");
    }

    @Test
    void versionNamesOursAndJava() throws Exception {
        Program.Ended version = Program.run(HERE, "--version");
        assertThat(version.status()).isZero();
        assertThat(version.out()).matches("sallyport \\d+\\.\\d+\\.\\d+\\S*\nJava \\d+.*\n");
    }
}
