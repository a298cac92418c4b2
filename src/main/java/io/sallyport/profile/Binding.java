package io.sallyport.profile;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a relay has its listening socket.
 *
 * @param port whether other processes may listen on the same TCP port
 * @param mode of the file of a unix socket
 * @param owner of that file, a user; null for the one that this process runs as
 * @param group of that file; null for the one that this process has
 */
public record Binding(
        Sharing port,
        Set<PosixFilePermission> mode,
        @Nullable String owner,
        @Nullable String group) {

    /** Whether a TCP port is this process's alone. */
    public enum Sharing {
        EXCLUSIVE,
        /** {@code SO_REUSEPORT}: the kernel deals connections to all who listen. */
        SHARED
    }

    /** Where a unix socket's file may be: its first name is six bytes long, and both have room in {@code sun_path}. */
    static final int MAX_DIRECTORY_BYTES = 107 - 1 - 6;

    static final String DEFAULT_MODE = "0600";

    public static final Binding DEFAULT =
            new Binding(Sharing.EXCLUSIVE, PosixFilePermissions.fromString("rw-------"), null, null);

    public Binding {
        mode = Set.copyOf(mode);
    }
}
