package io.sallyport.relay;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Gives each accepted channel to the next event loop. */
final class Dealer extends ChannelInboundHandlerAdapter {

    /** How long nothing is accepted after a failure to, and how often a shortage is told of. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** How often it is asked whether there are descriptors again. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private final List<EventLoop> loops;
    private final Descriptors descriptors;
    private final Consumer<Channel> accepted;
    private final Consumer<String> failed;
    private final ChannelFutureListener gone;
    private int next;
    private long toldAt;

    Dealer(List<EventLoop> loops, Descriptors descriptors, Consumer<Channel> accepted, Consumer<String> failed) {
        this.loops = loops;
        this.descriptors = descriptors;
        this.accepted = accepted;
        this.failed = failed;
        this.gone = closed -> descriptors.giveBack();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Channel channel = (Channel) message;
        descriptors.take();
        channel.closeFuture().addListener(gone);
        channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
        channel.pipeline().addLast(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel registered) {
                accepted.accept(registered);
            }
        });
        next = (next + 1) % loops.size();
        loops.get(next).register(channel).addListener(done -> {
            if (!done.isSuccess()) {
                channel.unsafe().closeForcibly();
            }
        });
        if (!descriptors.hasRoom()) {
            pause(ctx, LOOK);
        }
    }

    /**
     * Mostly the process has no descriptor left, though it was thought to. It would fail again at once, and go on so:
     * it waits until some connections may have ended. Those that knock meanwhile wait in the kernel.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (ctx.channel().config().isAutoRead()) {
            tell(String.valueOf(cause.getMessage()));
            pause(ctx, PAUSE);
        }
    }

    private void pause(ChannelHandlerContext ctx, Duration time) {
        ctx.channel().config().setAutoRead(false);
        ctx.executor().schedule(() -> lookAgain(ctx), time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void lookAgain(ChannelHandlerContext ctx) {
        if (descriptors.hasRoom()) {
            ctx.channel().config().setAutoRead(true);
        } else if (ctx.channel().isOpen()) {
            tell("all descriptors are in use");
            pause(ctx, LOOK);
        }
    }

    private void tell(String detail) {
        long now = System.nanoTime();
        if (toldAt == 0 || now - toldAt >= PAUSE.toNanos()) {
            toldAt = now;
            failed.accept(detail);
        }
    }
}
