package io.sallyport.cli;

import io.sallyport.pki.Sha256;
import java.security.MessageDigest;
import java.util.HexFormat;

/** How many bytes passed, and their SHA-256. */
final class Digest {

    private final MessageDigest sha256 = Sha256.begin();
    private long bytes;

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
