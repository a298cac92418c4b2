package io.sallyport.gateway;

import io.sallyport.pki.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What files held at one moment, as digests: it tells which of them have changed since. Times and sizes would not do: a
 * renewed certificate may have both of the old one.
 *
 * @param digests by path; of a directory, of each file in it
 */
record FileSnapshot(Map<Path, String> digests) {

    static final FileSnapshot EMPTY = new FileSnapshot(Map.of());

    private static final String ABSENT = "absent";

    /** @param paths files, and directories of files; they need not be there */
    static FileSnapshot of(Collection<Path> paths) {
        Map<Path, String> digests = new TreeMap<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                filesIn(path).forEach(file -> digests.put(file, digest(file)));
            } else {
                digests.put(path, digest(path));
            }
        }
        return new FileSnapshot(digests);
    }

    private static List<Path> filesIn(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String digest(Path file) {
        try (InputStream content = Files.newInputStream(file)) {
            MessageDigest digest = Sha256.begin();
            byte[] buffer = new byte[8192];
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            return ABSENT;
        }
    }

    /** The files that are new, gone, or hold something else. */
    List<Path> changedSince(FileSnapshot earlier) {
        TreeSet<Path> all = new TreeSet<>(digests.keySet());
        all.addAll(earlier.digests.keySet());
        return all.stream()
                .filter(file -> !digests.getOrDefault(file, ABSENT).equals(earlier.digests.getOrDefault(file, ABSENT)))
                .toList();
    }
}
