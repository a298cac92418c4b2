package io.sallyport.cli;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.sallyport.fault.Refusal;
import io.sallyport.pki.Names;
import io.sallyport.protocol.DialogueHandler;
import io.sallyport.protocol.starttls.Dialogue;
import io.sallyport.protocol.starttls.Dialogues;
import io.sallyport.tls.CloseNotify;
import io.sallyport.tls.Side;
import io.sallyport.tls.Target;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsHandler;
import io.sallyport.tls.TlsSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection of {@code connect}: holds what arrives until it is wanted, then passes it on. Half-close is kept, both ways. */
final class Conversation extends ChannelInboundHandlerAdapter implements TlsHandler.Listener {

    private static final int BLOCK = 16 * 1024;
    private static final int FIRST_BYTES = 80;
    private static final int LOOK_AGAIN_MILLIS = 5;

    /** How the peer's stream ended. */
    enum End {
        /** As it should: close_notify, or FIN on a plain connection. */
        WHOLE,
        /** TLS without close_notify: bytes may be missing. */
        CUT,
        /** Reset. */
        RESET,
        /** Turned down by an alert: {@link #failure} says why. */
        REFUSED
    }

    private final CompletableFuture<TlsSession> session = new CompletableFuture<>();
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>();
    private final StringBuffer first = new StringBuffer();
    private final HandshakeWire wire = new HandshakeWire();

    private volatile TlsFailure failure = new TlsFailure(Side.CLIENT, Refusal.INTERNAL_ERROR, "nothing is known");
    private @Nullable ChannelHandlerContext context;
    private @Nullable TlsHandler tls;
    private boolean plain;
    private @Nullable Dialogue leave;
    private volatile boolean spoken;
    private @Nullable OutputStream sink;
    private HandshakeWire.Offer offer = HandshakeWire.Offer.NONE;
    private long handshakeBytes;

    void attach(Channel channel, Dial.@Nullable Tls wanted) {
        plain = wanted == null;
        if (wanted != null) {
            channel.pipeline().addLast(new FirstBytes());
            if (wanted.startTls() == null) {
                secure(wanted, channel.pipeline()::addLast);
            } else {
                leave = Dialogues.leave(wanted.startTls());
                Dialogue dialogue = Dialogues.client(wanted.startTls(), name(wanted.target()));
                channel.pipeline().addLast(new DialogueHandler(Side.CLIENT, dialogue, new Opening(wanted)));
            }
        }
        channel.pipeline().addLast(this);
    }

    private void secure(Dial.Tls wanted, Consumer<ChannelHandler> pipeline) {
        TlsHandler handler = TlsHandler.client(wanted.context(), wanted.target(), Runnable::run, this)
                .askingForStaple();
        tls = handler;
        pipeline.accept(wire);
        pipeline.accept(handler);
    }

    private static String name(Target target) {
        return target.serverName() == null ? target.address().peerHost() : target.serverName();
    }

    /** Puts TLS into its place once what comes before it is said. */
    private final class Opening implements DialogueHandler.Listener {

        private final Dial.Tls wanted;

        Opening(Dial.Tls wanted) {
            this.wanted = wanted;
        }

        @Override
        public void agreed() {
            ChannelHandlerContext ours = context;
            if (ours != null) {
                secure(wanted, handler -> ours.pipeline().addBefore(ours.name(), null, handler));
            }
        }

        @Override
        public void exempted() {}

        @Override
        public void failed(TlsFailure why) {
            Conversation.this.failed(why);
        }
    }

    /** Ends our output once the server has heard that nothing is wanted of it. */
    private final class Leaving implements DialogueHandler.Listener {

        @Override
        public void agreed() {
            shutOutput();
        }

        @Override
        public void exempted() {}

        @Override
        public void failed(TlsFailure why) {
            shutOutput();
        }
    }

    /** On the event loop. */
    private void shutOutput() {
        if (context != null) {
            if (tls != null) {
                tls.closeOutput(context);
            }
            context.flush();
            ((DuplexChannel) context.channel()).shutdownOutput();
        }
    }

