package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.TestPki;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Only what was typed is made, and nobody notices. */
class CommandsTest {

    private static final Terminal TERMINAL = new Terminal(System.out, System.err);

    private static CommandLine of(String... arguments) {
        return CommandLineFactory.createFor(TERMINAL, new StopRequest(), arguments);
    }

    private static CommandLine all() {
        return CommandLineFactory.create(TERMINAL, new StopRequest());
    }

    private static CommandLine group(CommandLine line, String name) {
        return Objects.requireNonNull(line.getSubcommands().get(name));
    }

    @Test
    void eachCommandIsListedByItsOwnName() {
        assertThat(all().getSubcommands()).hasSizeGreaterThan(10).allSatisfy(CommandsTest::ownName);
        all().getSubcommands()
                .values()
                .forEach(group -> assertThat(group.getSubcommands()).allSatisfy(CommandsTest::ownName));
    }

    private static void ownName(String name, CommandLine command) {
        assertThat(command.getCommandName()).isEqualTo(name);
    }

    @Test
    void onlyWhatWasTypedIsMade() {
        CommandLine line = of("--debug", "cert", "fingerprint", "show");
        assertThat(line.getSubcommands()).containsOnlyKeys("cert");
        assertThat(group(line, "cert").getSubcommands()).containsOnlyKeys("fingerprint");
    }

    @Test
    void whereNoCommandWasTypedAllAreThere() {
        int count = all().getSubcommands().size();
        assertThat(of().getSubcommands()).hasSize(count);
        assertThat(of("--help").getSubcommands()).hasSize(count);
        assertThat(of("crt", "show").getSubcommands()).hasSize(count);
        assertThat(of("completion", "bash").getSubcommands()).hasSize(count);
        assertThat(of("man", "--out", "x").getSubcommands()).hasSize(count);
        assertThat(group(of("cert", "--help"), "cert").getSubcommands()).hasSizeGreaterThan(10);
    }

    /** In their place stand their names, which look the same to whoever reads. */
    @Test
    void whoAsksForHelpReadsOfAll() {
        assertThat(of("--help").getUsageMessage()).isEqualTo(all().getUsageMessage());
        assertThat(group(of("cert", "--help"), "cert").getUsageMessage())
                .isEqualTo(group(all(), "cert").getUsageMessage());
    }

    @Test
    void itsVersionNeedsNoCommand() {
        assertThat(of("--version").getSubcommands()).isEmpty();
        assertThat(Typed.run("--version").out()).startsWith("sallyport ");
        assertThat(of("--version", "--help").getSubcommands())
                .hasSize(all().getSubcommands().size());
    }

    /** An option's value may come first, with or without a sign between. */
    @Test
    void whatWasTypedIsMadeAlsoBehindAnotherWord() {
        for (String[] colour : new String[][] {{"--color", "never"}, {"--color=never"}}) {
            List<String> words = new ArrayList<>(List.of(colour));
            words.addAll(
                    List.of("cert", "fingerprint", TestPki.SERVER_TRUSTED.cert().toString()));
            Typed typed = Typed.run(words.toArray());
            assertThat(typed.status()).as(typed.err()).isZero();
        }
        assertThat(Typed.run("cert", "--color", "never", "fingerprint", TestPki.SERVER_TRUSTED.cert())
                        .status())
                .isZero();
    }

    @Test
    void aMisspeltOneIsKnownByItsNeighbours() {
        assertThat(Typed.run("chekc").err()).contains("did you mean check");
        assertThat(Typed.run("cert", "fingerprnt").err()).contains("did you mean", "fingerprint");
    }

    @Test
    void noCommandIsWrongUse() {
        Typed nothing = Typed.run();
        assertThat(nothing.status()).isEqualTo(2);
        assertThat(nothing.out()).isEmpty();
        assertThat(nothing.err())
                .startsWith("Usage: sallyport ")
                .endsWith("error: no command given\nhint: see sallyport --help\n");
    }
}
