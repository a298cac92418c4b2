package io.sallyport.protocol.starttls;

import io.netty.buffer.ByteBuf;
import io.sallyport.fault.Refusal;
import io.sallyport.protocol.starttls.Dialogue.Step;

/** How TLS begins. */
public final class Tls {

    /** ContentType {@code handshake}: the first byte of a ClientHello's record (RFC 8446, section 5.1). */
    static final byte HANDSHAKE = 0x16;

    private Tls() {}

    /** Whether what is readable begins as TLS does; not where nothing is readable yet. Nothing is taken from it. */
    public static boolean begins(ByteBuf in) {
        return in.isReadable() && in.getByte(in.readerIndex()) == HANDSHAKE;
    }

    /** A client that began TLS without asking for it as its protocol has it. */
    static Step begunByClient() {
        return Dialogue.failed(
                Refusal.STARTTLS_NOT_ASKED, "the client began TLS at once, without the command that starts it");
    }

    /** A server that doesn't wait to be asked. */
    static Step begunByServer() {
        return Dialogue.failed(Refusal.STARTTLS_REFUSED, "the server speaks TLS at once; connect without starttls");
    }
}
