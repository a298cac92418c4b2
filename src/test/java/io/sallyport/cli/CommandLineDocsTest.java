package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandLineDocsTest {

    private final CommandLine line = CommandLineFactory.create(new Terminal(System.out, System.err), new StopRequest());

    private static String page() throws IOException {
        return Files.readString(Path.of("docs/command-line.md"));
    }

    private static Set<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyCommandHasItsSection() throws IOException {
        Set<String> sections = found("(?m)^## (\\w+)$", page());
        assertThat(sections).isEqualTo(new TreeSet<>(line.getSubcommands().keySet()));
    }

    @Test
    void everyOptionIsOnThePageAndNoOther() throws IOException {
        Set<String> options = Stream.concat(Stream.of(line), line.getSubcommands().values().stream())
                .flatMap(command -> command.getCommandSpec().options().stream())
                .map(option -> option.longestName())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(found("(?m)^\\| `.*(--[a-z-]+)", page())).isEqualTo(options);
    }
}
