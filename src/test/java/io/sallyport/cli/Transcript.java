package io.sallyport.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One file of src/test/resources/transcripts: what is typed one line after the other in a directory with files of every kind, and what is
 * said to it. README.md there tells how it is written.
 *
 * @param entries in order: later ones find the files that earlier ones made
 */
record Transcript(String name, List<Entry> entries) {

    private static final Path DIRECTORY = Path.of("src/test/resources/transcripts");

    /**
     * One line that is typed.
     *
     * @param line as it stands behind the {@code $}
     * @param said what is to be said, and the exit status in brackets
     */
    record Entry(String line, String said) {

        boolean isWatched() {
            return line.startsWith("@terminal ");
        }

        /** Where stdin comes from, or empty. */
        String input() {
            int at = line.indexOf(" < ");
            return at < 0 ? "" : line.substring(at + 3).strip();
        }

        /** The words behind {@code sallyport}; quotes hold a word together. */
        List<String> words() {
            String typed = line.replaceFirst("^@terminal ", "").replaceFirst(" < .*", "");
            List<String> words = new ArrayList<>();
            StringBuilder word = new StringBuilder();
            boolean quoted = false;
            boolean begun = false;
            for (char c : typed.toCharArray()) {
                if (c == '\'') {
                    quoted = !quoted;
                    begun = true;
                } else if (c == ' ' && !quoted) {
                    if (begun) {
                        words.add(word.toString());
                    }
                    word.setLength(0);
                    begun = false;
                } else {
                    word.append(c);
                    begun = true;
                }
            }
            if (begun) {
                words.add(word.toString());
            }
            return words;
        }

        /** Which command it is: {@code cert show}. */
        String command() {
            List<String> command = new ArrayList<>();
            for (String word : words()) {
                if (!word.matches("[a-z0-9-]+") || word.startsWith("-") || command.size() == 2) {
                    break;
                }
                command.add(word);
            }
            return String.join(" ", command);
        }

        /** Whether that is what is to be said. */
        boolean isAnsweredBy(String answer) {
            String[] parts = said.split("(?m)^\\.\\.\\.\n", -1);
            return Pattern.matches(
                    "(?s)" + Arrays.stream(parts).map(Pattern::quote).collect(Collectors.joining(".*")), answer);
        }

        boolean isDone() {
            return said.endsWith("[0]\n");
        }
    }

    static List<Transcript> all() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(".transcript"))
                    .sorted()
                    .map(Transcript::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Transcript read(Path file) {
        try {
            List<Entry> entries = new ArrayList<>();
            String line = "";
            StringBuilder said = new StringBuilder();
            for (String one : Files.readAllLines(file)) {
                if (one.startsWith("$ sallyport ")) {
                    line = one.substring("$ sallyport ".length());
                    said.setLength(0);
                } else if (!line.isEmpty()) {
                    said.append(one).append('\n');
                    if (one.matches("\\[\\d]")) {
                        entries.add(new Entry(line, said.toString()));
                        line = "";
                    }
                }
            }
            return new Transcript(String.valueOf(file.getFileName()), entries);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts what was said in place of what the file has. For a look at the difference: it is no test. */
    void write(List<String> said) throws IOException {
        Path file = DIRECTORY.resolve(name);
        StringBuilder text = new StringBuilder();
        int entry = 0;
        boolean answer = false;
        for (String one : Files.readAllLines(file)) {
            if (one.startsWith("$ sallyport ")) {
                Entry typed = entries.get(entry);
                String answered = said.get(entry++);
                text.append(one).append('\n').append(typed.isAnsweredBy(answered) ? typed.said() : answered);
                answer = true;
            } else if (!answer) {
                text.append(one).append('\n');
            } else {
                answer = !one.matches("\\[\\d]");
            }
        }
        Files.writeString(file, text.toString());
    }

    @Override
    public String toString() {
        return name;
    }
}
