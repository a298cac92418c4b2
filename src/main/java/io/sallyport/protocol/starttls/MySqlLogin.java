package io.sallyport.protocol.starttls;

import io.netty.buffer.ByteBuf;
import io.sallyport.fault.Refusal;
import io.sallyport.profile.StartTls;
import org.jspecify.annotations.Nullable;

/**
 * The login of one MySQL client to one server, with us in between (MySQL's documentation, "Connection Phase"). What the
 * server greets with goes into the proof of the client's password, and names the connection that a client may have to kill.
 * So the client hears the server's own greeting; only whether there is TLS is said by us, on each side for itself:
 *
 * <pre>
 *   server  --{@linkplain #greeting() greeting}--> us --{@linkplain #client() greeting}--> client
 *                          us <--{@linkplain #client() SSLRequest}-- client      where clients have STARTTLS
 *                          us <--{@linkplain #response() HandshakeResponse}-- client
 *   server <--{@linkplain #request() SSLRequest}-- us                         where the server has STARTTLS
 *   server <--HandshakeResponse-- us
 * </pre>
 *
 * <p>Servers take a client's capabilities from its first packet alone. So the SSLRequest of ours is the beginning of the client's
 * response, which has the same form: of what it said in TLS, where it has TLS. Packets are numbered through: where one side alone has an
 * SSLRequest, what follows in the login has {@linkplain MySqlNumbers other numbers} there. Not thread-safe.
 */
public final class MySqlLogin {

    private final boolean clientAsks;
    private final boolean serverIsAsked;
    private @Nullable MySqlGreeting greeting;
    private byte @Nullable [] request;
    private boolean greeted;
    private boolean over;

    /**
     * @param listen what clients ask for TLS with: MYSQL, or null for nothing
     * @param connect what the server is asked for TLS with
     */
    public MySqlLogin(@Nullable StartTls listen, @Nullable StartTls connect) {
        this.clientAsks = listen == StartTls.MYSQL;
        this.serverIsAsked = connect == StartTls.MYSQL;
    }

    /** Whether the server is asked for TLS once the client has answered its greeting. */
    public boolean isServerAsked() {
        return serverIsAsked;
    }

    /** Whether the client has heard the greeting of its server, and can be at no other any more. */
    public boolean isGreeted() {
        return greeted;
    }

    /** Whether the client has answered: all that the server needs to judge it is here. */
    public boolean isAnswered() {
        return request != null;
    }

    /** Takes the server's greeting. */
    public Dialogue greeting() {
        return new MySqlDialogue(Dialogue.Behind.NOTHING) {

            @Override
            public Step next(ByteBuf in) {
                return MySqlGreeting.take(in, taken -> {
                    if (serverIsAsked && !taken.isTlsOffered()) {
                        return MySql.tlsRefused();
                    }
                    if (MySqlGreeting.isRefusal(in)) {
                        return MySqlGreeting.refused(in); // It has read the PROXY header only now.
                    }
                    greeting = taken;
                    return Dialogue.done("");
                });
            }
        };
    }

    /** Sees to it that the server says nothing while its client is awaited, but that it can't wait any longer. */
    public Dialogue silence() {
        return new MySqlDialogue(Dialogue.Behind.NOTHING) {

            @Override
            public Step next(ByteBuf in) {
                if (!in.isReadable()) {
                    return Step.Wait.INSTANCE;
                }
                return MySqlGreeting.isRefusal(in)
                        ? MySqlGreeting.refused(in)
                        : Dialogue.failed(
                                Refusal.STARTTLS_INJECTION, "the server said more in plain than its greeting");
            }
        };
    }

    /** Greets the client with the {@link #greeting} that was taken last, and takes its SSLRequest; where there is none, its answer. */
    public Dialogue client() {
        if (greeting == null) {
            throw new IllegalStateException("the server hasn't greeted yet");
        }
        greeted = true;
        byte[] words = greeting.packet(clientAsks);
        return clientAsks ? new MySqlClient.Asking(words) : new MySqlClient.Answering(words, 1, this::answered);
    }

    /** Awaits the answer of a client that has asked for TLS, and is in it. */
    public Dialogue response() {
        return new MySqlClient.Answering(new byte[0], 2, this::answered);
    }

    private void answered(byte[] beginning) {
        request = MySqlPacket.asSslRequest(beginning);
    }

    /** Asks the server for TLS, in the words of the client that has answered. */
    public Dialogue request() {
        byte[] words = request;
        if (words == null) {
            throw new IllegalStateException("the client hasn't answered yet");
        }
        return new MySqlDialogue(Dialogue.Behind.NOTHING) {

            @Override
            public Step begin() {
                return new Step.Done(words);
            }

            @Override
            public Step next(ByteBuf in) {
                return Step.Wait.INSTANCE;
            }
        };
    }

    /**
     * Leaves a server that has greeted, and whose client hasn't answered.
     *
     * @param asked whether it was asked for TLS, and this is said in TLS
     */
    public static Dialogue leave(boolean asked) {
        return new MySqlLeave(asked);
    }

    /** Whether packets of the login have other numbers on the one side than on the other. */
    public boolean isRenumbered() {
        return clientAsks != serverIsAsked;
    }

    /** Renumbers what the client sends, from its answer on. */
    public MySqlNumbers fromClient() {
        return MySqlNumbers.fromClient(this, serverIsAsked ? 1 : -1);
    }

    /** Renumbers what the server sends, behind its greeting. */
    public MySqlNumbers fromServer() {
        return MySqlNumbers.fromServer(this, serverIsAsked ? -1 : 1);
    }

    /** The server has let the client in, or turned it away. */
    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /**
     * What tells the client that there is no server for it, where it waits for one's word.
     *
     * @return empty where it doesn't
     */
    public byte[] noServer() {
        String message = "The gateway has no server for this connection";
        if (!greeted) {
            return MySqlPacket.error(0, MySqlPacket.Error.BAD_HANDSHAKE, message);
        }
        return request == null || over
                ? new byte[0]
                : MySqlPacket.error(clientAsks ? 3 : 2, MySqlPacket.Error.BAD_HANDSHAKE, message);
    }
}
