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
import java.security.SecureRandom;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The file of a unix socket that listens. The socket is bound under another name, {@link #draft}, and renamed when owner and
 * mode are right: nobody can connect before, and one that was left behind is replaced in one step. A file that isn't such a
 * one is never touched. Its methods wait for the file system, so they are nothing for busy event loops.
 */
public final class UnixSocketFile {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** {@code S_IFMT} and {@code S_IFSOCK}. */
    private static final int TYPE = 0170000;

    private static final int SOCKET = 0140000;

    /** How many names a draft may have: four letters of base 36. */
    private static final int DRAFTS = 36 * 36 * 36 * 36;

    private final Path path;
    private final Path draft;
    private Binding binding;
    private SocketOwner maker = SocketOwner.NOBODY;
    private @Nullable Object key;

    private UnixSocketFile(Path path, Path draft, Binding binding) {
        this.path = path;
        this.draft = draft;
        this.binding = binding;
    }

    /**
     * Finds out whether a path can be had, and changes nothing.
     *
     * @throws BindException where somebody listens there, or this user may not write into the directory
     * @throws IOException where something is there that isn't ours to replace; or directory, user or group aren't there
     */
    public static void look(Path path, Binding binding) throws IOException {
        UnixSocketFile unused = claim(path, binding);
    }

    /**
     * Finds out whether there are the user and the group that a file is to have.
     *
     * @throws IOException says which isn't there
     */
    public static void lookForOwner(Binding binding) throws IOException {
        SocketOwner unused = SocketOwner.of(binding);
    }

    /** Looks whether a path can be had, as {@link #look} does. Then a socket may be bound to the {@link #draft}. */
    static UnixSocketFile claim(Path path, Binding binding) throws IOException {
        Path directory = Objects.requireNonNull(path.toAbsolutePath().getParent());
        if (!Files.isDirectory(directory)) {
            throw new IOException("there is no directory " + directory);
        }
        if (!Files.isWritable(directory)) {
            throw new BindException("Permission denied");
        }
        refuseForeign(path, SocketOwner.of(binding));
        return new UnixSocketFile(path, draft(path), binding);
    }

    /** A name that nobody has: Netty removes what is there before it binds. */
    private static Path draft(Path path) {
        Path draft;
        do {
            draft = path.resolveSibling(".s" + Integer.toString(RANDOM.nextInt(DRAFTS), 36));
        } while (Files.exists(draft, LinkOption.NOFOLLOW_LINKS));
        return draft;
    }

    private static void refuseForeign(Path path, SocketOwner owner) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(path)) {
            throw new IOException("there is a file of this name that is no socket; it is left alone");
        }
        if (isListenedOn(path)) {
            throw new BindException("Address already in use");
        }
        if (!owner.mayHaveLeft(path)) {
            throw new IOException("there is a socket that another user left behind; it is left alone");
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        return ((Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & TYPE) == SOCKET;
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
     * Gives the bound socket its owner, its mode and its name. Of several that replace the same file in the same instant, in
     * this process or in others, one has it; the others find it taken.
     *
     * @throws IOException then nothing of it is left
     */
    void publish() throws IOException {
        try {
            maker = SocketOwner.ofFile(draft);
            key = keyOf(draft);
            SocketOwner owner = SocketOwner.of(binding);
            owner.take(draft, binding);
            // Without it, two could both find that nobody listens there, and the second would take the name from the
            // first.
            try (PathLock lock = PathLock.take(path)) {
                refuseForeign(path, owner);
                Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw e;
        }
    }

    /**
     * Gives the file another owner and mode, or those that a new one has.
     *
     * @throws IOException where it can't have them; then it has those that it had, as far as that is possible
     */
    void restyle(Binding wanted) throws IOException {
        if (wanted.equals(binding) || !isOurs()) {
            return;
        }
        try {
            SocketOwner.of(wanted).orElse(maker).take(path, wanted);
            binding = wanted;
        } catch (IOException e) {
            restore(e);
            throw e;
        }
    }

    private void restore(IOException why) {
        try {
            SocketOwner.of(binding).orElse(maker).take(path, binding);
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    /** Takes the file away, unless it is another one by now. To be called while the socket is open: until then its inode is no other's. */
    void remove() {
        try {
            if (isOurs()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            // Somebody else has taken it away.
        }
    }

    private boolean isOurs() throws IOException {
        return key != null && key.equals(keyOf(path));
    }

    private static @Nullable Object keyOf(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }
}
