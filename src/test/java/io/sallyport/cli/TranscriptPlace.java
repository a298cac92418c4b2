package io.sallyport.cli;

import io.sallyport.OcspSpec;
import io.sallyport.TestPki;
import io.sallyport.pki.CertificateAuthority;
import io.sallyport.pki.CertificateSpec;
import io.sallyport.pki.PemWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A directory with files of every kind, in which lines of a {@link Transcript} are typed: in this JVM, or at the packaged program. */
final class TranscriptPlace {

    /** What differs from run to run, and what stands for it. */
    private enum Varying {
        WORKING_DIRECTORY("(?<=the working directory, ).*", "DIRECTORY"),
        BASE64_LINES("(?m)(^[A-Za-z0-9+/]{1,64}={0,2}\\n)+(?=-----END)", "BASE64\n"),
        DIGEST("\\b([0-9A-F]{2}:){15,}[0-9A-F]{2}\\b", "DIGEST"),
        PIN("[A-Za-z0-9+/]{43}=", "PIN"),
        SERIAL("\\b[0-9A-F]{32}\\b", "SERIAL"),
        OCTETS("\\b[0-9A-F]{64,}\\b", "OCTETS"),
        KEY_ID("\\b[0-9a-f]{40}\\b", "KEYID"),
        TIME("\\b\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z", "TIME"),
        KEY_FILE("\\b\\d{8}T\\d{6}\\.\\d{3}Z\\.key", "TIME.key"),
        MILLISECONDS("\\b\\d+\\.\\d ms", "N ms"),
        PORT("127\\.0\\.0\\.1:\\d{4,}", "127.0.0.1:PORT");

        private final Pattern pattern;
        private final String name;

        Varying(String pattern, String name) {
            this.pattern = Pattern.compile(pattern);
            this.name = name;
        }

        static String replaced(String text) {
            String replaced = text;
            for (Varying one : values()) {
                replaced = one.pattern.matcher(replaced).replaceAll(one.name);
            }
            return replaced;
        }
    }

    private final Path directory;

    private TranscriptPlace(Path directory) {
        this.directory = directory;
    }

    /** A copy of what {@link #prepare} made. */
    static TranscriptPlace copyOf(Path prepared) throws IOException {
        Path copy = TestPki.temporaryDirectory("transcript");
        try (Stream<Path> files = Files.walk(prepared)) {
            for (Path file : files.sorted().toList()) {
                if (!file.equals(prepared)) {
                    Files.copy(file, copy.resolve(prepared.relativize(file)), java.nio.file.LinkOption.NOFOLLOW_LINKS);
                }
            }
        }
        return new TranscriptPlace(copy);
    }

    /** Files of every kind, good and bad. */
    static Path prepare() throws IOException {
        Path directory = TestPki.temporaryDirectory("prepared");
        TranscriptPlace place = new TranscriptPlace(directory);
        Files.writeString(directory.resolve("pass"), "open sesame\n");
        Files.writeString(directory.resolve("wrong"), "open barley\n");
        Files.writeString(directory.resolve("nopass"), "\n");
        for (String line : List.of(
                "ca init --out ./ca",
                "ca init --out ./sub --parent ./ca",
                "cert issue --ca ./ca --name a.test --name 10.0.0.1 --out ./a",
                "cert issue --ca ./sub --name b.test --days 20 --out ./b",
                "csr create --key ./a.key --name a.test --out ./a.csr",
                "crl revoke --ca ./ca --reason superseded ./a.crt",
                "key create --encrypt --passphrase-file ./pass --out ./locked.key",
                "convert ./a.crt --to der --out ./a.der",
                "pkcs12 create --cert ./a.crt --key ./a.key --passphrase-file ./pass --out ./a.p12")) {
            Typed typed = place.typed(new Transcript.Entry(line, ""));
            if (typed.status() != 0) {
                throw new AssertionError(line + ": " + typed.err());
            }
        }
        place.addOddFiles();
        return directory;
    }