    /** Keeps the beginning of what the peer says: it tells what speaks there if it isn't TLS. */
    private final class FirstBytes extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof ByteBuf in && first.length() < FIRST_BYTES) {
                int length = Math.min(in.readableBytes(), FIRST_BYTES - first.length());
                first.append(in.toString(in.readerIndex(), length, StandardCharsets.ISO_8859_1));
            }
            ctx.fireChannelRead(message);
        }
    }

    // What the peer does, on the event loop.

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (plain) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf in)) {
            ReferenceCountUtil.release(message);
        } else if (sink == null) {
            held.add(in);
        } else {
            pass(in, sink);
        }
    }

    private void pass(ByteBuf in, OutputStream to) {
        try {
            in.readBytes(to, in.readableBytes());
            to.flush();
        } catch (IOException e) {
            end.complete(End.CUT); // Nobody reads any more.
        } finally {
            in.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == CloseNotify.INSTANCE) {
            end.complete(End.WHOLE);
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            end.complete(tls == null ? End.WHOLE : End.CUT);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        end.complete(End.RESET);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end.complete(End.RESET);
        held.forEach(ByteBuf::release);
        held.clear();
    }

    @Override
    public void established(TlsSession agreed, long nanos) {
        if (context != null) {
            context.channel().config().setAutoRead(false);
        }
        offer = wire.offer(tls != null && tls.isSessionOffered());
        handshakeBytes = wire.bytes();
        session.complete(agreed);
    }

    @Override
    public void failed(TlsFailure why) {
        failure = why;
        session.completeExceptionally(new CertificateException(why.detail()));
        end.complete(End.REFUSED);
    }

    @Override
    public void broken(TlsFailure why) {
        failed(why);
    }

    @Override
    public void keyUsedUp() {
        end.complete(End.CUT);
    }

    // What is asked of it, on another thread.

    CompletableFuture<TlsSession> session() {
        return session;
    }

    /** Which kind of session was offered; once the {@link #session} is there. */
    HandshakeWire.Offer offer() {
        return offer;
    }

    /** What the handshake took, both ways; once the {@link #session} is there. */
    long handshakeBytes() {
        return handshakeBytes;
    }

    TlsFailure failure() {
        return failure;
    }

    /** The beginning of what the peer sent, printable. */
    String firstBytes() {
        return Names.printable(first.toString().split("[\r\n]", 2)[0]);
    }

    /** The chain that the server sent. */
    List<X509Certificate> chain() throws CertificateException, InterruptedException {
        TlsHandler handler = tls;
        try {
            return handler == null ? List.of() : onLoop(handler::serverChain);
        } catch (ExecutionException e) {
            throw new CertificateException("the peer sent a certificate that can't be read", e.getCause());
        }
    }

    /** The OCSP response that the server stapled, DER, or null. */
    byte @Nullable [] staple() throws InterruptedException {
        TlsHandler handler = tls;
        try {
            return handler == null
                    ? null
                    : onLoop(() -> Optional.ofNullable(handler.serverStaple())).orElse(null);
        } catch (ExecutionException e) {
            return null; // Only a connection that is gone fails here, and it has none.
        }
    }

    private <T> T onLoop(Callable<T> task) throws InterruptedException, ExecutionException {
        if (context == null) {
            throw new IllegalStateException("not connected");
        }
        return context.executor().submit(task).get();
    }

    /** Passes bytes both ways until the peer has ended; our own end of input goes on as such. */
    End relay(InputStream in, OutputStream out) throws InterruptedException {
        startReading(out);
        Thread sender = new Thread(() -> send(in), "stdin");
        sender.setDaemon(true); // It may wait for input that never comes.
        sender.start();
        try {
            return end.get();
        } catch (ExecutionException e) {
            return End.RESET;
        }
    }

    /** Says good-bye, and waits what the peer answers: a client certificate may still be turned down. */
    End finish(Duration patience) throws InterruptedException {
        startReading(OutputStream.nullOutputStream());
        endOutput();
        try {
            return end.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return End.WHOLE;
        }
    }

    /**
     * Reads until something is so that only reading brings about, or the peer has ended.
     *
     * @param patience the longest to wait
     */
    void readUntil(BooleanSupplier soon, Duration patience) throws InterruptedException {
        startReading(OutputStream.nullOutputStream());
        long deadline = System.nanoTime() + patience.toNanos();
        while (!soon.getAsBoolean() && !end.isDone() && System.nanoTime() < deadline) {
            try {
                end.get(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                // It goes on.
            }
        }
    }

    /** Ends it, whatever is still under way. */
    void close() throws InterruptedException {
        if (context != null) {
            context.close().await();
        }
    }

    private void startReading(OutputStream out) throws InterruptedException {
        try {
            onLoop(() -> {
                sink = out;
                held.forEach(in -> pass(in, out));
                held.clear();
                if (context != null) {
                    context.channel().config().setAutoRead(true);
                }
                return out;
            });
        } catch (ExecutionException e) {
            end.complete(End.RESET);
        }
    }

    private void send(InputStream in) {
        byte[] block = new byte[BLOCK];
        ChannelHandlerContext to = context;
        try {
            for (int n = in.read(block); n >= 0 && to != null; n = in.read(block)) {
                spoken = true;
                // One block at a time: the peer's pace is ours.
                to.writeAndFlush(Unpooled.copiedBuffer(block, 0, n)).sync();
            }
            endOutput();
        } catch (IOException | InterruptedException e) {
            end.complete(End.CUT);
        } catch (RuntimeException e) {
            end.complete(End.RESET); // Netty throws what a write failed with.
        }
    }

    private void endOutput() throws InterruptedException {
        try {
            onLoop(() -> {
                if (context != null && leave != null && !spoken) {
                    context.pipeline()
                            .addBefore(context.name(), null, new DialogueHandler(Side.CLIENT, leave, new Leaving()));
                } else {
                    shutOutput();
                }
                return end;
            });
        } catch (ExecutionException e) {
            end.complete(End.RESET);
        }
    }
}
