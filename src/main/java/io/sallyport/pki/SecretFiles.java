package io.sallyport.pki;

import io.sallyport.fault.Mistake;
import io.sallyport.profile.Profile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Whether the files of a profile that must be secret are. Their group may read them: that is how a service is let in. */
public final class SecretFiles {

    private SecretFiles() {}

    /** A warning for each that every user of the machine may read or write. */
    public static List<Mistake> check(Profile profile) {
        Findings findings = new Findings("sallyport.profiles." + profile.name() + ".");
        Profile.OwnCertificate own = profile.own();
        if (own != null) {
            checkFile(own.key(), own.key().equals(own.cert()) ? "cert" : "key", findings);
            if (own.keyPasswordFile() != null) {
                checkFile(own.keyPasswordFile(), "key-password-file", findings);
            }
        }
        Path tickets = profile.session().ticketKeys();
        if (tickets != null && Files.isDirectory(tickets)) {
            checkTicketKeys(tickets, findings);
        }
        return findings.all();
    }

    /** Whoever has one of them can read what was recorded of TLS 1.2, and resume as anybody. */
    private static void checkTicketKeys(Path directory, Findings findings) {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (checkFile(file, "session.ticket-keys", findings)) {
                    return; // Of many the first one says it all.
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // Who reads them says so.
        }
    }

    private static boolean checkFile(Path file, String key, Findings findings) {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            if (mode.contains(PosixFilePermission.OTHERS_READ) || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
                findings.warning(
                        key,
                        file + " is open to every user of this machine (mode " + PosixFilePermissions.toString(mode)
                                + ")",
                        "chmod o-rwx " + file);
                return true;
            }
        } catch (IOException | UnsupportedOperationException e) {
            // Who reads it says so; on file systems without such modes there is nothing to say.
        }
        return false;
    }
}
