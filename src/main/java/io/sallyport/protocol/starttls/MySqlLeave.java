package io.sallyport.protocol.starttls;

import io.netty.buffer.ByteBuf;
import io.sallyport.fault.Refusal;
import java.nio.charset.StandardCharsets;

/**
 * Leaves a MySQL server whose greeting came to nothing: as a user without a password, whom it turns away. A client that only
 * hangs up counts as a failed handshake, and a host that has had too many of those is blocked ({@code max_connect_errors}). A
 * server may first ask for the proof of another plugin; that is answered as for an empty password, since to hang up there counts too.
 */
final class MySqlLeave extends MySqlDialogue {

    private static final String NATIVE = "mysql_native_password";
    private static final String ED25519 = "client_ed25519";
    private static final int ED25519_SIGNATURE = 64;

    /** Of {@code caching_sha2_password} and {@code sha256_password}. */
    private static final byte[] EMPTY_PASSWORD = {0};

    private static final int MAX_LENGTH = 4096;

    /** A server that lets us in or turns us away does so at once, or after it has asked once or twice. */
    private static final int MAX_QUESTIONS = 4;

    private final boolean asked;
    private int questions;

    /** @param asked whether the server was asked for TLS, and this goes there in TLS */
    MySqlLeave(boolean asked) {
        super(Behind.ANYTHING);
        this.asked = asked;
    }

    @Override
    public Step begin() {
        return new Step.Say(MySqlPacket.response(asked, LineServer.NAME, NATIVE));
    }

    @Override
    public Step next(ByteBuf in) {
        if (in.readableBytes() < MySqlPacket.HEADER) {
            return Step.Wait.INSTANCE;
        }
        int length = MySqlPacket.length(in);
        int number = MySqlPacket.number(in);
        if (length < 1 || length > MAX_LENGTH || questions == MAX_QUESTIONS) {
            return Dialogue.failed(Refusal.STARTTLS_MALFORMED, "that is no answer to a login");
        }
        if (!MySqlPacket.isWhole(in)) {
            return Step.Wait.INSTANCE;
        }
        questions++;
        in.skipBytes(MySqlPacket.HEADER);
        String answer = in.readCharSequence(length, StandardCharsets.ISO_8859_1).toString();
        return switch (answer.charAt(0)) {
            case MySqlPacket.ERR -> Dialogue.done("");
            case MySqlPacket.OK -> new Step.Done(MySqlPacket.quit());
            case MySqlPacket.SWITCH -> new Step.Say(MySqlPacket.packetOf(number + 1, proof(answer.substring(1))));
            default -> new Step.Say(MySqlPacket.packetOf(number + 1, EMPTY_PASSWORD));
        };
    }

    /** As long as the plugin awaits it: what is of another length it may take for a broken handshake. */
    private static byte[] proof(String plugin) {
        if (plugin.startsWith(NATIVE)) {
            return new byte[0];
        }
        return plugin.startsWith(ED25519) ? new byte[ED25519_SIGNATURE] : EMPTY_PASSWORD;
    }
}
