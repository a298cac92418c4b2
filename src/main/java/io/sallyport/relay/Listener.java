package io.sallyport.relay;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.sallyport.profile.Address;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A listening socket. It deals what it accepts to the event loops in turn, so that each has its part of every relay.
 *
 * <p>It is Netty's own, on Vert.x's event loops: a Vert.x {@code NetServer} closes its connections when it is closed,
 * and a listener that a reload or a drain closes must leave them alone.
 */
final class Listener {

    /** What the kernel may hold of connections that aren't accepted yet; it cuts it to {@code net.core.somaxconn}. */
    private static final int BACKLOG = 4096;

    /** How long nothing is accepted after a failure to, and how often a shortage is told of. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** How often it is asked whether there are descriptors again. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Channel channel;

    private Listener(Channel channel) {
        this.channel = channel;
    }

    /**
     * Binds an address. Nothing is accepted before {@link #open}: until then the kernel lets clients wait.
     *
     * @param descriptors without one left, clients wait in the kernel until a connection ends
     * @param accepted called for each channel, on the channel's own event loop, before it reads
     * @param failed called when nothing can be accepted for a while, at most once a second
     * @return fails with the cause where the address can't be had
     */
    static Future<Listener> bind(
            Vertx vertx,
            Address address,
            Descriptors descriptors,
            Consumer<Channel> accepted,
            Consumer<String> failed) {
        VertxInternal internal = (VertxInternal) vertx;
        Promise<Listener> bound = Promise.promise();
        EventLoop acceptor = internal.getAcceptorEventLoopGroup().next();
        internal.nettyAddressResolverGroup()
                .getResolver(acceptor)
                .resolve(InetSocketAddress.createUnresolved(address.host(), address.port()))
                .addListener((io.netty.util.concurrent.Future<InetSocketAddress> found) -> {
                    if (found.isSuccess()) {
                        Dealer dealer = new Dealer(loops(internal), descriptors, accepted, failed);
                        ChannelFuture binding =
                                bootstrap(internal, acceptor, dealer).bind(found.getNow());
                        binding.addListener(done -> settle(bound, binding));
                    } else {
                        bound.fail(found.cause());
                    }
                });
        return bound.future();
    }

    private static List<EventLoop> loops(VertxInternal vertx) {
        List<EventLoop> loops = new ArrayList<>();
        vertx.getEventLoopGroup().forEach(loop -> loops.add((EventLoop) loop));
        return loops;
    }

    private static Bootstrap bootstrap(VertxInternal vertx, EventLoop acceptor, Dealer dealer) {
        return new Bootstrap()
                .group(acceptor)
                .channelFactory(vertx.transport().serverChannelFactory(false))
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .handler(dealer);
    }

    private static void settle(Promise<Listener> bound, ChannelFuture binding) {
        if (binding.isSuccess()) {
            bound.complete(new Listener(binding.channel()));
        } else {
            bound.fail(binding.cause());
        }
    }

    /** The port, which the system chose where it was bound to 0. */
    int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** From now on it accepts. */
    void open() {
        channel.config().setAutoRead(true);
    }

    /** Nobody can connect any more. What was accepted stays. */
    Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        channel.close().addListener(done -> closed.complete());
        return closed.future();
    }

    /** Gives each accepted channel to the next event loop. */
    private static final class Dealer extends ChannelInboundHandlerAdapter {

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
}
