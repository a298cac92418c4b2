package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Each command with good and with bad input, in this JVM; {@code TranscriptsIT} has some of them by the packaged program. */
class TranscriptsTest {

    private static Path prepared = Path.of("");

    @BeforeAll
    static void prepare() throws Exception {
        prepared = TranscriptPlace.prepare();
    }

    static List<Transcript> transcripts() {
        return Transcript.all();
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void eachLineIsAnsweredAsItIsWritten(Transcript transcript) throws Exception {
        TranscriptPlace place = TranscriptPlace.copyOf(prepared);
        List<String> all = new ArrayList<>();
        TreeMap<String, String> before = place.files();
        for (Transcript.Entry entry : transcript.entries()) {
            String said = place.said(entry);
            all.add(said);
            if (Boolean.getBoolean("transcripts.write")) {
                continue;
            }
            if (!entry.isAnsweredBy(said)) {
                assertThat(said).as(entry.line()).isEqualTo(entry.said());
            }
            assertThat(said).as(entry.line()).doesNotContain("Exception", "\tat ", "unexpected:");
            if (said.endsWith("[2]\n")) {
                assertThat(said).as("%s: nothing on stdout", entry.line()).matches("(?s)(! .*\n)+\\[2]\n");
                assertThat(said)
                        .as(entry.line())
                        .contains("! error: ")
                        // A mistake in a configuration may say it all in its first line.
                        .containsPattern(entry.line().startsWith("run ") ? "" : "(?m)^! hint: ")
                        .doesNotContain("PRIVATE KEY-----");
                assertThat(place.files())
                        .as("%s: nothing is written", entry.line())
                        .isEqualTo(before);
            } else {
                before = place.files();
            }
        }
        if (Boolean.getBoolean("transcripts.write")) {
            transcript.write(all);
        }
    }

    /** Some need a gateway or a server: RunIT, StartAndStopIT, TopIT and ConnectTest have them. */
    @Test
    void everyCommandHasItsLines() {
        List<Transcript.Entry> entries = transcripts().stream()
                .flatMap(transcript -> transcript.entries().stream())
                .toList();
        CommandLine all = CommandLineFactory.create(new Terminal(System.out, System.err), new StopRequest());
        for (CommandLine command : all.getSubcommands().values()) {
            List<CommandLine> leaves = command.getSubcommands().isEmpty()
                    ? List.of(command)
                    : List.copyOf(command.getSubcommands().values());
            for (CommandLine leaf : leaves) {
                String name = leaf.getCommandSpec().qualifiedName().replaceFirst("^sallyport ", "");
                List<Transcript.Entry> own = entries.stream()
                        .filter(entry -> (entry.command() + " ").startsWith(name + " "))
                        .toList();
                assertThat(own.stream().filter(entry -> !entry.isDone()).collect(Collectors.toList()))
                        .as("bad input of %s", name)
                        .isNotEmpty();
                if (!List.of("run", "demo", "top", "connect").contains(name)) {
                    assertThat(own).as("good input of %s", name).anyMatch(Transcript.Entry::isDone);
                }
            }
        }
    }
}
