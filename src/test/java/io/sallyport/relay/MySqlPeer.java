package io.sallyport.relay;

import io.sallyport.peer.Peer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** One end of a MySQL connection: it numbers its packets, and takes none whose number isn't the next. */
final class MySqlPeer {

    static final int PROTOCOL_41 = 0x200;
    static final int SSL = 0x800;
    static final int SECURE_CONNECTION = 0x8000;
    static final int PLUGIN_AUTH = 0x80000;

    /** What an {@code SSLRequest} is long, and a {@code HandshakeResponse41} begins with. */
    static final int REQUEST = 32;

    private static final int SCRAMBLE = 20;
    private static final String PLUGIN = "mysql_native_password\0";

    private final Peer peer;
    private int next;

    /** @param next the number of its next packet, of whichever direction */
    MySqlPeer(Peer peer, int next) {
        this.peer = peer;
        this.next = next;
    }

    byte[] read() throws IOException {
        byte[] header = peer.readExactly(4);
        int length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt() & 0xffffff;
        if ((header[3] & 0xff) != next) {
            throw new IOException("packet " + (header[3] & 0xff) + " came in place of " + next);
        }
        next++;
        return peer.readExactly(length);
    }

    void write(byte[] payload) throws IOException {
        peer.write(packet(next++, payload));
    }

    /** Of {@code number}, as it stands on the wire. */
    static byte[] packet(int number, byte[] payload) {
        return ByteBuffer.allocate(4 + payload.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(payload.length | number << 24)
                .put(payload)
                .array();
    }

    /** What follows is an exchange of its own. */
    void beginExchange() {
        next = 0;
    }

    static byte[] greeting(int thread, byte[] scramble, int capabilities) {
        ByteBuffer out = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 10).put("8.0.36-real\0".getBytes(StandardCharsets.ISO_8859_1));
        out.putInt(thread).put(scramble, 0, 8).put((byte) 0);
        out.putShort((short) capabilities).put((byte) 45).putShort((short) 2).putShort((short) (capabilities >>> 16));
        out.put((byte) (SCRAMBLE + 1)).put(new byte[10]);
        out.put(scramble, 8, 12).put((byte) 0).put(PLUGIN.getBytes(StandardCharsets.ISO_8859_1));
        return Arrays.copyOf(out.array(), out.position());
    }

    /** What a client needs of a greeting. */
    record Greeted(int thread, byte[] scramble, int capabilities) {

        static Greeted of(byte[] payload) {
            int end = 1;
            while (payload[end] != 0) {
                end++;
            }
            ByteBuffer in =
                    ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN).position(end + 1);
            int thread = in.getInt();
            byte[] scramble = new byte[SCRAMBLE];
            in.get(scramble, 0, 8).get();
            int capabilities = in.getShort() & 0xffff;
            in.position(in.position() + 3);
            capabilities |= (in.getShort() & 0xffff) << 16;
            in.position(in.position() + 11);
            in.get(scramble, 8, 12);
            return new Greeted(thread, scramble, capabilities);
        }
    }

    static byte[] request(int capabilities) {
        return ByteBuffer.allocate(REQUEST)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(capabilities)
                .putInt(1 << 24)
                .put((byte) 45)
                .array();
    }

    static byte[] response(int capabilities, String user, byte[] proof) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(request(capabilities));
        out.writeBytes((user + "\0").getBytes(StandardCharsets.ISO_8859_1));
        out.write(proof.length);
        out.writeBytes(proof);
        out.writeBytes(PLUGIN.getBytes(StandardCharsets.ISO_8859_1));
        return out.toByteArray();
    }

    /** What comes from a gateway whose client has left. */
    static byte[] nobody(boolean secured) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(request(PROTOCOL_41 | SECURE_CONNECTION | PLUGIN_AUTH | (secured ? SSL : 0)));
        out.writeBytes(("sallyport\0\0" + PLUGIN).getBytes(StandardCharsets.ISO_8859_1));
        return out.toByteArray();
    }

    static byte[] denied() {
        return "\u00ff\u0015\4#28000Access denied".getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] switchTo(byte[] scramble) {
        return switchTo(PLUGIN, scramble);
    }

    static byte[] switchTo(String plugin, byte[] scramble) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0xfe);
        out.writeBytes(plugin.getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(scramble);
        out.write(0);
        return out.toByteArray();
    }

    /** Of {@code mysql_native_password}: the password's hash, hidden by one that the scramble goes into. */
    static byte[] proof(String password, byte[] scramble) {
        byte[] once = sha1(password.getBytes(StandardCharsets.ISO_8859_1));
        byte[] mask = sha1(scramble, sha1(once));
        for (int i = 0; i < mask.length; i++) {
            mask[i] ^= once[i];
        }
        return mask;
    }

    private static byte[] sha1(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
