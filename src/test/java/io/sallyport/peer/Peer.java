package io.sallyport.peer;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A blocking end of a connection, plain or TLS, that has full control over how it ends. */
public abstract class Peer implements AutoCloseable {

    /** How a stream ended, as its reader saw it. */
    public enum Seen {
        CLOSE_NOTIFY,
        FIN,
        RESET
    }

    /** What a reader got. */
    public record Received(long bytes, String sha256, Seen end) {}

    /** Sends all of it. */
    public abstract void write(byte[] data, int length) throws IOException;

    /** @return the number of bytes, at least 1; -1 at the end, which {@link #seen} then tells */
    public abstract int read(byte[] into) throws IOException;

    public abstract Seen seen();

    /** Ends our stream in the way that says that it is whole: close_notify and FIN, or on plain TCP FIN. */
    public abstract void end() throws IOException;

    /** FIN without anything before it. */
    public abstract void fin() throws IOException;

    /** RST. */
    public abstract void reset() throws IOException;

    public final void write(byte[] data) throws IOException {
        write(data, data.length);
    }

    /** Reads to the end. */
    public final Received readAll() throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[64 * 1024];
        long bytes = 0;
        int read = read(buffer);
        while (read >= 0) {
            digest.update(buffer, 0, read);
            bytes += read;
            read = read(buffer);
        }
        return new Received(bytes, HexFormat.of().formatHex(digest.digest()), seen());
    }

    /** Reads exactly as many bytes. */
    public final byte[] readExactly(int length) throws IOException {
        byte[] all = new byte[length];
        byte[] some = new byte[Math.min(length, 64 * 1024)];
        int have = 0;
        while (have < length) {
            if (length - have < some.length) {
                some = new byte[length - have];
            }
            int read = read(some);
            if (read < 0) {
                throw new IOException("ended by " + seen() + " after " + have + " of " + length + " bytes");
            }
            System.arraycopy(some, 0, all, have, read);
            have += read;
        }
        return all;
    }

    public static String sha256(byte[] data) {
        return HexFormat.of().formatHex(sha256().digest(data));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public abstract void close();
}
