package io.sallyport.profile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.sallyport.fault.Mistake;
import io.sallyport.fault.MistakesException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SourceFileTest {

    private static final String GOOD = """
            sallyport:
              relays:
                plain:
                  listen: { address: "127.0.0.1:7001" }
                  connect: { addresses: "127.0.0.1:7002" }
            """;

    @TempDir
    Path directory;

    @Test
    void aMissingFileIsNamed() {
        Mistake mistake = onlyMistakeOf(directory.resolve("none.yaml"));

        assertThat(mistake.key()).isEqualTo(directory + "/none.yaml");
        assertThat(mistake.message()).isEqualTo("there is no such file");
    }

    @Test
    void aDirectoryIsToldFromAFile() {
        assertThat(onlyMistakeOf(directory).message()).isEqualTo("is a directory; expected a YAML file");
    }

    @Test
    void aPathThroughAFileIsNoSuchPlace() throws IOException {
        Path file = Files.writeString(directory.resolve("a"), GOOD);

        assertThat(onlyMistakeOf(file.resolve("b")).message()).isEqualTo("can't be read: Not a directory");
    }

    @Test
    void aFileThatMayNotBeReadIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("a"), GOOD);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file), "root reads everything");

        assertThat(onlyMistakeOf(file).message()).isEqualTo("can't be read: permission denied");
    }

    @Test
    void anEmptyFileIsNoConfiguration() throws IOException {
        assertThat(onlyMistakeOf(written("")).message()).isEqualTo("is empty");
        assertThat(onlyMistakeOf(written("---\n")).message()).isEqualTo("is empty");
        assertThat(onlyMistakeOf(written("null\n")).message()).isEqualTo("is empty");
    }

    @Test
    void oneMebibyteIsReadAndOneByteMoreIsNot() throws Exception {
        int room = (1 << 20) - GOOD.length() - 1;
        Path largest = written(GOOD + "#" + " ".repeat(room));

        assertThat(Files.size(largest)).isEqualTo(1 << 20);
        assertThat(load(largest).relays()).containsOnlyKeys("plain");
        assertThat(onlyMistakeOf(written(GOOD + "#" + " ".repeat(room + 1))).message())
                .isEqualTo("is larger than 1 MiB; that is no configuration");
    }

    @Test
    void aByteOrderMarkAndWindowsLineEndsDoNoHarm() throws Exception {
        assertThat(load(written("\uFEFF" + GOOD.replace("\n", "\r\n"))).relays())
                .containsOnlyKeys("plain");
    }

    @Test
    void linesAreCountedWithWindowsLineEndsToo() throws IOException {
        Mistake mistake = onlyMistakeOf(written((GOOD + "other: 1\n").replace("\n", "\r\n")));

        assertThat(mistake.origin()).endsWith(":6");
    }

    @Test
    void bytesThatAreNoTextAreFoundByTheirLine() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(GOOD.getBytes(UTF_8));
        bytes.writeBytes(new byte[] {'#', (byte) 0xE4, '\n'});
        Path file = Files.write(directory.resolve("latin1.yaml"), bytes.toByteArray());

        Mistake mistake = onlyMistakeOf(file);

        assertThat(mistake.message()).isEqualTo("is not UTF-8 text");
        assertThat(mistake.origin()).isEqualTo(file + ":6");
    }

    @Test
    void aControlCharacterIsFoundByItsLine() throws IOException {
        Mistake mistake = onlyMistakeOf(written(GOOD + "# bell \u0007\n"));

        assertThat(mistake.message()).isEqualTo("is not YAML: the character U+0007 may not stand in it");
        assertThat(mistake.origin()).endsWith(":6");
    }

    @Test
    void brokenYamlIsOneMistakeThatQuotesNothing() throws IOException {
        Mistake mistake = onlyMistakeOf(written(GOOD + "   secret: [\"correct horse\"\n"));

        assertThat(mistake.origin()).matches(".*:\\d+");
        assertThat(mistake.message())
                .startsWith("is not YAML: ")
                .contains("(column ")
                .doesNotContain("horse");
    }

    @Test
    @Timeout(20)
    void nestingAndAliasesDoNotRunAway() throws IOException {
        assertThat(onlyMistakeOf(written("[".repeat(10_000))).message()).startsWith("is not YAML: ");
        String laughs = "a: &a [x, x]\n";
        for (char c = 'b'; c < 'z'; c++) {
            laughs += c + ": &" + c + " [" + ("*" + (char) (c - 1) + ", ").repeat(9) + "x]\n";
        }
        assertThat(onlyMistakeOf(written(laughs)).message()).startsWith("is not YAML: ");
    }

    @Test
    @Timeout(20)
    void aSectionThatHoldsItselfIsUnknownAndNoLoop() throws IOException {
        Path file = written("sallyport: &all\n  relays: { a: *all }\n  sallyport: *all\n");

        MistakesException e = catchThrowableOfType(MistakesException.class, () -> load(file));

        assertThat(e.mistakes()).extracting(Mistake::key).contains("sallyport.sallyport", "sallyport.relays.a.relays");
    }

    @Test
    void anAliasStandsForWhatItNames() throws Exception {
        Path file = written("""
                sallyport:
                  profiles:
                    a: &common { verify: none, alpn: &names [h2] }
                    b: *common
                    c: { verify: none, alpn: *names }
                  relays:
                    r1: { listen: { address: "127.0.0.1:1" }, connect: { addresses: "x:1", profile: a } }
                    r2: { listen: { address: "127.0.0.1:2" }, connect: { addresses: "x:1", profile: b } }
                    r3: { listen: { address: "127.0.0.1:3" }, connect: { addresses: "x:1", profile: c } }
                """);

        assertThat(load(file).profiles().values()).allSatisfy(profile -> {
            assertThat(profile.trust().verify()).isEqualTo(VerifyMode.NONE);
            assertThat(profile.negotiation().alpn()).containsExactly("h2");
        });
    }

    private Path written(String text) throws IOException {
        return Files.writeString(directory.resolve("sallyport.yaml"), text);
    }

    private static Configuration load(Path file) throws MistakesException {
        return new ConfigurationLoader(file, Map.of(), Map.of()).load().configuration();
    }

    private static Mistake onlyMistakeOf(Path file) {
        MistakesException e = catchThrowableOfType(MistakesException.class, () -> load(file));
        assertThat(e.mistakes()).hasSize(1);
        return e.mistakes().get(0);
    }
}