    private void addOddFiles() throws IOException {
        String leaf = Files.readString(directory.resolve("a.crt"));
        Files.writeString(directory.resolve("empty.pem"), "");
        Files.writeString(directory.resolve("text.pem"), "nothing here\n");
        Files.write(directory.resolve("garbage.bin"), new byte[] {7, 0, -1, 3, 99, -128, 10, 13, 1});
        Files.writeString(directory.resolve("cut.pem"), leaf.substring(0, leaf.length() / 2));
        Files.writeString(
                directory.resolve("mixed.pem"),
                Files.readString(directory.resolve("ca/root.crt"))
                        + Files.readString(directory.resolve("sub/ca.crt"))
                        + Files.readString(directory.resolve("b.crt")));
        Files.writeString(directory.resolve("combined.pem"), Files.readString(directory.resolve("locked.key")) + leaf);
        byte[] der = Files.readAllBytes(directory.resolve("a.der"));
        Files.write(directory.resolve("cut.der"), java.util.Arrays.copyOf(der, 100));
        Files.createDirectory(directory.resolve("empty"));
        Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
        Files.write(
                directory.resolve("ocsp.der"),
                OcspSpec.good(TestPki.CLIENT_TRUSTED.leaf(), TestPki.trustedRoot())
                        .sign());
        Instant past = Instant.now().minus(Duration.ofDays(10));
        Files.writeString(
                directory.resolve("expired.crt"),
                PemWriter.text(CertificateAuthority.selfSigned(CertificateSpec.server("CN=old.test", "DNS:old.test")
                                .withValidity(past.minus(Duration.ofDays(10)), past))
                        .chain()));
        Files.writeString(directory.resolve("broken.yaml"), "sallyport: [\n");
        Files.writeString(Files.createDirectory(directory.resolve("odd")).resolve("notes"), "nothing here\n");
        Files.writeString(directory.resolve("good.yaml"), """
                sallyport:
                  profiles:
                    edge: { cert: %s, key: %s, verify: none }
                  relays:
                    in: { listen: { address: "127.0.0.1:0", profile: edge }, connect: { addresses: ["127.0.0.1:9"] } }
                  admin: { address: "127.0.0.1:0" }
                """.formatted(
                        TestPki.SERVER_TRUSTED.cert(), TestPki.SERVER_TRUSTED.key()));
    }

    private Typed typed(Transcript.Entry entry) throws IOException {
        Object[] words = entry.words().stream().map(word -> absolute(word)).toArray();
        byte[] input = entry.input().isEmpty() ? new byte[0] : Files.readAllBytes(directory.resolve(entry.input()));
        return entry.isWatched() ? Typed.watched(words) : Typed.reading(input, words);
    }

    /** This JVM's working directory is another one. */
    private String absolute(String word) {
        return word.replaceFirst("^(--[a-z-]+=)?\\./", "$1" + directory + "/");
    }

    /** What this JVM says to a line. */
    String said(Transcript.Entry entry) throws IOException {
        Typed typed = typed(entry);
        return said(typed.out(), typed.err(), typed.status());
    }

    /** What the packaged program says to it. */
    String saidByProgram(Transcript.Entry entry) throws IOException, InterruptedException {
        Path input = entry.input().isEmpty() ? Path.of("/dev/null") : directory.resolve(entry.input());
        Program.Ended ended = Program.runReading(input, directory, entry.words().toArray(String[]::new));
        return said(ended.out(), ended.err(), ended.status());
    }

    private String said(String out, String err, int status) {
        StringBuilder said = new StringBuilder(out);
        err.lines().forEach(line -> said.append("! ").append(line).append('\n'));
        return Varying.replaced(said.toString().replace(directory + "/", "./").replaceAll("(?m)[ \\t]+$", "")) + "["
                + status + "]\n";
    }

    /** All that is there, so that one can see that nothing was written. */
    TreeMap<String, String> files() throws IOException {
        TreeMap<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.toList()) {
                files.put(
                        directory.relativize(file).toString(),
                        Files.isRegularFile(file)
                                ? new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                                : "");
            }
        }
        return files;
    }
}
