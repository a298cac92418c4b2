package io.sallyport.tls;

import io.netty.internal.tcnative.SessionTicketKey;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/** A key that seals session tickets (RFC 5077, section 4): a name that is public, and two secrets. */
public final class TicketKey {

    /** In nginx's form: name, AES-128 key, HMAC-SHA-256 key, each of 16 bytes. */
    public static final int LENGTH = 48;

    private static final int PART = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] bytes;

    private TicketKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A new one, by chance. */
    public static TicketKey random() {
        byte[] bytes = new byte[LENGTH];
        RANDOM.nextBytes(bytes);
        return new TicketKey(bytes);
    }

    /**
     * The key of these bytes.
     *
     * @throws IllegalArgumentException if they aren't {@link #LENGTH}
     */
    public static TicketKey of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a ticket key has " + LENGTH + " bytes, not " + bytes.length);
        }
        return new TicketKey(bytes.clone());
    }

    /** All {@link #LENGTH} of them. Secret. */
    byte[] bytes() {
        return bytes.clone();
    }

    private byte[] part(int number) {
        return Arrays.copyOfRange(bytes, number * PART, (number + 1) * PART);
    }

    /** What stands in front of each ticket, so that the key is found again. */
    ByteBuffer name() {
        return ByteBuffer.wrap(part(0));
    }

    /** tcnative wants the secrets in the other order. */
    SessionTicketKey toNative() {
        return new SessionTicketKey(part(0), part(2), part(1));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TicketKey key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(part(0));
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "ticket key";
    }
}
