package io.sallyport.pki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/**
 * A file to be written, which appears whole or not at all.
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

    /**
     * Asked beforehand, so that of several files none is written where one can't be.
     *
     * @throws FileAlreadyExistsException if the file is there and is to be kept
     */
    public void refuseIfThere() throws FileAlreadyExistsException {
        if (existing == Existing.KEPT && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(file.toString());
        }
    }

    /**
     * The file is made under another name and then linked to its own: a link, unlike a rename, fails where something is, so neither a
     * reader nor a second writer ever meets half a file. One that is to be replaced is renamed over.
     *
     * @throws FileAlreadyExistsException if the file is there and is to be kept
     */
    public void write(byte[] content, Readers readers) throws IOException {
        refuseIfThere();
        Path draft = file.resolveSibling("." + file.getFileName() + "." + Long.toHexString(RANDOM.nextLong()));
        try {
            try (SeekableByteChannel out = Files.newByteChannel(
                    draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), permissions(readers))) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
            if (existing == Existing.REPLACED) {
                Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } else {
                link(draft);
            }
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private void link(Path draft) throws IOException {
        try {
            Files.createLink(file, draft);
        } catch (UnsupportedOperationException e) {
            Files.move(draft, file);
        }
    }

    private FileAttribute<?>[] permissions(Readers readers) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(readers.mode))
                }
                : new FileAttribute<?>[0];
    }
}
