package io.sallyport.relay;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to put a file at a path, for one process at a time: the kernel's lock on a file beside it, which is there as long as
 * the lock is held. A process that is killed with it leaves the file, but not the lock.
 */
final class PathLock implements Closeable {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** A file of one byte that has holes before it takes one block. */
    private static final int LONGEST = 1 << 20;

    /**
     * The kernel's locks are a process's: between its threads they do nothing, and one that closes the file would take the lock
     * from the others.
     */
    private static final ReentrantLock OF_PROCESS = new ReentrantLock();

    private final Path file;
    private final FileChannel channel;

    private PathLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** The file that is locked: {@code .orders.sock.sallyport-lock} for {@code orders.sock}. */
    static Path beside(Path path) {
        return path.resolveSibling("." + path.getFileName() + ".sallyport-lock");
    }

    /**
     * To be closed by the same thread.
     *
     * @throws BindException where another process has it
     * @throws IOException where there can be no such file
     */
    static PathLock take(Path path) throws IOException {
        OF_PROCESS.lock();
        try {
            Path file = beside(path);
            while (true) {
                FileChannel channel = open(file);
                if (isHeld(channel, file)) {
                    return new PathLock(file, channel);
                }
                channel.close();
            }
        } catch (IOException | RuntimeException | Error e) {
            OF_PROCESS.unlock();
            throw e;
        }
    }

    /** Open for reading too: else to open a FIFO that somebody has put there would wait for its reader. */
    private static FileChannel open(Path file) throws IOException {
        try {
            return FileChannel.open(
                    file,
                    Set.of(
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (AccessDeniedException e) {
            throw new IOException("there is " + file + ", which another user left behind; it is left alone", e);
        }
    }

    /** Whether the lock is on the file that has the name, and not on one that its holder has just deleted. */
    private static boolean isHeld(FileChannel channel, Path file) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new BindException("Address already in use: another process takes it in this moment");
            }
            // Java can't ask an open file for its inode; so this one gets a length that no other has.
            int length = 1 + RANDOM.nextInt(LONGEST);
            channel.truncate(0);
            channel.write(ByteBuffer.allocate(1), length - 1L);
            return Files.size(file) == length;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Deletes the file while it is still locked: whoever has opened it will find that it has no name any more. */
    @Override
    public void close() throws IOException {
        try (channel) {
            Files.deleteIfExists(file);
        } finally {
            OF_PROCESS.unlock();
        }
    }
}
