package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Completion in the shells themselves, and manual pages in groff. What isn't installed is skipped. */
class ShellsTest {

    private static final String NOTHING_TYPED = "run demo check connect top cert key csr ca crl ocsp pkcs12 convert";

    @TempDir
    Path directory;

    private String run(String... command) throws Exception {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            return output;
        } catch (IOException e) {
            assumeTrue(false, "no " + command[0] + " here");
            throw e;
        }
    }

    private void script(String shell) throws IOException {
        Files.writeString(
                directory.resolve("script"),
                Typed.run("completion", shell).done().out());
        Files.writeString(directory.resolve("server.crt"), "");
    }

    /** What bash would offer for a line. */
    private String bash(String... words) throws Exception {
        String offer = """
                source ./script
                compopt() { :; }
                COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
                _complete_sallyport "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
                echo "${COMPREPLY[*]}"
                """;
        List<String> command = new ArrayList<>(List.of("bash", "-c", offer, "bash", "sallyport"));
        command.addAll(List.of(words));
        return run(command.toArray(String[]::new)).strip();
    }

    @Test
    void bashCompletesCommandsOptionsTheirWordsAndFiles() throws Exception {
        script("bash");
        assertThat(bash("")).startsWith(NOTHING_TYPED);
        assertThat(bash("cert", "iss")).isEqualTo("issue");
        assertThat(bash("cert", "issue", "--self")).isEqualTo("--self-signed");
        assertThat(bash("cert", "issue", "--profile", "")).isEqualTo("server client both ca");
        assertThat(bash("key", "create", "--key-type", "")).isEqualTo("p256 p384 p521 ed25519 rsa2048 rsa3072 rsa4096");
        assertThat(bash("crl", "revoke", "--reason", "key")).isEqualTo("key-compromise");
        assertThat(bash("connect", "--starttls", "im")).isEqualTo("imap");
        assertThat(bash("cert", "show", "--passphrase-file", "ser")).isEqualTo("server.crt");
    }

    @Test
    void zshTakesTheScriptOfBash() throws Exception {
        script("zsh");
        assertThat(run(
                        "zsh",
                        "-f",
                        "-c",
                        "autoload -U compinit; compinit -u -D; source ./script; echo $_comps[sallyport]"))
                .contains("_complete_sallyport");
    }

    private String fish(String line) throws Exception {
        return run("fish", "--no-config", "-c", "source script; complete -C '" + line + "'");
    }

    @Test
    void fishCompletesCommandsOptionsTheirWordsAndFiles() throws Exception {
        script("fish");
        assertThat(fish("sallyport ").lines().map(line -> line.replaceFirst("\t.*", "")))
                .contains(NOTHING_TYPED.split(" "));
        assertThat(fish("sallyport cert iss")).startsWith("issue\t").hasLineCount(1);
        assertThat(fish("sallyport cert issue --self")).startsWith("--self-signed\t");
        assertThat(fish("sallyport cert issue --profile ").lines().map(line -> line.replaceFirst("\t.*", "")))
                .containsExactlyInAnyOrder("server", "client", "both", "ca");
        assertThat(fish("sallyport key create --key-type ed"))
                .startsWith("ed25519")
                .hasLineCount(1);
        assertThat(fish("sallyport completion z")).startsWith("zsh").hasLineCount(1);
        assertThat(fish("sallyport cert show ser")).startsWith("server.crt").hasLineCount(1);
    }

    @Test
    void groffHasNothingToWarnOfInTheManualPages() throws Exception {
        Path pages = directory.resolve("man1");
        Typed.run("man", "--out", pages).done();
        List<String> command = new ArrayList<>(List.of("groff", "-man", "-Tutf8", "-ww", "-z"));
        try (Stream<Path> files = Files.list(pages)) {
            files.map(Path::toString).sorted().forEach(command::add);
        }
        assertThat(command).hasSizeGreaterThan(40);
        assertThat(run(command.toArray(String[]::new))).isEmpty();
    }
}
