package io.sallyport.relay;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to put a file at a path, for one process at a time: the kernel's lock on an empty file beside it, which is there as
 * long as the lock is held. A process that is killed with it leaves the file, but not the lock.
 */
final class PathLock implements Closeable {

    /** How often its file may be gone when it is locked, since the one who held it has just let go. */
    private static final int TRIES = 100;

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
     * @throws IOException where there can be no such file, or is one that is something else
     */
    static PathLock take(Path path) throws IOException {
        OF_PROCESS.lock();
        try {
            Path file = beside(path);
            for (int i = 0; i < TRIES; i++) {
                Optional<FileChannel> locked = tryLock(file);
                if (locked.isPresent()) {
                    return new PathLock(file, locked.get());
                }
            }
            throw taken();
        } catch (IOException | RuntimeException | Error e) {
            OF_PROCESS.unlock();
            throw e;
        }
    }

    private static BindException taken() {
        return new BindException("Address already in use: another process takes it in this moment");
    }

    /** Empty where the file that was locked has no name any more: its holder has deleted it meanwhile. */
    private static Optional<FileChannel> tryLock(Path file) throws IOException {
        try {
            make(file);
            Object before = identity(file);
            FileChannel channel = open(file);
            try {
                if (channel.tryLock() == null) {
                    throw taken();
                }
                if (identity(file).equals(before)) {
                    return Optional.of(channel);
                }
                channel.close();
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            // Deleted: the next one is made.
        }
        return Optional.empty();
    }

    private static void make(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            // Somebody holds it, or was killed with it.
        }
    }

    /**
     * What tells the file from another that has its name later: Java can't ask an open file which it is. Nothing is ever written
     * to it, and what isn't empty is no such file, so that nobody's file is lost to a name.
     */
    private static Object identity(Path file) throws IOException {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!found.isRegularFile() || found.size() > 0) {
            throw new IOException("there is a file " + file + " that is no lock; it is left alone");
        }
        return found.fileKey() + " " + found.lastModifiedTime();
    }

    private static FileChannel open(Path file) throws IOException {
        try {
            // For reading too: to open a FIFO that has come meanwhile would wait for its reader.
            return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        } catch (AccessDeniedException e) {
            throw new IOException("there is " + file + ", which another user left behind; it is left alone", e);
        }
    }

    /** Deletes the file while it is still locked: whoever has opened it will find that it has no name any more. */
    @Override
    public void close() {
        try (channel) {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // It stays, and is in nobody's way: it isn't locked.
        } finally {
            OF_PROCESS.unlock();
        }
    }
}
