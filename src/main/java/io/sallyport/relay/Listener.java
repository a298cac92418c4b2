package io.sallyport.relay;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannelOption;
import io.sallyport.profile.Address;
import io.sallyport.profile.Binding;
import io.sallyport.profile.Relay;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A listening socket. It deals what it accepts to the event loops in turn, so that each has its part of every relay.
 *
 * <p>It is Netty's own, on Vert.x's event loops: a Vert.x {@code NetServer} closes its connections when it is closed,
 * and a listener that a reload or a drain closes must leave them alone.
 */
final class Listener {

    /** What the kernel may hold of connections that aren't accepted yet; it cuts it to {@code net.core.somaxconn}. */
    private static final int BACKLOG = 4096;

    /** How long nothing is accepted after a failure to. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Channel channel;
    private final Supplier<ChannelFuture> ending;

    private Listener(Channel channel, Supplier<ChannelFuture> ending) {
        this.channel = channel;
        this.ending = ending;
    }

    /**
     * Binds an address. Nothing is accepted before {@link #open}: until then the kernel lets clients wait. Not to be called
     * on an event loop, since files may be looked at.
     *
     * @param accepted called for each channel, on the channel's own event loop, before it reads
     * @param failed called when nothing can be accepted for a while, at most once a second
     * @return fails with the cause where the address can't be had
     */
    static Future<Listener> bind(
            Vertx vertx, Relay.Listen listen, Consumer<Channel> accepted, Consumer<Throwable> failed) {
        VertxInternal internal = (VertxInternal) vertx;
        EventLoop acceptor = internal.getAcceptorEventLoopGroup().next();
        Dealer dealer = new Dealer(loops(internal), accepted, failed);
        return switch (listen.address().kind()) {
            case TCP -> bindTcp(internal, acceptor, dealer, listen);
            case UNIX -> bindUnix(internal, acceptor, dealer, listen);
            case SYSTEMD -> take(acceptor, dealer, HandedSockets.OF_PROCESS, listen.address());
        };
    }

    private static Future<Listener> bindTcp(
            VertxInternal vertx, EventLoop acceptor, Dealer dealer, Relay.Listen listen) {
        Promise<Listener> bound = Promise.promise();
        Address address = listen.address();
        vertx.nettyAddressResolverGroup()
                .getResolver(acceptor)
                .resolve(InetSocketAddress.createUnresolved(address.host(), address.port()))
                .addListener((io.netty.util.concurrent.Future<InetSocketAddress> found) -> {
                    if (found.isSuccess()) {
                        Bootstrap bootstrap =
                                bootstrap(vertx, acceptor, dealer, address).option(ChannelOption.SO_REUSEADDR, true);
                        if (listen.binding().port() == Binding.Sharing.SHARED) {
                            bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
                        }
                        ChannelFuture binding = bootstrap.bind(found.getNow());
                        binding.addListener(done -> settle(bound, binding));
                    } else {
                        bound.fail(found.cause());
                    }
                });
        return bound.future();
    }

    private static Future<Listener> bindUnix(
            VertxInternal vertx, EventLoop acceptor, Dealer dealer, Relay.Listen listen) {
        Promise<Listener> bound = Promise.promise();
        try {
            UnixSocketFile file = UnixSocketFile.at(listen.address().path(), listen.binding());
            ChannelFuture binding = bootstrap(vertx, acceptor, dealer, listen.address())
                    .bind(new DomainSocketAddress(file.draft().toString()));
            binding.addListener(done -> {
                if (binding.isSuccess()) {
                    settle(bound, binding.channel(), file);
                } else {
                    bound.fail(binding.cause());
                }
            });
        } catch (IOException | IllegalArgumentException e) {
            bound.fail(e);
        }
        return bound.future();
    }

    private static void settle(Promise<Listener> bound, Channel channel, UnixSocketFile file) {
        try {
            file.publish();
            bound.complete(new Listener(channel, () -> channel.close().addListener(done -> file.remove())));
        } catch (IOException e) {
            channel.close();
            bound.fail(e);
        }
    }

    /** It stays open, for the next who takes it; who knocks meanwhile waits in the kernel. */
    private static ChannelFuture giveBack(Channel channel, Dealer dealer) {
        channel.config().setAutoRead(false);
        channel.pipeline().remove(dealer);
        return channel.deregister();
    }

    /** For tests, whose sockets no service manager has handed over. */
    static Future<Listener> take(
            EventLoop loop,
            HandedSockets sockets,
            Address address,
            Consumer<Channel> accepted,
            Consumer<Throwable> failed) {
        return take(loop, new Dealer(List.of(loop), accepted, failed), sockets, address);
    }

    private static Future<Listener> take(EventLoop acceptor, Dealer dealer, HandedSockets sockets, Address address) {
        Promise<Listener> taken = Promise.promise();
        try {
            ServerChannel channel = sockets.channel(address.host());
            channel.pipeline().addLast(dealer);
            acceptor.register(channel).addListener(done -> {
                if (done.isSuccess()) {
                    taken.complete(new Listener(channel, () -> giveBack(channel, dealer)));
                } else {
                    taken.fail(done.cause());
                }
            });
        } catch (IOException e) {
            taken.fail(e);
        }
        return taken.future();
    }

    private static List<EventLoop> loops(VertxInternal vertx) {
        List<EventLoop> loops = new ArrayList<>();
        vertx.getEventLoopGroup().forEach(loop -> loops.add((EventLoop) loop));
        return loops;
    }

    private static Bootstrap bootstrap(VertxInternal vertx, EventLoop acceptor, Dealer dealer, Address address) {
        return new Bootstrap()
                .group(acceptor)
                .channelFactory(vertx.transport().serverChannelFactory(!address.isTcp()))
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .handler(dealer);
    }

    private static void settle(Promise<Listener> bound, ChannelFuture binding) {
        if (binding.isSuccess()) {
            bound.complete(new Listener(binding.channel(), binding.channel()::close));
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
        ending.get().addListener(done -> closed.complete());
        return closed.future();
    }

    /** Gives each accepted channel to the next event loop. */
    private static final class Dealer extends ChannelInboundHandlerAdapter {

        private final List<EventLoop> loops;
        private final Consumer<Channel> accepted;
        private final Consumer<Throwable> failed;
        private int next;

        Dealer(List<EventLoop> loops, Consumer<Channel> accepted, Consumer<Throwable> failed) {
            this.loops = loops;
            this.accepted = accepted;
            this.failed = failed;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            Channel channel = (Channel) message;
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
        }

        /**
         * Mostly the process has no descriptor left. It would fail again at once, and go on so: it waits until some
         * connections may have ended. Those that knock meanwhile wait in the kernel.
         */
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ChannelConfig config = ctx.channel().config();
            if (config.isAutoRead()) {
                config.setAutoRead(false);
                ctx.executor().schedule(() -> config.setAutoRead(true), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                failed.accept(cause);
            }
        }
    }
}
