package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The transcripts at the packaged program: of each command the first line that it does, and of all others one in forty; every line with
 * {@code -Psoak}. The lines between are typed in this JVM, since later ones need what they write.
 */
class TranscriptsIT {

    private static final int STEP = Integer.getInteger("transcripts.step", 40);

    private static Path prepared = Path.of("");

    /** A transcript, and the places of those of its lines that are typed at the program. */
    private record Part(Transcript transcript, Set<Integer> atProgram) {

        @Override
        public String toString() {
            return transcript.name();
        }
    }

    @BeforeAll
    static void prepare() throws Exception {
        prepared = TranscriptPlace.prepare();
    }

    static List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        int others = 0;
        for (Transcript transcript : Transcript.all()) {
            Set<Integer> chosen = new HashSet<>();
            for (int i = 0; i < transcript.entries().size(); i++) {
                Transcript.Entry entry = transcript.entries().get(i);
                boolean first = entry.isDone() && !entry.isWatched() && seen.add(entry.command());
                if (!entry.isWatched() && (first || others++ % STEP == 0)) {
                    chosen.add(i);
                }
            }
            parts.add(new Part(transcript, chosen));
        }
        return parts;
    }

    @ParameterizedTest
    @MethodSource("parts")
    void theProgramSaysWhatIsWritten(Part part) throws Exception {
        TranscriptPlace place = TranscriptPlace.copyOf(prepared);
        List<Transcript.Entry> entries = part.transcript().entries();
        for (int i = 0; i < entries.size(); i++) {
            int at = i;
            if (part.atProgram().contains(i)) {
                String said = place.saidByProgram(entries.get(i));
                if (!entries.get(i).isAnsweredBy(said)) {
                    assertThat(said)
                            .as(entries.get(i).line())
                            .isEqualTo(entries.get(i).said());
                }
            } else if (part.atProgram().stream().anyMatch(later -> later > at)
                    && entries.get(i).isDone()) {
                place.said(entries.get(i));
            }
        }
    }

    @Test
    void anAnswerThatDoesNotArriveWasNotGiven() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "no /dev/full here");
        assertThat(Program.runInto(full, prepared, "cert", "fingerprint", "./a.crt"))
                .isEqualTo(new Program.Ended(
                        2,
                        "",
                        "error: stdout can't be written: No space left on device\n"
                                + "hint: send it elsewhere, or make room there\n"));
    }
}
