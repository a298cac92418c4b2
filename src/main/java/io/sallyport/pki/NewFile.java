package io.sallyport.pki;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A file to be written, which appears whole or not at all. What can't be replaced, such as a device or a pipe, is written to as it is.
 *
 * @param existing what becomes of a file that is there already
 */
public record NewFile(Path file, Existing existing) {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** What becomes of a file that is there already. */
    public enum Existing {
        KEPT,
        REPLACED
    }

    /** Who may read it. */
    public enum Readers {
        ALL("rw-r--r--"),
        OWNER("rw-------");

        private final String mode;

        Readers(String mode) {
            this.mode = mode;
        }
    }

    /** A file with what is to be in it. */
    public record Content(NewFile place, byte[] bytes, Readers readers) {}

    /**
     * Asked beforehand, before work is done that would be lost.
     *
     * @throws FileAlreadyExistsException if the file is there and is to be kept
     * @throws FileSystemException if it is a directory
     */
    public void refuseIfThere() throws FileSystemException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "it is a directory");
        }
        if (existing == Existing.KEPT && !isSpecial() && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(file.toString());
        }
    }

    /**
     * Makes a directory, with those above it; one that is there is kept.
     *
     * @throws FileSystemException if it can't be made; it names this directory
     */
    public static void makeDirectory(Path directory) throws IOException {
        try {
            Files.createDirectories(directory);
        } catch (FileAlreadyExistsException e) {
            throw new FileSystemException(directory.toString(), null, "it is a file, and a directory is needed");
        } catch (AccessDeniedException e) {
            throw new AccessDeniedException(directory.toString());
        } catch (FileSystemException e) {
            String reason = e instanceof NoSuchFileException ? "nothing can be made there" : e.getReason();
            throw new FileSystemException(directory.toString(), null, reason);
        }
    }

    /** A device, a pipe, a socket. */
    private boolean isSpecial() {
        return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    }

    /**
     * Writes one file.
     *
     * @throws FileAlreadyExistsException if the file is there and is to be kept
     * @throws FileSystemException if it can't be written; it names this file
     */
    public void write(byte[] content, Readers readers) throws FileSystemException {
        write(List.of(new Content(this, content, readers)));
    }

    /**
     * Writes several files that belong together: none, where one can't be written. Each is made under another name first.
     *
     * @throws FileSystemException as of {@link #write(byte[], Readers)}
     */
    public static void write(List<Content> contents) throws FileSystemException {
        for (Content content : contents) {
            content.place().refuseIfThere();
        }
        List<Path> drafts = new ArrayList<>();
        NewFile current = contents.get(0).place();
        try {
            for (Content content : contents) {
                current = content.place();
                drafts.add(current.draft(content));
            }
            for (int i = 0; i < drafts.size(); i++) {
                current = contents.get(i).place();
                current.accept(contents.get(i), drafts.get(i));
            }
        } catch (IOException e) {
            throw current.named(e);
        } finally {
            for (Path draft : drafts) {
                draft.toFile().delete();
            }
        }
    }

    /** The file as it will be, under another name. */
    private Path draft(Content content) throws IOException {
        Path target = target();
        Path draft = target.resolveSibling("." + target.getFileName() + "." + Long.toHexString(RANDOM.nextLong()));
        if (isSpecial()) {
            return draft;
        }
        try (SeekableByteChannel out = Files.newByteChannel(
                draft,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                permissions(content.readers()))) {
            ByteBuffer bytes = ByteBuffer.wrap(content.bytes());
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            return draft;
        } catch (IOException e) {
            draft.toFile().delete();
            throw e;
        }
    }

    /**
     * The draft is linked to its name: a link, unlike a rename, fails where something is, so neither a reader nor a second writer ever
     * meets half a file. One that is to be replaced is renamed over.
     */
    private void accept(Content content, Path draft) throws IOException {
        if (isSpecial()) {
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
                out.write(content.bytes());
            }
        } else if (existing == Existing.REPLACED) {
            Files.move(draft, target(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } else {
            link(draft);
        }
    }

    /** Where it is a link, what that leads to is replaced: else renaming over {@code /dev/stdout} would take it from everybody. */
    private Path target() throws IOException {
        if (!Files.isSymbolicLink(file)) {
            return file;
        }
        return Files.exists(file) ? file.toRealPath() : file.resolveSibling(Files.readSymbolicLink(file));
    }

    private void link(Path draft) throws IOException {
        try {
            Files.createLink(file, draft);
        } catch (UnsupportedOperationException e) {
            Files.move(draft, file);
        }
    }

    /** The same failure, of this file and not of its draft. */
    private FileSystemException named(IOException failure) {
        String name = file.toString();
        if (failure instanceof NoSuchFileException) {
            Path parent = file.toAbsolutePath().getParent();
            return new FileSystemException(
                    name,
                    null,
                    parent == null || Files.isDirectory(parent)
                            ? "nothing can be made there"
                            : "there is no directory " + file.getParent());
        }
        if (failure instanceof AccessDeniedException) {
            return new AccessDeniedException(name);
        }
        if (failure instanceof FileAlreadyExistsException) {
            return new FileAlreadyExistsException(name);
        }
        String reason = failure instanceof FileSystemException files ? files.getReason() : failure.getMessage();
        return new FileSystemException(name, null, reason);
    }

    private FileAttribute<?>[] permissions(Readers readers) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(readers.mode))
                }
                : new FileAttribute<?>[0];
    }
}
