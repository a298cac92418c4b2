package io.sallyport.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import io.sallyport.fault.Refusal;
import io.sallyport.pki.Verdict;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * TLS on one channel: an {@code SSL} on a byte-buffer BIO. Sealed records come in and plain bytes go on; plain bytes
 * come from behind and records go out. Half-close is kept: the peer's close_notify is fired as {@link CloseNotify}
 * and ends nothing else, {@link #closeOutput} sends ours.
 *
 * <p>Everything runs on the channel's event loop but the verification of the peer's chain, which is handed to a
 * worker. The {@code SSL} is freed once, in {@link #handlerRemoved}, and {@link #ssl} is 0 from then on: a call on a
 * freed one would abort the process.
 *
 * <p>The BIO holds one buffer at a time, as source or as sink; no call leaves it set, so that whatever is called from
 * here may call back.
 */
public final class TlsHandler extends ChannelDuplexHandler {

    /** What a handshake came to. Called on the event loop, once, but for {@link #broken}, which may follow. */
    public interface Listener {

        /** The peer is who it must be. Plain bytes may follow at once. */
        void established(TlsSession session, long nanos);

        /** No connection came of it. The alert, where there is one, is written; closing is the listener's. */
        void failed(TlsFailure failure);

        /** The peer broke TLS, or sent a fatal alert, after the handshake. */
        void broken(TlsFailure failure);

        /** One of the keys has protected as many records as it may (RFC 8446, section 5.5). */
        void keyUsedUp();
    }

    private enum Phase {
        HANDSHAKE,
        VERIFYING,
        OPEN,
        FAILED
    }

    /**
     * Bytes that BoringSSL may write while it reads, before it asks to be drained: an alert, the answer to a
     * KeyUpdate. Each idle connection keeps that many, and a flight that is longer only costs one more call.
     */
    private static final int NON_APPLICATION_BUFFER = 512;

    private static final int MAX_RECORD = 16 * 1024;
    private static final int RECORD_OVERHEAD = 32;
    private static final int FLIGHT = 4096;
    private static final int SMALL = 512;

    /** {@code SSL_ERROR_WANT_CERTIFICATE_VERIFY}: a task waits. */
    private static final int PENDING = SSL.SSL_ERROR_WANT_CERTIFICATE_VERIFY;

    private final TlsContext context;
    private final @Nullable String serverName;
    private final @Nullable String expectedName;
    private final Executor workers;
    private final Listener listener;
    private final long started = System.nanoTime();

    private Phase phase = Phase.HANDSHAKE;
    private long ssl;
    private long bio;
    private @Nullable Verdict verdict;
    private @Nullable ByteBuf unread;
    private boolean begun;
    private boolean endedWhileVerifying;
    private boolean inputClosed;
    private boolean outputClosed;
    private boolean anyRead;
    private long recordsLeftToRead;
    private long recordsLeftToWrite;

    private TlsHandler(
            TlsContext context,
            @Nullable String serverName,
            @Nullable String expectedName,
            Executor workers,
            Listener listener) {
        this.context = context;
        this.serverName = serverName;
        this.expectedName = expectedName;
        this.workers = workers;
        this.listener = listener;
    }

    /** The side that accepts. */
    public static TlsHandler server(TlsContext context, Executor workers, Listener listener) {
        return new TlsHandler(context, null, null, workers, listener);
    }

    /**
     * The side that connects.
     *
     * @param serverName the SNI to send, or null for none, as with an IP address (RFC 6066, section 3)
     * @param expectedName the host name or IP address that the server's certificate must have
     */
    public static TlsHandler client(
            TlsContext context, @Nullable String serverName, String expectedName, Executor workers, Listener listener) {
        return new TlsHandler(context, serverName, expectedName, workers, listener);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ssl = context.acquire();
        bio = SSL.bioNewByteBuffer(ssl, NON_APPLICATION_BUFFER);
        if (serverName != null) {
            SSL.setTlsExtHostName(ssl, serverName);
        }
        if (ctx.channel().isActive()) {
            begin(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        begin(ctx);
        ctx.fireChannelActive();
    }

    private void begin(ChannelHandlerContext ctx) {
        if (context.side() == Side.CLIENT && !begun) {
            begun = true;
            handshake(ctx, Unpooled.EMPTY_BUFFER);
            ctx.flush();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (ssl != 0) {
            SSL.freeSSL(ssl); // Frees the BIO too.
            ssl = 0;
            bio = 0;
            context.release();
        }
        dropUnread();
    }

    // Reading.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf sealed)) {
            ctx.fireChannelRead(message);
            return;
        }
        if (phase == Phase.VERIFYING) {
            keep(ctx, sealed);
            return;
        }
        ByteBuf in = direct(ctx, sealed);
        try {
            consume(ctx, in);
        } finally {
            if (in.isReadable() && phase == Phase.VERIFYING) {
                keep(ctx, in);
            } else {
                in.release();
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (phase != Phase.OPEN) {
            ctx.flush(); // In the handshake it is this handler that answers; later the pump flushes.
        }
        ctx.fireChannelReadComplete();
    }

    private void consume(ChannelHandlerContext ctx, ByteBuf in) {
        if (ssl != 0 && phase == Phase.HANDSHAKE) {
            handshake(ctx, in);
        }
        if (ssl != 0 && phase == Phase.OPEN && !inputClosed && in.isReadable()) {
            open(ctx, in);
        }
    }

    /** Holds what came while a worker verifies: reading is off, so it is little. */
    private void keep(ChannelHandlerContext ctx, ByteBuf in) {
        ByteBuf held = unread;
        if (held == null) {
            unread = in;
        } else {
            unread = ctx.alloc()
                    .directBuffer(held.readableBytes() + in.readableBytes())
                    .writeBytes(held)
                    .writeBytes(in);
            held.release();
            in.release();
        }
    }

    private void dropUnread() {
        if (unread != null) {
            unread.release();
            unread = null;
        }
    }

    /** {@code SSL_read} until the source is empty; what came out goes on as one buffer, the end of the stream behind it. */
    private void open(ChannelHandlerContext ctx, ByteBuf in) {
        int length = in.readableBytes();
        ByteBuf out = ctx.alloc().directBuffer(length < MAX_RECORD ? Math.max(length, SMALL) : length + MAX_RECORD);
        int error = SSL.SSL_ERROR_NONE;
        source(in);
        while (error == SSL.SSL_ERROR_NONE || error == SSL.SSL_ERROR_WANT_WRITE) {
            if (error == SSL.SSL_ERROR_WANT_WRITE) {
                taken(in);
                drain(ctx);
                source(in);
            } else if (!out.isWritable()) {
                out.ensureWritable(Math.max(SSL.sslPending(ssl), SMALL));
            }
            int read = SSL.readFromSSL(ssl, out.memoryAddress() + out.writerIndex(), out.writableBytes());
            if (read > 0) {
                recordsLeftToRead--;
                out.writerIndex(out.writerIndex() + read);
                error = SSL.SSL_ERROR_NONE;
            } else {
                error = SSL.getError(ssl, read);
            }
        }
        taken(in);
        BoringSslError cause = error == SSL.SSL_ERROR_SSL ? BoringSslError.take() : null;
        if (drain(ctx)) {
            ctx.flush();
        }
        if (out.isReadable()) {
            anyRead = true;
            ctx.fireChannelRead(out);
        } else {
            out.release();
            if (error == SSL.SSL_ERROR_WANT_READ) {
                answer(ctx);
            }
        }
        if (error == SSL.SSL_ERROR_ZERO_RETURN) {
            inputClosed = true;
            ctx.fireUserEventTriggered(CloseNotify.INSTANCE);
        } else if (cause != null) {
            broken(ctx, cause);
        }
        if (recordsLeftToRead <= 0) {
            keyUsedUp();
        }
    }

    private void keyUsedUp() {
        if (phase == Phase.OPEN) {
            phase = Phase.FAILED;
            listener.keyUsedUp();
        }
    }

    /** A record without payload may have been a KeyUpdate that wants an answer: it waits for the next write. */
    private void answer(ChannelHandlerContext ctx) {
        if (!outputClosed && sealNothing(ctx)) {
            ctx.flush();
        }
    }

    private void broken(ChannelHandlerContext ctx, BoringSslError cause) {
        TlsFailure failure = failure(cause.refusal(), cause.sentence());
        phase = Phase.FAILED;
        ctx.flush();
        // In TLS 1.3 a client is done before the server has judged its certificate: the verdict comes as an alert
        // in place of the first byte, and means that the handshake failed.
        if (context.side() == Side.CLIENT && !anyRead) {
            listener.failed(failure);
        } else {
            listener.broken(failure);
        }
    }

    // The handshake.

    private void handshake(ChannelHandlerContext ctx, ByteBuf in) {
        boolean full = false;
        while (phase == Phase.HANDSHAKE) {
            boolean reading = in.isReadable() && !full;
            int before = in.readableBytes();
            int result = reading ? handshakeFrom(in) : handshakeInto(ctx);
            int error = result == 1 ? SSL.SSL_ERROR_NONE : SSL.getError(ssl, result);
            full = error == SSL.SSL_ERROR_WANT_WRITE;
            if (error == SSL.SSL_ERROR_NONE) {
                established(ctx);
            } else if (error == PENDING) {
                drain(ctx);
                verify(ctx);
            } else if (error == SSL.SSL_ERROR_WANT_READ) {
                drain(ctx);
                if (!in.isReadable() || (reading && in.readableBytes() == before)) {
                    return;
                }
            } else if (!full) {
                BoringSslError cause = BoringSslError.take();
                drain(ctx);
                refuse(ctx, cause);
            }
        }
    }

    private int handshakeFrom(ByteBuf in) {
        source(in);
        int result = SSL.doHandshake(ssl);
        taken(in);
        return result;
    }

    /** With a sink in place of a source, a flight of any length goes out in one piece. */
    private int handshakeInto(ChannelHandlerContext ctx) {
        ByteBuf out = ctx.alloc().directBuffer(FLIGHT);
        sink(out);
        int result = SSL.doHandshake(ssl);
        produced(ctx, out);
        return result;
    }

    private void verify(ChannelHandlerContext ctx) {
        Runnable task = SSL.getTask(ssl);
        if (task == null) {
            fail(ctx, failure(Refusal.INTERNAL_ERROR, "BoringSSL asked for a verification and gave no task"));
            return;
        }
        phase = Phase.VERIFYING;
        ctx.channel().config().setAutoRead(false);
        Verification verification = new Verification(task, expectedName);
        workers.execute(() -> {
            verification.run();
            ctx.executor().execute(() -> verified(ctx, verification.verdict()));
        });
    }

    private void verified(ChannelHandlerContext ctx, @Nullable Verdict found) {
        if (ssl == 0 || phase != Phase.VERIFYING) {
            return; // The connection ended meanwhile.
        }
        verdict = found;
        phase = Phase.HANDSHAKE;
        ctx.channel().config().setAutoRead(true);
        ByteBuf in = unread == null ? Unpooled.EMPTY_BUFFER : unread;
        unread = null;
        try {
            handshake(ctx, in);
            consume(ctx, in);
        } finally {
            in.release();
        }
        ctx.fireChannelReadComplete();
        ctx.flush();
        if (endedWhileVerifying) {
            ended(ctx);
        }
    }

    private void established(ChannelHandlerContext ctx) {
        phase = Phase.OPEN;
        // Session tickets wait for the next write, which a server that stays silent never makes.
        sealNothing(ctx);
        ctx.flush();
        Identity identity;
        try {
            identity = identity();
        } catch (CertificateException e) {
            // Time went by since the full handshake. No alert can be sent any more: it can only close.
            phase = Phase.FAILED;
            listener.failed(failure(
                    e instanceof CertificateNotYetValidException
                            ? Refusal.CERTIFICATE_NOT_YET_VALID
                            : e instanceof CertificateExpiredException
                                    ? Refusal.CERTIFICATE_EXPIRED
                                    : Refusal.MALFORMED_CERTIFICATE,
                    "on resumption: " + e.getMessage()));
            return;
        }
        String cipher = SSL.getCipherForSSL(ssl);
        recordsLeftToRead = context.maxRecords(cipher);
        recordsLeftToWrite = recordsLeftToRead;
        TlsSession session = new TlsSession(
                SSL.getVersion(ssl),
                cipher,
                SSL.isSessionReused(ssl),
                serverName(),
                SSL.getAlpnSelected(ssl),
                identity);
        verdict = null;
        listener.established(session, System.nanoTime() - started);
    }

    private @Nullable String serverName() {
        if (context.side() == Side.CLIENT) {
            return serverName;
        }
        String sent = SSL.getSniHostname(ssl);
        return sent == null ? null : sent.toLowerCase(Locale.ROOT);
    }

    /** From the verified path, or on resumption, where no verifier is asked, from the session's own chain. */
    private @Nullable Identity identity() throws CertificateException {
        if (verdict instanceof Verdict.Trusted trusted) {
            return Identity.of(trusted.path().get(0));
        }
        if (!context.verifies()) {
            return null;
        }
        byte[] leaf = SSL.getPeerCertificate(ssl);
        if (leaf == null) {
            return null; // verify: optional, and the peer has none.
        }
        var certificate = Verification.parse(leaf).get(0);
        certificate.checkValidity();
        return Identity.of(certificate);
    }

    private void refuse(ChannelHandlerContext ctx, BoringSslError cause) {
        if (verdict instanceof Verdict.Untrusted untrusted) {
            fail(ctx, new TlsFailure(context.side(), untrusted.refusal(), untrusted.number(), sentence(untrusted)));
        } else {
            fail(ctx, failure(cause.refusal(), cause.sentence()));
        }
    }

    private static String sentence(Verdict.Untrusted untrusted) {
        return untrusted.detail() + " (depth " + untrusted.depth() + ", subject '" + untrusted.subject() + "')";
    }

    private TlsFailure failure(Refusal refusal, String detail) {
        return new TlsFailure(context.side(), refusal, detail);
    }

    private void fail(ChannelHandlerContext ctx, TlsFailure failure) {
        if (phase == Phase.FAILED) {
            return;
        }
        phase = Phase.FAILED;
        dropUnread();
        ctx.flush();
        listener.failed(failure);
    }

    // Ends.

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            if (phase == Phase.VERIFYING) {
                endedWhileVerifying = true; // Behind the bytes that are held.
                return;
            }
            ended(ctx);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    /** The peer's FIN: after close_notify it says nothing new. */
    private void ended(ChannelHandlerContext ctx) {
        if (phase == Phase.HANDSHAKE) {
            fail(ctx, failure(Refusal.PEER_CLOSED, "the peer closed the connection before the handshake was done"));
        }
        ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (phase == Phase.HANDSHAKE || phase == Phase.VERIFYING) {
            fail(ctx, failure(Refusal.PEER_RESET, "the connection broke in the handshake: " + cause.getMessage()));
        }
        ctx.fireExceptionCaught(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (phase == Phase.HANDSHAKE || phase == Phase.VERIFYING) {
            fail(ctx, failure(Refusal.PEER_CLOSED, "the connection ended before the handshake was done"));
        }
        ctx.fireChannelInactive();
    }

    /** Sends close_notify behind all that was written ({@code SSL_shutdown}); reading goes on. The caller flushes. */
    public void closeOutput(ChannelHandlerContext caller) {
        ChannelHandlerContext ctx = caller.pipeline().context(this);
        if (ctx == null || ssl == 0 || phase != Phase.OPEN || outputClosed) {
            return;
        }
        outputClosed = true;
        boolean more = true;
        while (more) {
            ByteBuf out = ctx.alloc().directBuffer(SMALL);
            sink(out);
            int result = SSL.shutdownSSL(ssl);
            boolean full = result < 0 && SSL.getError(ssl, result) == SSL.SSL_ERROR_WANT_WRITE;
            more = produced(ctx, out) && full;
        }
        SSL.clearError();
    }

    // Writing.

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf plain) || !plain.isReadable()) {
            ctx.write(message, promise);
            return;
        }
        if (ssl == 0 || phase != Phase.OPEN || outputClosed) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(new ClosedChannelException());
            return;
        }
        ByteBuf in = direct(ctx, plain);
        try {
            seal(ctx, in, promise);
        } finally {
            in.release();
        }
        if (recordsLeftToWrite <= 0) {
            keyUsedUp();
        }
    }

    private void seal(ChannelHandlerContext ctx, ByteBuf in, ChannelPromise promise) {
        int length = in.readableBytes();
        int records = (length + MAX_RECORD - 1) / MAX_RECORD;
        recordsLeftToWrite -= records;
        while (true) {
            ByteBuf out = ctx.alloc().directBuffer(length + records * RECORD_OVERHEAD);
            sink(out);
            int written = SSL.writeToSSL(ssl, in.memoryAddress() + in.readerIndex(), length);
            int error = written == length ? SSL.SSL_ERROR_NONE : SSL.getError(ssl, written);
            filled(out);
            if (error == SSL.SSL_ERROR_NONE) {
                ctx.write(out, promise);
                return;
            }
            if (error != SSL.SSL_ERROR_WANT_WRITE || !out.isReadable()) {
                out.release();
                promise.tryFailure(new IllegalStateException("SSL_write failed with error " + error));
                return;
            }
            ctx.write(out, ctx.voidPromise());
        }
    }

    /** {@code SSL_write} of nothing sends what waits for the next write: tickets, the answer to a KeyUpdate. */
    private boolean sealNothing(ChannelHandlerContext ctx) {
        boolean any = false;
        boolean more = true;
        while (more) {
            ByteBuf out = ctx.alloc().directBuffer(SMALL);
            sink(out);
            int result = SSL.writeToSSL(ssl, out.memoryAddress(), 0);
            boolean full = SSL.getError(ssl, result) == SSL.SSL_ERROR_WANT_WRITE;
            boolean some = produced(ctx, out);
            any |= some;
            more = some && full;
        }
        SSL.clearError();
        return any;
    }

    // The BIO.

    private void source(ByteBuf in) {
        SSL.bioSetByteBuffer(bio, in.memoryAddress() + in.readerIndex(), in.readableBytes(), false);
    }

    private void taken(ByteBuf in) {
        in.readerIndex(in.writerIndex() - SSL.bioLengthByteBuffer(bio));
        SSL.bioClearByteBuffer(bio);
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

    /** Writes what the sink got; false where that was nothing. */
    private boolean produced(ChannelHandlerContext ctx, ByteBuf out) {
        filled(out);
        if (!out.isReadable()) {
            out.release();
            return false;
        }
        ctx.write(out, ctx.voidPromise());
        return true;
    }

    /** Writes what BoringSSL wanted to send while it read; false where that was nothing. */
    private boolean drain(ChannelHandlerContext ctx) {
        int waiting = SSL.bioLengthNonApplication(bio);
        if (waiting == 0) {
            return false;
        }
        ByteBuf out = ctx.alloc().directBuffer(waiting);
        sink(out);
        return produced(ctx, out);
    }

    /** BoringSSL reads memory by its address; a socket's buffers have one. */
    private static ByteBuf direct(ChannelHandlerContext ctx, ByteBuf buffer) {
        if (buffer.hasMemoryAddress()) {
            return buffer;
        }
        ByteBuf copy = ctx.alloc().directBuffer(buffer.readableBytes()).writeBytes(buffer);
        buffer.release();
        return copy;
    }
}
