package io.sallyport.cli;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** How many bytes passed, and their SHA-256. */
final class Digest {

    private final MessageDigest sha256 = sha256();
    private long bytes;

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    void add(byte[] part) {
        add(part, part.length);
    }

    void add(byte[] part, int length) {
        sha256.update(part, 0, length);
        bytes += length;
    }

    /** What passed. Called once, last. */
    Sum sum() {
        return new Sum(bytes, HexFormat.of().formatHex(sha256.digest()));
    }

    record Sum(long bytes, String sha256) {}
}
