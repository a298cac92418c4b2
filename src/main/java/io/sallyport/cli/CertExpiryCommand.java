package io.sallyport.cli;

import io.sallyport.fault.MistakesException;
import io.sallyport.pki.Description;
import io.sallyport.pki.Descriptions;
import io.sallyport.pki.FileContents;
import io.sallyport.pki.UnusableFileException;
import io.sallyport.profile.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
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
            "Tell when certificates expire: of files, of all files under directories that end in .pem, .crt, .cer or .p12, and of TLS servers.",
            "Exit status 0: none expires within the days; 1: one does, or has; 2: a file can't be read, or a server doesn't answer."
        })
final class CertExpiryCommand extends ToolCommand {

    private static final List<String> ENDINGS = List.of(".pem", ".crt", ".cer", ".p12", ".pfx");

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE|DIR|HOST:PORT",
            description = "Files, directories to search, or servers to ask; an IPv6 address as [::1]:443.")
    private List<String> places = List.of();

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "30",
            description = "How many days are soon. Default: 30")
    private int days = 30;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "For each step of asking a server. Default: 10")
    private int seconds = 10;

    private final Instant now = Instant.now();
    private final List<Description> found = new ArrayList<>();

    CertExpiryCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        boolean allAsked = true;
        for (String place : places) {
            Path path = Path.of(place);
            if (Files.exists(path) || !isAddress(place)) {
                search(path);
            } else {
                allAsked &= ask(Address.parse(place));
            }
        }
        if (json()) {
            answer("certificates", found);
        } else {
            found.forEach(one -> terminal().say(line(one)));
        }
        if (found.stream().anyMatch(CertExpiryCommand::isDue)) {
            return ExitStatus.NO;
        }
        return allAsked ? ExitStatus.DONE : ExitStatus.REFUSED;
    }

    /** A file by that name would have been found first. */
    private static boolean isAddress(String place) {
        try {
            return Address.parse(place).port() > 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void search(Path place) throws IOException, UnusableFileException {
        for (Path file : files(place)) {
            certificates(file, place).forEach(certificate -> add("file", file.toString(), certificate));
        }
    }

    /** False where it didn't answer; that is told. */
    private boolean ask(Address server) throws MistakesException, InterruptedException {
        try {
            ConnectProfile.chain(server, Duration.ofSeconds(Math.max(1, seconds)))
                    .forEach(certificate -> add("server", server.toString(), certificate));
            return true;
        } catch (DialFailure e) {
            terminal().error(String.valueOf(e.getMessage()), e.hint());
        } catch (CertificateException e) {
            terminal().error(server + ": " + e.getMessage(), null);
        }
        return false;
    }

    private void add(String kind, String place, X509Certificate certificate) {
        Instant limit = now.plus(Duration.ofDays(days));
        found.add(new Description()
                .add(kind, place)
                .add("subject", Descriptions.subject(certificate))
                .add("notAfter", certificate.getNotAfter().toInstant().toString())
                .add("expiry", Descriptions.expiry(certificate, now))
                .add("due", certificate.getNotAfter().toInstant().isBefore(limit)));
    }

    private static boolean isDue(Description one) {
        return Boolean.TRUE.equals(one.facts().get("due"));
    }

    private String line(Description one) {
        Palette palette = terminal().outPalette();
        Object place = one.facts().containsKey("file")
                ? one.facts().get("file")
                : one.facts().get("server");
        return (isDue(one) ? palette.bad("due") + "   " : palette.good("good") + "  ")
                + one.facts().get("notAfter") + "  " + place + "  "
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
