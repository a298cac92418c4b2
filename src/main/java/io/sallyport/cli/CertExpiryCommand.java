package io.sallyport.cli;

import io.sallyport.pki.Description;
import io.sallyport.pki.Descriptions;
import io.sallyport.pki.FileContents;
import io.sallyport.pki.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells which certificates expire soon. */
@Command(
        name = "expiry",
        description = {
            "Tell when certificates expire: of files, and of all files under directories that end in .pem, .crt, .cer or .p12.",
            "Exit status 0: none expires within the days; 1: one does, or has."
        })
final class CertExpiryCommand extends ToolCommand {

    private static final List<String> ENDINGS = List.of(".pem", ".crt", ".cer", ".p12", ".pfx");

    @Parameters(arity = "1..*", paramLabel = "FILE|DIR", description = "Files, or directories to search.")
    private List<Path> places = List.of();

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "30",
            description = "How many days are soon. Default: 30")
    private int days = 30;

    CertExpiryCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        Instant now = Instant.now();
        Instant limit = now.plus(Duration.ofDays(days));
        List<Description> found = new ArrayList<>();
        boolean soon = false;
        for (Path place : places) {
            for (Path file : files(place)) {
                for (X509Certificate certificate : certificates(file, place)) {
                    boolean due = certificate.getNotAfter().toInstant().isBefore(limit);
                    soon |= due;
                    found.add(describe(file, certificate, due, now));
                }
            }
        }
        if (json()) {
            answer("certificates", found);
        } else {
            found.forEach(one -> terminal().say(line(one)));
        }
        return soon ? ExitStatus.NO : ExitStatus.DONE;
    }

    private static Description describe(Path file, X509Certificate certificate, boolean due, Instant now) {
        return new Description()
                .add("file", file.toString())
                .add("subject", Descriptions.subject(certificate))
                .add("notAfter", certificate.getNotAfter().toInstant().toString())
                .add("expiry", Descriptions.expiry(certificate, now))
                .add("due", due);
    }

    private static String line(Description one) {
        return (Boolean.TRUE.equals(one.facts().get("due")) ? "due   " : "good  ")
                + one.facts().get("notAfter") + "  " + one.facts().get("file") + "  "
                + one.facts().get("subject") + " (" + one.facts().get("expiry") + ")";
    }

    private static List<Path> files(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return List.of(place);
        }
        try (Stream<Path> all = Files.walk(place)) {
            return all.filter(file -> ENDINGS.stream().anyMatch(file.toString().toLowerCase(Locale.ROOT)::endsWith))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    /** A file that was named must be readable; one that was found may hold something else. */
    private List<X509Certificate> certificates(Path file, Path place) throws UnusableFileException, IOException {
        if (file.equals(place)) {
            return read(file).needCertificates();
        }
        try {
            return FileContents.read(file, passphrase().reading(terminal())).certificates();
        } catch (UnusableFileException e) {
            terminal().note("passed over: " + e.getMessage());
            return List.of();
        }
    }
}
