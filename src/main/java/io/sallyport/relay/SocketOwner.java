package io.sallyport.relay;

import io.sallyport.profile.Binding;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose a unix socket's file is to be.
 *
 * @param user null for the one that this process runs as
 * @param group null for the one that this process has
 */
record SocketOwner(@Nullable UserPrincipal user, @Nullable GroupPrincipal group) {

    /** Leaves a file whose it is. */
    static final SocketOwner NOBODY = new SocketOwner(null, null);

    private static final Path STATUS = Path.of("/proc/self/status");

    /** Where the fourth number behind {@code Uid:} is, the user that makes files. */
    private static final int FILE_SYSTEM_USER = 4;

    /**
     * Looks the names up.
     *
     * @throws IOException says which isn't there
     */
    static SocketOwner of(Binding binding) throws IOException {
        UserPrincipalLookupService known = FileSystems.getDefault().getUserPrincipalLookupService();
        try {
            return new SocketOwner(
                    binding.owner() == null ? null : known.lookupPrincipalByName(binding.owner()),
                    binding.group() == null ? null : known.lookupPrincipalByGroupName(binding.group()));
        } catch (UserPrincipalNotFoundException e) {
            throw new IOException("there is no user or group called " + e.getName(), e);
        }
    }

    /** Whose a file is. */
    static SocketOwner ofFile(Path file) throws IOException {
        PosixFileAttributes found = Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return new SocketOwner(found.owner(), found.group());
    }

    /** What this leaves open, taken from {@code fallback}. */
    SocketOwner orElse(SocketOwner fallback) {
        return new SocketOwner(user != null ? user : fallback.user, group != null ? group : fallback.group);
    }

    /** Gives it a file. The user last: whoever has given a file away may not change its mode any more. */
    void take(Path file, Binding binding) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (group != null) {
            view.setGroup(group);
        }
        Files.setPosixFilePermissions(file, binding.mode());
        if (user != null) {
            view.setOwner(user);
        }
    }

    /** Whether a file may come from an earlier run: it is of this process's user, or was given to whom it would be given now. */
    boolean mayHaveLeft(Path file) throws IOException {
        Object uid = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        return uid.equals(ofProcess())
                || Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(user);
    }

    private static @Nullable Integer ofProcess() throws IOException {
        List<String> status = Files.readAllLines(STATUS);
        return status.stream()
                .filter(line -> line.startsWith("Uid:"))
                .map(line -> line.split("\\s+"))
                .filter(words -> words.length > FILE_SYSTEM_USER)
                .map(words -> Integer.valueOf(words[FILE_SYSTEM_USER]))
                .findFirst()
                .orElse(null);
    }
}
