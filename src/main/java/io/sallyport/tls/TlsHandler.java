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
import io.sallyport.pki.AllowLists;
import io.sallyport.profile.AllowList;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * TLS on one channel: an {@code SSL} on a byte-buffer BIO. Sealed records come in and plain bytes go on; plain bytes
 * come from behind and records go out. Half-close is kept: the peer's close_notify is fired as {@link CloseNotify}
 * and ends nothing else, {@link #closeOutput} sends ours.
 *
 * <p>Everything runs on the channel's event loop but the verification of the peer's chain, which is handed to a
 * worker. The {@code SSL} is freed once, in {@link #handlerRemoved}, and {@link #ssl} is null from then on: a call on a
 * freed one would abort the process.
 */
public final class TlsHandler extends ChannelDuplexHandler {

    /** What a handshake came to. Called on the event loop, once, but for {@link #broken}, which may follow. */
    public interface Listener {

        /** On the accepting side: the client's first bytes are here. False where the listener has ended the connection instead. */
        default boolean mayBegin() {
            return true;
        }

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

    private final TlsContext context;
    private final @Nullable Target target;
    private final boolean resumes;
    private final Executor workers;
    private final Listener listener;
    private final long started = System.nanoTime();

    private Phase phase = Phase.HANDSHAKE;
    private Consumer<ByteBuf> records = ByteBuf::release;
    private @Nullable NativeSsl ssl;
    private @Nullable Handshake handshake;
    private @Nullable ByteBuf unread;
    private boolean asksForStaple;
    private boolean begun;
    private boolean sessionOffered;
    private boolean endedWhileVerifying;
    private boolean inputClosed;
    private boolean outputClosed;
    private boolean anyRead;
    private long recordsLeftToRead;
    private long recordsLeftToWrite;

    private TlsHandler(
            TlsContext context, @Nullable Target target, boolean resumes, Executor workers, Listener listener) {
        this.context = context;
        this.target = target;
        this.resumes = resumes;
        this.workers = workers;
        this.listener = listener;
    }

    /** The side that accepts. */
    public static TlsHandler server(TlsContext context, Executor workers, Listener listener) {
        return new TlsHandler(context, null, false, workers, listener);
    }

    /** The side that connects. It offers a session of an earlier connection to the same target, where there is one. */
    public static TlsHandler client(TlsContext context, Target target, Executor workers, Listener listener) {
        return new TlsHandler(context, target, true, workers, listener);
    }

    /** The same without a session: after a handshake that offered one failed, it may do. */
    public static TlsHandler clientWithoutSession(
            TlsContext context, Target target, Executor workers, Listener listener) {
        return new TlsHandler(context, target, false, workers, listener);
    }

    /** The connecting side, that asks for an OCSP response whatever its profile says: for who judges after the handshake. */
    public TlsHandler askingForStaple() {
        asksForStaple = true;
        return this;
    }

    /** Whether the handshake offers a session. Its failure may be the session's alone. */
    public boolean isSessionOffered() {
        return sessionOffered;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        records = out -> ctx.write(out, ctx.voidPromise());
        NativeSsl made = new NativeSsl(context, ctx.alloc());
        ssl = made;
        handshake = new Handshake(context, made, target);
        if (asksForStaple) {
            made.askForStaple();
        }
        ClientSessions sessions = context.resumption().fromUpstreams();
        if (sessions != null && target != null) {
            made.keepSessions(sessions, target);
            sessionOffered = resumes && made.offerSession(sessions, target);
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
        NativeSsl freed = ssl;
        if (freed != null) {
            ssl = null;
            handshake = null;
            freed.free();
        }
        dropUnread();
    }

    /**
     * The chain that a server sent, leaf first, for who judges it after the handshake. On the event loop, on the connecting side.
     *
     * @throws CertificateException if one of its certificates can't be read
     */
    public List<X509Certificate> serverChain() throws CertificateException {
        return ssl == null ? List.of() : Verification.parse(ssl.peerChain());
    }

    /**
     * The OCSP response that a server stapled, DER, as it came; or null. Of a resumed session the one of its full handshake. On the event
     * loop, on the connecting side, after the handshake.
     */
    public byte @Nullable [] serverStaple() {
        return ssl == null ? null : ssl.staple();
    }

    /** Whether the peer has shown a certificate, and is on {@code list}. On the event loop, after the handshake. */
    public boolean isPeerOn(AllowList list) {
        byte[] der = peerCertificate();
        try {
            return der != null && AllowLists.isOn(context.leaves().of(der).certificate(), list);
        } catch (CertificateException e) {
            return false; // It was verified, so it could be read.
        }
    }

    /** The leaf that the peer has shown, DER; null before, and where it has shown none. On the event loop. */
    public byte @Nullable [] peerCertificate() {
        return ssl == null ? null : ssl.peerCertificate();
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
        if (phase == Phase.HANDSHAKE) {
            handshake(ctx, in);
        }
        NativeSsl open = ssl;
        if (open != null && phase == Phase.OPEN && !inputClosed && in.isReadable()) {
            open(ctx, open, in);
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

    /** Reads until the source is empty; what came out goes on as one buffer, the end of the stream behind it. */
    private void open(ChannelHandlerContext ctx, NativeSsl ssl, ByteBuf in) {
        ByteBuf out = ssl.newPlain(in.readableBytes());
        int error = SSL.SSL_ERROR_NONE;
        ssl.source(in);
        while (error == SSL.SSL_ERROR_NONE || error == SSL.SSL_ERROR_WANT_WRITE) {
            if (error == SSL.SSL_ERROR_WANT_WRITE) {
                ssl.taken(in);
                ssl.drain(records);
                ssl.source(in);
            }
            error = ssl.read(out);
            if (error == SSL.SSL_ERROR_NONE) {
                recordsLeftToRead--;
            }
        }
        ssl.taken(in);
        BoringSslError cause = error == SSL.SSL_ERROR_SSL ? BoringSslError.take() : null;
        if (ssl.drain(records)) {
            ctx.flush();
        }
        if (out.isReadable()) {
            anyRead = true;
            ctx.fireChannelRead(out);
        } else {
            out.release();
            if (error == SSL.SSL_ERROR_WANT_READ) {
                answer(ctx, ssl);
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
    private void answer(ChannelHandlerContext ctx, NativeSsl ssl) {
        if (!outputClosed && ssl.writePending(records)) {
            ctx.flush();
        }
    }

    private void broken(ChannelHandlerContext ctx, BoringSslError cause) {
        TlsFailure failure =
                failure(cause.refusal(), cause.sentence(context.profile().negotiation(), ""));
        phase = Phase.FAILED;
        if (failure.refusal() == Refusal.RENEGOTIATION) {
            context.resumption().counts().increment(SessionCount.RENEGOTIATE);
        }
        ctx.flush();
        // In TLS 1.3 a client is done before the server has judged its certificate: the verdict comes as an alert
        // in place of the first byte, and means that the handshake failed.
        if (context.side() == Side.CLIENT && !anyRead) {
            forgetSessions();
            listener.failed(failure);
        } else {
            listener.broken(failure.inStream());
        }
    }

    // The handshake.

    private void handshake(ChannelHandlerContext ctx, ByteBuf in) {
        Handshake going = handshake;
        if (going == null) {
            return; // The connection ended meanwhile.
        }
        if (!begun) {
            begun = true;
            if (!listener.mayBegin()) {
                phase = Phase.FAILED;
                return;
            }
        }
        Handshake.Step step = going.advance(in, records);
        if (step instanceof Handshake.Step.Verify verify) {
            verify(ctx, verify.verification());
        } else if (step instanceof Handshake.Step.Done done) {
            established(ctx, done.session());
        } else if (step instanceof Handshake.Step.Failed failed) {
            fail(ctx, failed.failure());
        }
    }

    private void verify(ChannelHandlerContext ctx, Verification verification) {
        phase = Phase.VERIFYING;
        ctx.channel().config().setAutoRead(false);
        workers.execute(() -> {
            var unused = verification.find().thenRun(() -> ctx.executor().execute(() -> verified(ctx, verification)));
        });
    }

    private void verified(ChannelHandlerContext ctx, Verification verification) {
        if (handshake == null || phase != Phase.VERIFYING) {
            return; // The connection ended meanwhile.
        }
        handshake.verified(verification);
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

    private void established(ChannelHandlerContext ctx, TlsSession session) {
        phase = Phase.OPEN;
        handshake = null;
        if (ssl != null && context.side() == Side.SERVER) {
            // Session tickets wait for the next write, which a server that stays silent never makes.
            ssl.writeTickets(records);
        }
        ctx.flush();
        recordsLeftToRead = context.maxRecords(session.cipher());
        recordsLeftToWrite = recordsLeftToRead;
        listener.established(session, System.nanoTime() - started);
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
        forgetSessions();
        listener.failed(failure);
    }

    /** What failed with one session would fail with its like. */
    private void forgetSessions() {
        ClientSessions sessions = context.resumption().fromUpstreams();
        if (sessionOffered && sessions != null && target != null) {
            sessions.forget(target);
        }
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

    /** A client that leaves before its first byte has not been turned down: it hasn't asked. */
    private boolean isHandshaking() {
        return begun && (phase == Phase.HANDSHAKE || phase == Phase.VERIFYING);
    }

    /** The peer's FIN: after close_notify it says nothing new. */
    private void ended(ChannelHandlerContext ctx) {
        if (isHandshaking()) {
            fail(ctx, failure(Refusal.PEER_CLOSED, "the peer closed the connection before the handshake was done"));
        }
        ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (isHandshaking()) {
            fail(ctx, failure(Refusal.PEER_RESET, "the connection broke in the handshake: " + cause.getMessage()));
        }
        ctx.fireExceptionCaught(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (isHandshaking()) {
            fail(ctx, failure(Refusal.PEER_CLOSED, "the connection ended before the handshake was done"));
        }
        ctx.fireChannelInactive();
    }

    /** Sends close_notify behind all that was written ({@code SSL_shutdown}); reading goes on. The caller flushes. */
    public void closeOutput(ChannelHandlerContext caller) {
        ChannelHandlerContext ctx = caller.pipeline().context(this);
        if (ctx == null || ssl == null || phase != Phase.OPEN || outputClosed) {
            return;
        }
        outputClosed = true;
        ssl.writeCloseNotify(records);
    }

    // Writing.

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf plain) || !plain.isReadable()) {
            ctx.write(message, promise);
            return;
        }
        if (ssl == null || phase != Phase.OPEN || outputClosed) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(new ClosedChannelException());
            return;
        }
        ByteBuf in = direct(ctx, plain);
        try {
            seal(ctx, ssl, in, promise);
        } finally {
            in.release();
        }
        if (recordsLeftToWrite <= 0) {
            keyUsedUp();
        }
    }

    private void seal(ChannelHandlerContext ctx, NativeSsl ssl, ByteBuf in, ChannelPromise promise) {
        int length = in.readableBytes();
        recordsLeftToWrite -= NativeSsl.records(length);
        while (true) {
            ByteBuf out = ssl.newSealed(length);
            int error = ssl.write(in, out);
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
