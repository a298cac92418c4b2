package io.sallyport.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.VoidChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.sallyport.profile.AllowList;
import io.sallyport.protocol.DialogueHandler;
import io.sallyport.tls.CloseNotify;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsHandler;
import io.sallyport.tls.TlsSession;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One side of a connection, and half of the pump: what its channel reads is written to its peer's, as the same
 * buffer, with one flush for each read-complete and no reading while the peer can't take more. It only says what
 * happened; {@link Connection} decides. Runs on the connection's event loop.
 */
final class Leg extends ChannelInboundHandlerAdapter implements TlsHandler.Listener, DialogueHandler.Listener {

    private final Connection connection;

    private @Nullable ChannelHandlerContext context;
    private @Nullable ChannelPromise noPromise;
    private @Nullable TlsHandler tls;
    private @Nullable Leg peer;
    private @Nullable ArrayDeque<ByteBuf> early;
    private @Nullable End inputEnd;
    private boolean outputEnded;
    private boolean outputCut;
    private boolean outputShut;
    private boolean discarding;
    private boolean dismissed;
    private boolean unflushed;
    /** Whether it is to be read, as far as the other side can take it. */
    private boolean wanted = true;

    private @Nullable Future<?> resuming;
    private long unreported;

    Leg(Connection connection) {
        this.connection = connection;
    }

    /** Puts this side into its channel's pipeline, last. */
    void attach(Channel channel) {
        SocketOptions.apply(channel, connection.keepAlive());
        channel.pipeline().addLast("leg", this);
    }

    /** Has what comes before TLS read by {@code handler}, which leaves when it is done. */
    void greet(ChannelHandler handler) {
        context().pipeline().addBefore("leg", null, handler);
    }

    /** Takes out what {@link #greet} has put in. */
    void ungreet(ChannelHandler handler) {
        ChannelPipeline pipeline = context().pipeline();
        if (pipeline.context(handler) != null) {
            pipeline.remove(handler);
        }
    }

    /** Puts TLS in front of this side, behind what comes before it. */
    void secure(TlsHandler handler) {
        tls = handler;
        context().pipeline().addBefore("leg", "tls", handler);
    }

    /** Sends something of our own, in TLS once that is there. */
    void send(byte[] bytes) {
        context().writeAndFlush(Unpooled.wrappedBuffer(bytes), context().voidPromise());
    }

    /** Whether the peer's certificate is on {@code list}. */
    boolean isPeerOn(AllowList list) {
        return tls != null && tls.isPeerOn(list);
    }

