package io.sallyport.pki;

import io.sallyport.fault.Mistake;
import io.sallyport.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** Whether the files of a profile that must be secret are. Their group may read them: that is how a service is let in. */
public final class SecretFiles {

    private SecretFiles() {}

    /** A warning for each that every user of the machine may read or write. */
    public static List<Mistake> check(Profile profile) {
        Findings findings = new Findings("sallyport.profiles." + profile.name() + ".");
        Profile.OwnCertificate own = profile.own();
        if (own != null) {
            check(own.key(), own.key().equals(own.cert()) ? "cert" : "key", findings);
            if (own.keyPasswordFile() != null) {
                check(own.keyPasswordFile(), "key-password-file", findings);
            }
        }
        return findings.all();
    }

    private static void check(Path file, String key, Findings findings) {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            if (mode.contains(PosixFilePermission.OTHERS_READ) || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
                findings.warning(
                        key,
                        file + " is open to every user of this machine (mode " + PosixFilePermissions.toString(mode)
                                + ")",
                        "chmod o-rwx " + file);
            }
        } catch (IOException | UnsupportedOperationException e) {
            // Who reads it says so; on file systems without such modes there is nothing to say.
        }
    }
}
