package io.sallyport.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Ticket keys that replicas share: a directory in which each file is one key of {@link TicketKey#LENGTH} bytes. The order
 * of the names is that of their age. The newest key only opens tickets, so that a replica which doesn't have it yet
 * meets none that it sealed; the one before it seals; older ones only open. A lone key does both. Files whose names
 * begin with a dot are none: Kubernetes keeps its own among a Secret's.
 */
public final class TicketKeyDirectory implements TicketKeys {

    /** The most that are read. */
    public static final int MOST = 16;

    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern(
                    "uuuuMMdd'T'HHmmss.SSS'Z.key'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Path directory;

    public TicketKeyDirectory(Path directory) {
        this.directory = directory;
    }

    @Override
    public List<TicketKey> at(Instant now) throws IOException {
        List<TicketKey> keys = new ArrayList<>();
        Set<ByteBuffer> names = new HashSet<>();
        for (Path file : newestFirst()) {
            TicketKey key = read(file);
            if (!names.add(key.name())) {
                throw new IOException(file + " begins with the same 16 bytes as another key: replace one of the two");
            }
            keys.add(key);
        }
        if (keys.isEmpty()) {
            throw new IOException(directory + " has no ticket key in it");
        }
        if (keys.size() > MOST) {
            throw new IOException(directory + " has " + keys.size() + " ticket keys in it; " + MOST + " are the most");
        }
        if (keys.size() > 1) {
            Collections.swap(keys, 0, 1);
        }
        return keys;
    }

    /** By the file's own time; Kubernetes sets that when it puts a Secret in place. */
    @Override
    public Instant sealingSince(Instant now) throws IOException {
        List<Path> files = newestFirst();
        if (files.isEmpty()) {
            throw new IOException(directory + " has no ticket key in it");
        }
        return Files.getLastModifiedTime(files.get(Math.min(1, files.size() - 1)))
                .toInstant();
    }

    private static TicketKey read(Path file) throws IOException {
        long size = size(file);
        if (size != TicketKey.LENGTH) {
            throw new IOException(file + " has " + size + " bytes; a ticket key has " + TicketKey.LENGTH);
        }
        try {
            return TicketKey.of(Files.readAllBytes(file));
        } catch (FileSystemException e) {
            throw unreadable(file, e);
        }
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (FileSystemException e) {
            throw unreadable(file, e);
        }
    }

    private List<Path> newestFirst() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> sorted =
                    new ArrayList<>(files.filter(file -> !name(file).startsWith(".") && Files.isRegularFile(file))
                            .toList());
            sorted.sort((a, b) -> name(b).compareTo(name(a)));
            return sorted;
        } catch (FileSystemException e) {
            throw unreadable(directory, e);
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static IOException unreadable(Path path, FileSystemException cause) {
        if (cause instanceof NoSuchFileException) {
            return new IOException(path + " is not there", cause);
        } else if (cause instanceof NotDirectoryException) {
            return new IOException(path + " is not a directory", cause);
        } else if (cause instanceof AccessDeniedException) {
            return new IOException(path + " may not be read", cause);
        }
        return new IOException(path + " can't be read: " + cause.getMessage(), cause);
    }

    /** What stands in a directory: names of files, newest first. */
    public record Listing(List<String> names) {

        public Listing {
            names = List.copyOf(names);
        }

        /** The name of the one that seals. */
        public String sealing() {
            return names.get(Math.min(1, names.size() - 1));
        }
    }

    /**
     * Makes the directory, where it isn't there, and a first key in it.
     *
     * @throws IOException if there is a key already, or nothing can be written; the message says which
     */
    public Listing create(Instant now) throws IOException {
        if (!Files.isDirectory(directory)) {
            make();
        }
        if (!newestFirst().isEmpty()) {
            throw new IOException(
                    directory + " isn't empty: " + name(newestFirst().get(0)) + " is in it already");
        }
        write(now);
        return listing();
    }

    private void make() throws IOException {
        try {
            Files.createDirectories(directory, attributes(directory, "rwx------"));
        } catch (FileAlreadyExistsException e) {
            throw new IOException(directory + " is a file; a directory is needed", e);
        } catch (FileSystemException e) {
            String reason = e instanceof AccessDeniedException
                    ? "permission denied"
                    : e instanceof NoSuchFileException ? "nothing can be made there" : e.getReason();
            throw new IOException(directory + " can't be made: " + reason, e);
        }
    }

    /**
     * Adds a key, which only opens tickets; so the one that was added last begins to seal. Of those that sealed before it,
     * the newest {@code keep} stay.
     *
     * @throws IOException if the keys there can't be read, or nothing can be written; then all is as it was
     */
    public Listing rotate(Instant now, int keep) throws IOException {
        at(now); // Not into a directory of something else.
        write(now);
        List<Path> files = newestFirst();
        for (Path old : files.subList(Math.min(files.size(), 2 + keep), files.size())) {
            Files.delete(old);
        }
        return listing();
    }

    private Listing listing() throws IOException {
        return new Listing(newestFirst().stream().map(TicketKeyDirectory::name).toList());
    }

    /** Readers see a whole key or none: it is written beside, and moved. */
    private void write(Instant now) throws IOException {
        String name = NAME.format(now);
        List<Path> present = newestFirst();
        if (!present.isEmpty() && name(present.get(0)).compareTo(name) >= 0) {
            throw new IOException(present.get(0) + " would be newer than a new key, called " + name
                    + ": the order of the names must be that of their age");
        }
        Path hidden = directory.resolve("." + name + ".new");
        byte[] bytes = TicketKey.random().bytes();
        try (FileChannel channel = FileChannel.open(
                hidden,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                attributes(directory, "rw-------"))) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(hidden, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static FileAttribute<?>[] attributes(Path place, String permissions) {
        return place.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
