package io.sallyport.protocol.starttls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
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
 *   server <--{@linkplain #request() SSLRequest}-- us <--SSLRequest-- client      each where that side has STARTTLS
 *   server <--HandshakeResponse-- us <--HandshakeResponse-- client
 * </pre>
 *
 * <p>Servers take a client's capabilities from its first packet alone. So our SSLRequest is the client's own, or the beginning
 * of its HandshakeResponse, which is the same. Packets are numbered through: where one side alone has an SSLRequest, what follows
 * in the login has {@linkplain MySqlNumbers other numbers} there. Not thread-safe.
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

    /** Takes the server's greeting. */
    public Dialogue greeting() {
        return new Part(Dialogue.Behind.NOTHING) {

            @Override
            public Step next(ByteBuf in) {
                return MySqlGreeting.take(in, taken -> {
                    if (serverIsAsked && !taken.isTlsOffered()) {
                        return MySql.tlsRefused();
                    }
                    greeting = taken;
                    return Dialogue.done("");
                });
            }
        };
    }

    /** Greets the client with the {@link #greeting} that was taken last, and takes its SSLRequest, or looks at its answer. */
    public Dialogue client() {
        greeted = true;
        return clientAsks ? new AskingClient() : new PlainClient();
    }

    /** Asks the server for TLS, in the words of the client that has answered. */
    public Dialogue request() {
        return new Part(Dialogue.Behind.NOTHING) {

            @Override
            public Step begin() {
                if (request == null) {
                    throw new IllegalStateException("the client hasn't answered yet");
                }
                return new Step.Done(request);
            }

            @Override
            public Step next(ByteBuf in) {
                return Step.Wait.INSTANCE;
            }
        };
    }

    /** Whether packets of the login have other numbers on the one side than on the other. */
    public boolean isRenumbered() {
        return clientAsks != serverIsAsked;
    }

    /** Renumbers what the client sends, behind its greeting's answer. */
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

    /**
     * What tells a server that its greeting came to nothing: a user without a password, whom it turns away. A client that only leaves
     * counts as a failed connection, and MySQL blocks a host that has had too many of those ({@code max_connect_errors}).
     *
     * @param asked whether the server was asked for TLS, and this goes there in TLS
     */
    public static byte[] leave(boolean asked) {
        return MySqlPacket.leave(asked, LineServer.NAME);
    }

    private abstract static class Part implements Dialogue {

        private final Behind behind;

        Part(Behind behind) {
            this.behind = behind;
        }

        @Override
        public final Behind behind() {
            return behind;
        }

        @Override
        public Step begin() {
            return Dialogue.goOn();
        }
    }

    private abstract class Client extends Part {

        Client(Behind behind) {
            super(behind);
        }

        @Override
        public final Step begin() {
            if (greeting == null) {
                throw new IllegalStateException("the server hasn't greeted yet");
            }
            return new Step.Say(greeting.packet(clientAsks));
        }

        @Override
        public final Step next(ByteBuf in) {
            if (in.readableBytes() < MySqlPacket.HEADER) {
                return Step.Wait.INSTANCE;
            }
            int length = MySqlPacket.length(in);
            if (MySqlPacket.number(in) != 1 || length < MySqlPacket.SSL_REQUEST) {
                return Tls.begins(in) ? Tls.begunByClient() : malformed("the client's answer is none of MySQL's");
            }
            if (in.readableBytes() < MySqlPacket.HEADER + MySqlPacket.SSL_REQUEST) {
                return Step.Wait.INSTANCE;
            }
            int capabilities = in.getIntLE(in.readerIndex() + MySqlPacket.HEADER);
            if ((capabilities & MySqlPacket.CLIENT_PROTOCOL_41) == 0) {
                return malformed("the client is older than MySQL 4.1");
            }
            return answered(in, length, (capabilities & MySqlPacket.CLIENT_SSL) != 0);
        }

        /** @param in holds as much of the answer as an SSLRequest has */
        abstract Step answered(ByteBuf in, int length, boolean wantsTls);

        final byte[] beginning(ByteBuf in) {
            return ByteBufUtil.getBytes(in, in.readerIndex(), MySqlPacket.HEADER + MySqlPacket.SSL_REQUEST);
        }

        final Step malformed(String detail) {
            return new Step.Failed(
                    Refusal.STARTTLS_MALFORMED,
                    detail,
                    MySqlPacket.error(2, MySqlPacket.Error.BAD_HANDSHAKE, "Bad handshake"));
        }
    }

    /** A client that has to ask for TLS. */
    private final class AskingClient extends Client {

        AskingClient() {
            super(Behind.TLS);
        }

        @Override
        Step answered(ByteBuf in, int length, boolean wantsTls) {
            if (!wantsTls) {
                return new Step.Failed(
                        Refusal.STARTTLS_NOT_ASKED,
                        "the client didn't ask for TLS",
                        MySqlPacket.error(2, MySqlPacket.Error.TLS_REQUIRED, "TLS is required"));
            }
            if (length != MySqlPacket.SSL_REQUEST) {
                return malformed("the client's SSLRequest is " + length + " bytes long");
            }
            request = beginning(in);
            in.skipBytes(MySqlPacket.HEADER + length);
            return Dialogue.done("");
        }
    }

    /** A client whose answer goes to the server, when that has gone over to TLS. */
    private final class PlainClient extends Client {

        PlainClient() {
            super(Behind.ANYTHING);
        }

        @Override
        Step answered(ByteBuf in, int length, boolean wantsTls) {
            if (wantsTls) {
                return malformed("the client asks for TLS, which was not offered");
            }
            byte[] asked = beginning(in);
            asked[0] = MySqlPacket.SSL_REQUEST;
            asked[1] = 0;
            asked[2] = 0;
            asked[MySqlPacket.HEADER + 1] = MySqlPacket.withTls(asked[MySqlPacket.HEADER + 1], true);
            request = asked;
            return Dialogue.done("");
        }
    }
}
