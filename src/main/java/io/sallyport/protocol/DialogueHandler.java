package io.sallyport.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.sallyport.fault.Refusal;
import io.sallyport.protocol.starttls.Dialogue;
import io.sallyport.protocol.starttls.Dialogue.Step;
import io.sallyport.protocol.starttls.Tls;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsFailure;
import org.jspecify.annotations.Nullable;

/**
 * Holds a {@link Dialogue} on a channel, and leaves the pipeline when it is done. What may stand behind it goes on
 * untouched, also in the same segment; what may not is a refusal: it was sent in plain, and would be taken for something
 * said in TLS. Runs on the channel's event loop.
 */
public final class DialogueHandler extends ChannelInboundHandlerAdapter {

    /** What came of it. One of them is called, once. */
    public interface Listener {

        /** TLS begins now, or what follows a greeting. Handlers that are added now, behind this one, see every byte. */
        void agreed();

        /** There will be no TLS: one message follows in plain, and nothing else. */
        void exempted();

        /** It came to nothing. What the peer is still told is on its way. */
        void failed(TlsFailure failure);
    }

    private enum Phase {
        TALKING,
        /** Nothing goes on from here any more. */
        MUTE,
        LEFT
    }

    private final Side side;
    private final Dialogue dialogue;
    private final Listener listener;
    private Phase phase = Phase.TALKING;
    private boolean begun;
    private boolean heard;
    private @Nullable ByteBuf held;

    /** @param side which end we are */
    public DialogueHandler(Side side, Dialogue dialogue, Listener listener) {
        this.side = side;
        this.dialogue = dialogue;
        this.listener = listener;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
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
        if (!begun) {
            begun = true;
            follow(ctx, dialogue.begin());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            ctx.fireChannelRead(message);
            return;
        }
        if (phase != Phase.TALKING) {
            bytes.release();
            return;
        }
        heard = true;
        held = held == null ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, bytes);
        follow(ctx, Dialogue.goOn());
    }

    private void follow(ChannelHandlerContext ctx, Step first) {
        Step step = first;
        while (phase == Phase.TALKING) {
            if (step instanceof Step.Wait) {
                return;
            } else if (step instanceof Step.Say say) {
                if (say.bytes().length > 0 && dialogue.behind() == Dialogue.Behind.NOTHING && isMoreThere()) {
                    injected(ctx); // An answer to what we haven't said yet.
                    return;
                }
                send(ctx, say.bytes());
            } else if (step instanceof Step.Done done) {
                done(ctx, done.lastWord());
                return;
            } else if (step instanceof Step.Exempt exempt) {
                exempt(ctx, exempt.message());
                return;
            } else if (step instanceof Step.Failed failed) {
                send(ctx, failed.lastWord());
                fail(failed.refusal(), failed.detail());
                return;
            }
            step = dialogue.next(held == null ? Unpooled.EMPTY_BUFFER : held);
        }
    }

    private boolean isMoreThere() {
        return held != null && held.isReadable();
    }

    private void send(ChannelHandlerContext ctx, byte[] bytes) {
        if (bytes.length > 0) {
            ctx.writeAndFlush(Unpooled.wrappedBuffer(bytes), ctx.voidPromise());
        }
    }

    private void done(ChannelHandlerContext ctx, byte[] lastWord) {
        ByteBuf behind = held;
        boolean allowed = behind == null
                || !behind.isReadable()
                || switch (dialogue.behind()) {
                    case NOTHING -> false;
                    case TLS -> Tls.begins(behind);
                    case ANYTHING -> true;
                };
        if (!allowed) {
            injected(ctx);
            return;
        }
        send(ctx, lastWord);
        phase = Phase.LEFT;
        held = null;
        listener.agreed();
        if (behind != null && behind.isReadable()) {
            ctx.fireChannelRead(behind);
        } else if (behind != null) {
            behind.release();
        }
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }

    private void exempt(ChannelHandlerContext ctx, byte[] message) {
        phase = Phase.MUTE;
        release();
        listener.exempted();
        ctx.fireChannelRead(Unpooled.wrappedBuffer(message));
    }

    private void injected(ChannelHandlerContext ctx) {
        fail(
                Refusal.STARTTLS_INJECTION,
                side == Side.SERVER
                        ? "the client sent more in plain behind the command that starts TLS"
                        : "the server sent more in plain than the answers to what we had said");
    }

    private void fail(Refusal refusal, String detail) {
        phase = Phase.MUTE;
        release();
        listener.failed(TlsFailure.beforeTls(side, refusal, detail));
    }

    /** A client that leaves before its first byte has not been turned down: it hasn't asked. */
    private boolean isTalking() {
        return phase == Phase.TALKING && (heard || side == Side.CLIENT);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE && isTalking()) {
            fail(Refusal.PEER_CLOSED, "the peer closed the connection before TLS began");
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (isTalking()) {
            fail(Refusal.PEER_RESET, "the connection broke before TLS began: " + cause.getMessage());
        }
        ctx.fireExceptionCaught(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (isTalking()) {
            fail(Refusal.PEER_CLOSED, "the connection ended before TLS began");
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        release();
    }

    private void release() {
        if (held != null) {
            held.release();
            held = null;
        }
    }
}
