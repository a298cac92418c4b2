package io.sallyport.cli;

import io.sallyport.fault.MistakesException;
import io.sallyport.pki.Description;
import io.sallyport.pki.Descriptions;
import io.sallyport.pki.UnusableFileException;
import io.sallyport.profile.Address;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells which certificates expire soon. */
@Command(
        name = "expiry",
        description = {
            "Tell when certificates expire: of files, of all files under directories that end in .pem, .crt, .cer or .p12, and of TLS servers.",
            "Those that are due come first.",
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
        if (days < 0) {
            throw wrongUse("--days " + days + " is less than 0", "0: what has expired is due");
        }
        if (seconds < 1) {
            throw wrongUse("--timeout " + seconds + " is less than 1", "give seconds");
        }
        boolean allRead = true;
        for (String place : places) {
            Path path = Path.of(place);
            if (Files.isDirectory(path)) {
                allRead &= search(path);
            } else if (place.equals("-") || Files.exists(path)) {
                readCertificates(path).forEach(certificate -> add("file", place, certificate));
            } else {
                allRead &= ask(address(place));
            }
        }
        found.sort(Comparator.comparing(one -> !isDue(one)));
        if (json()) {
            answer("certificates", found);
        } else {
            found.forEach(one -> terminal().say(line(one)));
        }
        if (found.stream().anyMatch(CertExpiryCommand::isDue)) {
            return ExitStatus.NO;
        }
        return allRead ? ExitStatus.DONE : ExitStatus.REFUSED;
    }

    /** A file by that name would have been found first. */
    private Address address(String place) {
        try {
            Address address = Address.parse(place);
            if (address.port() > 0) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // Told below: most likely a file was meant.
        }
        throw wrongUse(
                place + " is no file, no directory, and no server's address",
                "a server is HOST:PORT, such as a.test:443 or [::1]:443");
    }

    /**
     * The certificates of all files under a directory.
     *
     * @return false where one can't be read; that is told, and the others are looked at all the same
     */
    private boolean search(Path directory) throws IOException {
        List<Path> files = files(directory);
        if (files.isEmpty()) {
            terminal()
                    .error(
                            directory + " has no file in it that ends in " + String.join(", ", ENDINGS),
                            "name the files");
            return false;
        }
        boolean allRead = true;
        for (Path file : files) {
            allRead &= look(file);
        }
        return allRead;
    }

    /** What ends like a certificate may be something else; but one that can't be read may be due. */
    private boolean look(Path file) throws IOException {
        try {
            List<X509Certificate> certificates =
                    read(file, passphrase().readingCertificates(terminal())).certificates();
            certificates.forEach(certificate -> add("file", file.toString(), certificate));
            if (certificates.isEmpty()) {
                terminal().note("passed over: " + file + " holds no certificate");
            }
            return true;
        } catch (UnusableFileException e) {
            if (e.lacksAll()) {
                terminal().note("passed over: " + e.getMessage());
                return true;
            }
            terminal().error(String.valueOf(e.getMessage()), PassphraseOption.hint(e));
            return false;
        }
    }

    /** False where it didn't answer; that is told. */
    private boolean ask(Address server) throws MistakesException, InterruptedException {
        try {
            ConnectProfile.chain(server, Duration.ofSeconds(seconds))
                    .forEach(certificate -> add("server", server.toString(), certificate));
            return true;
        } catch (CommandFailure e) {
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

    private static List<Path> files(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (ENDINGS.stream().anyMatch(file.toString().toLowerCase(Locale.ROOT)::endsWith)
                        && Files.isRegularFile(file)) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            /** A directory that may not be read may hold some too: it is reported like a file that can't be. */
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                found.add(file);
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort(Comparator.naturalOrder());
        return found;
    }
}
