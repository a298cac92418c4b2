package io.sallyport.protocol.starttls;

import io.netty.buffer.ByteBuf;

/**
 * Gives the packets that one side sends in a login the numbers that the other side awaits, in place and however they are
 * cut. The client's first one also says whether it does TLS, and has to say of the server's side what holds there. The login ends with
 * the server's OK or error; each exchange behind it begins with 0 again, on both sides. Not thread-safe.
 */
public final class MySqlNumbers {

    /** Numbers begin anew behind 255, which no login comes to; the other side's are in between. */
    private static final int NEAR_THE_LAST = 250;

    private final MySqlLogin login;
    private final boolean isClient;
    private final int shift;

    /** Of the packet that is on its way: how much of its header was read, and the length that this says. */
    private int header;

    private int length;
    private int read;
    private boolean first = true;
    private boolean goesOn;
    private int last;
    /** Whether a client that doesn't wait to be let in has begun its first command. */
    private boolean commands;

    private MySqlNumbers(MySqlLogin login, boolean isClient, int shift) {
        this.login = login;
        this.isClient = isClient;
        this.shift = shift;
    }

    static MySqlNumbers fromClient(MySqlLogin login, int shift) {
        return new MySqlNumbers(login, true, shift);
    }

    static MySqlNumbers fromServer(MySqlLogin login, int shift) {
        return new MySqlNumbers(login, false, shift);
    }

    /** Whether there is nothing more to change: the login is over. */
    public boolean isOver() {
        return login.isOver();
    }

    /** Changes what is readable; it stays readable. */
    public void change(ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex() && !isOver() && !commands) {
            if (header < MySqlPacket.HEADER) {
                header(bytes, at++);
            } else {
                int there = Math.min(length - read, bytes.writerIndex() - at);
                payload(bytes, at, there);
                at += there;
                read += there;
            }
            if (header == MySqlPacket.HEADER && read == length) {
                header = 0;
                goesOn = length == MySqlPacket.FULL;
                length = 0;
                read = 0;
                first = false;
            }
        }
    }

    private void header(ByteBuf bytes, int at) {
        int value = bytes.getUnsignedByte(at);
        if (header < MySqlPacket.HEADER - 1) {
            length |= value << 8 * header;
        } else if (isClient && value == 0 && last < NEAR_THE_LAST) {
            commands = true;
        } else {
            bytes.setByte(at, value + shift);
            last = value;
        }
        header++;
    }

    private void payload(ByteBuf bytes, int at, int there) {
        if (!isClient && read == 0 && there > 0 && !goesOn) {
            int kind = bytes.getUnsignedByte(at);
            if (kind == MySqlPacket.OK || kind == MySqlPacket.ERR) {
                login.end();
            }
        } else if (isClient && first && read <= 1 && read + there > 1) {
            int capabilities = at + 1 - read;
            bytes.setByte(capabilities, MySqlPacket.withTls(bytes.getByte(capabilities), shift > 0));
        }
    }
}
