package io.sallyport.relay;

import io.sallyport.profile.Binding;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The file of a unix socket that listens. The socket is bound under another name, {@link #draft}, and renamed when owner and
 * mode are right: nobody can connect before, and one that was left behind is replaced in one step. A file that isn't such a
 * one is never touched.
 */
final class UnixSocketFile {

    private static final AtomicInteger COUNT = new AtomicInteger();

    /** {@code S_IFMT} and {@code S_IFSOCK}. */
    private static final int TYPE = 0170000;

    private static final int SOCKET = 0140000;

    private final Path path;
    private final Path draft;
    private final Binding binding;
    private @Nullable Object key;

    private UnixSocketFile(Path path, Binding binding) {
        this.path = path;
        this.binding = binding;
        this.draft = path.resolveSibling(".sp" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
    }

    /**
     * Looks whether the path can be had.
     *
     * @throws BindException where somebody listens there
     * @throws IOException where something is there that isn't ours to replace
     */
    static UnixSocketFile at(Path path, Binding binding) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            if (!isSocket(path)) {
                throw new IOException("there is a file of this name that is no socket; it is left alone");
            }
            if (isListenedOn(path)) {
                throw new BindException("Address already in use");
            }
            if (!isOurs(path)) {
                throw new IOException("there is a socket that another user left behind; it is left alone");
            }
        }
        return new UnixSocketFile(path, binding);
    }

    private static boolean isSocket(Path path) throws IOException {
        return ((Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & TYPE) == SOCKET;
    }

    private static boolean isOurs(Path path) throws IOException {
        return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                .equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    private static boolean isListenedOn(Path path) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            return true; // Connected; or not yet, since its queue is full.
        } catch (ConnectException e) {
            return false;
        }
    }

    /** Where the socket is to be bound. */
    Path draft() {
        return draft;
    }

    /**
     * Gives the bound socket its owner, its mode and its name.
     *
     * @throws IOException then nothing of it is left
     */
    void publish() throws IOException {
        try {
            PosixFileAttributeView file = Files.getFileAttributeView(draft, PosixFileAttributeView.class);
            UserPrincipalLookupService users = draft.getFileSystem().getUserPrincipalLookupService();
            if (binding.group() != null) {
                file.setGroup(users.lookupPrincipalByGroupName(binding.group()));
            }
            file.setPermissions(binding.mode());
            if (binding.owner() != null) {
                file.setOwner(users.lookupPrincipalByName(binding.owner()));
            }
            key = keyOf(draft);
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (UserPrincipalNotFoundException e) {
            Files.deleteIfExists(draft);
            throw new IOException("there is no user or group called " + e.getName(), e);
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw e;
        }
    }

    /** Takes the file away, unless it is another one by now. */
    void remove() {
        try {
            if (key != null && Objects.equals(key, keyOf(path))) {
                Files.delete(path);
            }
        } catch (IOException e) {
            // Somebody else has taken it away.
        }
    }

    private static @Nullable Object keyOf(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }
}
