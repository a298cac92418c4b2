package io.sallyport.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Whether a file that must be secret is. Its group may read it: that is how a service is let in. */
final class SecretFile {

    private SecretFile() {}

    /** Warns where every user of the machine may read or write it; says nothing where the file system doesn't know. */
    static void check(Path file, String key, Findings findings) {
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
