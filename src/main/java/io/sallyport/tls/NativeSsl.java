package io.sallyport.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.internal.tcnative.SSL;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One {@code SSL} of a context on its byte-buffer BIO. The BIO holds one buffer at a time, as source or as sink; no
 * method but {@link #source} leaves it set, so that whatever is called in between may call back.
 *
 * <p>Results are {@code SSL_ERROR_*} numbers of {@link SSL}. Everything runs on the channel's event loop. A call on a
 * freed {@code SSL} would abort the process: who {@linkplain #free frees} it lets go of this object first.
 */
final class NativeSsl {

    static final int MAX_RECORD = 16 * 1024;
    private static final int RECORD_OVERHEAD = 32;
    private static final int FLIGHT = 4096;
    private static final int SMALL = 512;

    /**
     * Bytes that BoringSSL may write while it reads, before it asks to be drained: an alert, the answer to a
     * KeyUpdate. Each idle connection keeps that many, and a flight that is longer only costs one more call.
     */
    private static final int NON_APPLICATION_BUFFER = 512;

    private final TlsContext context;
    private final ByteBufAllocator allocator;
    private long ssl;
    private long bio;
    private @Nullable ClientSessions sessions;

    NativeSsl(TlsContext context, ByteBufAllocator allocator) {
        this.context = context;
        this.allocator = allocator;
        ssl = context.acquire();
        bio = SSL.bioNewByteBuffer(ssl, NON_APPLICATION_BUFFER);
        if (context.side() == Side.CLIENT && context.profile().trust().ocsp().isOn()) {
            askForStaple();
        }
    }

    /** {@code SSL_enable_ocsp_stapling}, on a client and before the handshake. The context's own does nothing for a client. */
    void askForStaple() {
        SSL.enableOcsp(ssl);
    }

    /** {@code SSL_free}, which frees the BIO too. */
    void free() {
        if (sessions != null) {
            sessions.leave(ssl);
        }
        SSL.freeSSL(ssl);
        ssl = 0;
        bio = 0;
        context.release();
    }

    /** {@code SSL_set_tlsext_host_name}. */
    void sendServerName(String name) {
        SSL.setTlsExtHostName(ssl, name);
    }

    // The handshake.

    /** {@code SSL_do_handshake} on the bytes of {@code in}. What it writes waits to be {@linkplain #drain drained}. */
    int handshakeFrom(ByteBuf in) {
        source(in);
        int result = SSL.doHandshake(ssl);
        taken(in);
        return errorOf(result, 1);
    }

    /** {@code SSL_do_handshake} with a sink in place of a source: a flight of any length goes out in few pieces. */
    int handshakeInto(Consumer<ByteBuf> records) {
        ByteBuf out = allocator.directBuffer(FLIGHT);
        sink(out);
        int result = SSL.doHandshake(ssl);
        int error = errorOf(result, 1);
        filled(out, records);
        return error;
    }

    /** The work that the handshake waits for, after {@code SSL_ERROR_WANT_CERTIFICATE_VERIFY}. */
    @Nullable
    Runnable task() {
        return SSL.getTask(ssl);
    }

    String version() {
        return SSL.getVersion(ssl);
    }

    String cipher() {
        return SSL.getCipherForSSL(ssl);
    }

    boolean isResumed() {
        return SSL.isSessionReused(ssl);
    }

    @Nullable
    String alpn() {
        return SSL.getAlpnSelected(ssl);
    }

    /** The SNI that the client sent. */
    @Nullable
    String receivedServerName() {
        return SSL.getSniHostname(ssl);
    }

    /** The peer's own certificate, DER; also on resumption. */
    byte @Nullable [] peerCertificate() {
        return SSL.getPeerCertificate(ssl);
    }

    /** Whether the peer has shown a certificate. */
    boolean hasPeer() {
        return peerCertificate() != null;
    }

    /** What the peer sent, DER, leaf first, while its chain waits to be verified. */
    byte[][] peerChain() {
        byte[] leaf = SSL.getPeerCertificate(ssl);
        byte[][] chain = SSL.getPeerCertChain(ssl);
        if (chain == null) {
            return leaf == null ? new byte[0][] : new byte[][] {leaf};
        }
        if (leaf == null || context.side() == Side.CLIENT) {
            return chain;
        }
        // To a server the chain comes without its leaf.
        byte[][] whole = new byte[chain.length + 1][];
        whole[0] = leaf;
        System.arraycopy(chain, 0, whole, 1, chain.length);
        return whole;
    }

    /** The OCSP response that the server stapled, DER; null where it has none, and on a server. On resumption that of the session. */
    byte @Nullable [] staple() {
        byte[] response = context.side() == Side.CLIENT ? SSL.getOcspResponse(ssl) : null;
        return response == null || response.length == 0 ? null : response;
    }

    // Sessions.

    /** Has the sessions that the server gives kept for {@code target}. */
    void keepSessions(ClientSessions store, Target target) {
        sessions = store;
        store.enter(ssl, target);
    }

    /**
     * Offers the session that is kept for {@code target}. Before the handshake.
     *
     * @return whether there is one
     */
    boolean offerSession(ClientSessions store, Target target) {
        return store.offer(ssl, target);
    }

    /** {@code SSL_SESSION_set_timeout} of the session that this handshake makes; before there is one it does nothing. */
    void limitSession(long seconds) {
        SSL.setTimeout(ssl, seconds);
    }

    /** {@code SSL_OP_NO_TICKET} for this connection alone. */
    void giveNoTicket() {
        SSL.setOptions(ssl, SSL.SSL_OP_NO_TICKET);
    }

    // Reading.

    /** Sets the bytes that {@link #read} takes records from, until {@link #taken}. */
    void source(ByteBuf in) {
        SSL.bioSetByteBuffer(bio, in.memoryAddress() + in.readerIndex(), in.readableBytes(), false);
    }

    /** Ends {@link #source}: what was read of {@code in} is behind its reader index. */
    void taken(ByteBuf in) {
        in.readerIndex(in.writerIndex() - SSL.bioLengthByteBuffer(bio));
        SSL.bioClearByteBuffer(bio);
    }

    /** {@code SSL_read} of one record's plain bytes, or of what is left of it, behind those of {@code out}. */
    int read(ByteBuf out) {
        if (!out.isWritable()) {
            out.ensureWritable(Math.max(SSL.sslPending(ssl), SMALL));
        }
        int read = SSL.readFromSSL(ssl, out.memoryAddress() + out.writerIndex(), out.writableBytes());
        if (read <= 0) {
            return SSL.getError(ssl, read);
        }
        out.writerIndex(out.writerIndex() + read);
        return SSL.SSL_ERROR_NONE;
    }

    /** Room for the plain bytes of {@code length} sealed ones. */
    ByteBuf newPlain(int length) {
        return allocator.directBuffer(length < MAX_RECORD ? Math.max(length, SMALL) : length + MAX_RECORD);
    }

    // Writing.

    /**
     * Hands on what BoringSSL wanted to send while it read.
     *
     * @return whether there was any
     */
    boolean drain(Consumer<ByteBuf> records) {
        int waiting = SSL.bioLengthNonApplication(bio);
        if (waiting == 0) {
            return false;
        }
        ByteBuf out = allocator.directBuffer(waiting);
        sink(out);
        return filled(out, records);
    }

    /** Room for {@code length} plain bytes, sealed. */
    ByteBuf newSealed(int length) {
        return allocator.directBuffer(length + records(length) * RECORD_OVERHEAD);
    }

    /** How many records {@code length} plain bytes take. */
    static int records(int length) {
        return (length + MAX_RECORD - 1) / MAX_RECORD;
    }

    /** {@code SSL_write} of all bytes of {@code in}. After {@code SSL_ERROR_WANT_WRITE} it is called again with the same. */
    int write(ByteBuf in, ByteBuf out) {
        int length = in.readableBytes();
        sink(out);
        int written = SSL.writeToSSL(ssl, in.memoryAddress() + in.readerIndex(), length);
        filled(out);
        return errorOf(written, length);
    }

    /** Hands on the tickets, which wait for the next write. With a client's chain in them they are kilobytes. */
    void writeTickets(Consumer<ByteBuf> records) {
        var unused = writePending(FLIGHT, records);
    }

    /**
     * Hands on the answer to a KeyUpdate, which waits for the next write.
     *
     * @return whether there was any
     */
    boolean writePending(Consumer<ByteBuf> records) {
        return writePending(SMALL, records);
    }

    /** {@code SSL_write} of nothing, into buffers of {@code room} bytes. */
    private boolean writePending(int room, Consumer<ByteBuf> records) {
        boolean any = false;
        boolean more = true;
        while (more) {
            ByteBuf out = allocator.directBuffer(room);
            sink(out);
            int result = SSL.writeToSSL(ssl, out.memoryAddress(), 0); // 0 with error 5 is no failure.
            boolean full = errorOf(result, 1) == SSL.SSL_ERROR_WANT_WRITE;
            boolean some = filled(out, records);
            any |= some;
            more = some && full;
        }
        SSL.clearError();
        return any;
    }

    /** {@code SSL_shutdown}: close_notify, behind what still waited. */
    void writeCloseNotify(Consumer<ByteBuf> records) {
        boolean more = true;
        while (more) {
            ByteBuf out = allocator.directBuffer(SMALL);
            sink(out);
            int result = SSL.shutdownSSL(ssl);
            // Once it is sent, one call more would read, and throw away, what the peer still says.
            boolean full = result < 0 && errorOf(result, 1) == SSL.SSL_ERROR_WANT_WRITE;
            more = filled(out, records) && full;
        }
        SSL.clearError();
    }

    private int errorOf(int result, int success) {
        return result == success ? SSL.SSL_ERROR_NONE : SSL.getError(ssl, result);
    }

    /**
     * Sets an empty buffer as sink. What waits in the non-application buffer goes first and by itself: left to the
     * next record, the BIO would report more bytes than it was given.
     */
    private void sink(ByteBuf out) {
        SSL.bioSetByteBuffer(bio, out.memoryAddress(), out.capacity(), true);
        SSL.bioFlushByteBuffer(bio);
    }

    private void filled(ByteBuf out) {
        out.writerIndex(out.capacity() - SSL.bioLengthByteBuffer(bio));
        SSL.bioClearByteBuffer(bio);
    }

    /** Hands on what the sink got; false where that was nothing. */
    private boolean filled(ByteBuf out, Consumer<ByteBuf> records) {
        filled(out);
        if (!out.isReadable()) {
            out.release();
            return false;
        }
        records.accept(out);
        return true;
    }
}
