package io.sallyport.tls;

import io.netty.internal.tcnative.KeyLogCallback;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Adds the secrets of connections to a file, in NSS' format, which Wireshark reads (draft-ietf-tls-keylogfile). Called by BoringSSL
 * in the handshake, on whichever thread that runs, an event loop too: a line goes into the page cache, and this is for looking for
 * faults alone.
 *
 * <p>The file is opened for each line. So nothing has to be closed with a context, and one that was moved away is begun anew.
 */
final class KeyLog implements KeyLogCallback {

    private static final Logger LOG = Logger.getLogger(KeyLog.class);

    private static final Set<PosixFilePermission> OURS =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE = PosixFilePermissions.asFileAttribute(OURS);

    /** No link: it could lead to where somebody else wants it. */
    private static final Set<OpenOption> ADDING =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);

    private final Path file;
    private final AtomicBoolean toldOfFault = new AtomicBoolean();

    KeyLog(Path file) {
        this.file = file;
    }

    /** Why it can't be written, or others could read it; null where all is well. Makes no file. */
    @Nullable
    String fault() {
        Path directory = file.toAbsolutePath().getParent();
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return faultOfExisting();
        }
        return directory != null && Files.isDirectory(directory) && Files.isWritable(directory)
                ? null
                : file + " can't be made: its directory isn't there, or can't be written to";
    }

    private @Nullable String faultOfExisting() {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !Files.isWritable(file)) {
            return file + " is there, and is no file that can be written to";
        }
        try {
            return OURS.containsAll(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS))
                    ? null
                    : file + " is open to others; the secrets of connections would be too: chmod 600 " + file;
        } catch (IOException e) {
            return file + " can't be looked at: " + e.getMessage();
        }
    }

    @Override
    public void handle(long ssl, byte[] line) {
        ByteBuffer bytes =
                ByteBuffer.allocate(line.length + 1).put(line).put((byte) '\n').flip();
        // In one write: those of other threads don't mix with it.
        try (SeekableByteChannel channel = Files.newByteChannel(file, ADDING, PRIVATE)) {
            channel.write(bytes);
        } catch (IOException e) {
            if (!toldOfFault.getAndSet(true)) {
                LOG.warnf("key log can't be written file=%s detail=\"%s\"", file, e);
            }
        }
    }
}
