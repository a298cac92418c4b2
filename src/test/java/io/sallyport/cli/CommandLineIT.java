package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Transcripts of what needs no configuration. */
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

    @Test
    void noCommandIsWrongUse() throws Exception {
        Program.Ended nothing = Program.run(HERE);
        assertThat(nothing.status()).isEqualTo(2);
        assertThat(nothing.out()).isEmpty();
        assertThat(nothing.err()).contains("error: no command given\nhint: see sallyport --help\n");
    }

    @Test
    void anUnknownCommandGetsTheNearestOne() throws Exception {
        Program.Ended unknown = Program.run(HERE, "chek");
        assertThat(unknown).isEqualTo(new Program.Ended(2, "", "error: unknown: chek\nhint: did you mean check?\n"));
    }

    @Test
    void anUnknownOptionIsWrongUse() throws Exception {
        Program.Ended unknown = Program.run(HERE, "run", "--confg", "x.yaml");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.out()).isEmpty();
        assertThat(unknown.err()).startsWith("error: unknown: --confg");
    }
}