    /** The certificate that the peer has shown, DER; null where there is none. */
    byte @Nullable [] certificate() {
        return tls == null ? null : tls.peerCertificate();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        noPromise = new VoidChannelPromise(ctx.channel(), false);
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("this side has no channel yet");
        }
        return context;
    }

    // What the channel says.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf buffer)) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (discarding) {
            buffer.release();
            return;
        }
        unreported += buffer.readableBytes();
        long wait = connection.charge(this, buffer.readableBytes());
        if (wait > 0) {
            pause(wait);
        }
        Leg to = peer;
        if (to == null) {
            holdEarly(buffer);
        } else {
            to.write(buffer);
            if (!to.isWritable()) {
                read(false);
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (unreported > 0) {
            connection.relayed(this, unreported);
            unreported = 0;
        }
        if (peer != null) {
            peer.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (peer != null && peer.inputEnd == null && !peer.discarding) {
            peer.read(ctx.channel().isWritable());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == CloseNotify.INSTANCE) {
            ended(End.CLOSE_NOTIFY);
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            ended(tls == null ? End.FIN : End.CUT);
        } else if (event == ChannelOutputShutdownEvent.INSTANCE && !outputShut) {
            outputShut = true;
            outputEnded = true;
            connection.ends().outputBroken(this);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException || dismissed) {
            ended(End.RESET);
        } else {
            connection.ends().broke(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ended(End.RESET);
        dropEarly();
        endPause();
        if (!dismissed) {
            connection.ends().gone();
        }
        ctx.fireChannelInactive();
    }

    private void ended(End end) {
        if (discarding) {
            context().close();
        } else if (inputEnd == null) {
            inputEnd = end;
            channelReadComplete(context());
            connection.ends().ended(this, end);
        } else if (end == End.RESET && inputEnd != End.RESET) {
            inputEnd = End.RESET;
            connection.ends().resetAfterEnd(this);
        }
    }

    // What TLS says, and what comes before it.

    @Override
    public void agreed() {
        connection.agreed(this);
    }

    @Override
    public void exempted() {
        connection.exempted(this);
    }

    @Override
    public void established(TlsSession session, long nanos) {
        connection.handshaken(this, session, nanos);
    }

    @Override
    public boolean mayBegin() {
        return connection.mayBegin(this);
    }

    @Override
    public void failed(TlsFailure failure) {
        connection.ends().refused(this, failure);
    }

    @Override
    public void broken(TlsFailure failure) {
        connection.ends().broken(this, failure);
    }

    @Override
    public void keyUsedUp() {
        connection.ends().keyUsedUp();
    }

    // What the connection decides.

    /** Stops or resumes reading; a stopped side still notices that its peer is gone. */
    void read(boolean on) {
        wanted = on;
        context().channel().config().setAutoRead(on && resuming == null);
    }

    /** Reads nothing for a while, whatever the other side can take. */
    private void pause(long nanos) {
        endPause();
        resuming = context().executor().schedule(this::resume, nanos, TimeUnit.NANOSECONDS);
        read(wanted);
    }

    private void resume() {
        resuming = null;
        read(wanted);
    }

    private void endPause() {
        if (resuming != null) {
            resuming.cancel(false);
            resuming = null;
        }
    }

    /** From now on what is read goes to {@code to}: first what was held. */
    void pumpTo(Leg to) {
        peer = to;
        ArrayDeque<ByteBuf> held = early;
        early = null;
        if (held != null) {
            held.forEach(to::write);
            to.flush();
        }
        read(to.isWritable());
    }

    /** Ends our output behind what is written: as close_notify and FIN, or as a bare FIN. */
    void end(End how) {
        if (outputEnded) {
            return;
        }
        outputEnded = true;
        outputCut = tls != null && !how.isClean();
        if (tls != null && how.isClean()) {
            tls.closeOutput(context());
        }
        afterWrites(this::shutOutput);
    }

    /** The last that this side hears of us: its stream ends as {@code how} says. */
    void farewell(End how) {
        if (isGone()) {
            return;
        }
        if (isDone()) {
            close();
        } else if (how == End.RESET) {
            reset();
        } else {
            linger(how);
        }
    }

    /** Ends our output, and closes the channel once the peer has read and ended too: closing at once would reset it, and hide the alert. */
    private void linger(End how) {
        discarding = true;
        dropEarly();
        endPause();
        if (inputEnd != null) {
            // Nothing more will come that could provoke a reset.
            if (tls != null && how.isClean()) {
                tls.closeOutput(context());
            }
            afterWrites(this::close);
            return;
        }
        read(true);
        end(how);
    }

    /** Closes with RST behind what is written: the peer learns that the stream is not whole. */
    private void reset() {
        discarding = true;
        dropEarly();
        endPause();
        if (outputEnded) {
            abort();
        } else {
            outputEnded = true;
            afterWrites(this::abort);
        }
    }

    /** Closes with RST now, whatever is still to be written. */
    void abort() {
        if (context != null) {
            context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            context.close();
        }
    }

    /** Ends this side without another word to the connection, which goes on with another one. */
    void dismiss() {
        dismissed = true;
        discarding = true;
        outputEnded = true;
        outputShut = true;
        close();
    }

    private void close() {
        if (context != null) {
            context.close();
        }
    }

    private void shutOutput() {
        Channel channel = context().channel();
        outputShut = true;
        if (channel.isActive()) {
            ((DuplexChannel) channel)
                    .shutdownOutput()
                    .addListener(done -> connection.ends().finishIfDone());
        }
    }

    private void afterWrites(Runnable action) {
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) done -> action.run());
    }

    private void write(ByteBuf buffer) {
        if (outputEnded || context == null || noPromise == null) {
            buffer.release();
            return;
        }
        unflushed = true;
        context.write(buffer, noPromise);
    }

    private void flush() {
        if (unflushed) {
            unflushed = false;
            context().flush();
        }
    }

    private void holdEarly(ByteBuf buffer) {
        if (early == null) {
            early = new ArrayDeque<>(2);
        }
        early.add(buffer);
        read(false);
    }

    private void dropEarly() {
        if (early != null) {
            early.forEach(ByteBuf::release);
            early = null;
        }
    }

    // What may be asked.

    /** Whether a TLS session of an earlier connection was offered here. */
    boolean isSessionOffered() {
        return tls != null && tls.isSessionOffered();
    }

    /** Whether TLS has begun here. */
    boolean isSecured() {
        return tls != null;
    }

    /** Whether something was read that nobody has taken yet. */
    boolean isHolding() {
        return early != null;
    }

    boolean isWritable() {
        return context().channel().isWritable();
    }

    /** How the stream from this side ended, or null while it goes on. */
    @Nullable
    End inputEnd() {
        return inputEnd;
    }

    boolean hasEnded() {
        return inputEnd != null;
    }

    /** Both directions are over, and all that was written is out. */
    boolean isDone() {
        return inputEnd != null && outputShut;
    }

    /** Whether our stream in TLS was ended without close_notify, which the peer has a right to complain of. */
    boolean isOutputCut() {
        return outputCut;
    }

    boolean isOutputEnded() {
        return outputEnded;
    }

    boolean isGone() {
        return context == null || !context.channel().isOpen();
    }
}
