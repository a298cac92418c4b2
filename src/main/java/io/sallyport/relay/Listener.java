package io.sallyport.relay;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket. It deals what it accepts to the event loops in turn, so that each has its part of every relay.
 *
 * <p>It is Netty's own, on Vert.x's event loops: a Vert.x {@code NetServer} closes its connections when it is closed,
 * and a listener that a reload or a drain closes must leave them alone.
 */
final class Listener {

    /** What the kernel may hold of connections that aren't accepted yet; it cuts it to {@code net.core.somaxconn}. */
    private static final int BACKLOG = 4096;

    private final Channel channel;
    private final @Nullable UnixSocketFile file;

    /** @param file of a unix socket that was made here; null for every other socket */
    private Listener(Channel channel, @Nullable UnixSocketFile file) {
        this.channel = channel;
        this.file = file;
    }

    /**
     * Binds an address, or takes the socket that was handed to this process. Nothing is accepted before {@link #open}: until
     * then the kernel lets clients wait. Not to be called on an event loop, since files may be looked at.
     *
     * @param descriptors without one left, clients wait in the kernel until a connection ends
     * @param accepted called for each channel, on the channel's own event loop, before it reads
     * @param failed called when nothing can be accepted for a while, at most once a second
     * @return fails with the cause where the address can't be had
     */
    static Future<Listener> bind(
            Vertx vertx,
            Relay.Listen listen,
            Descriptors descriptors,
            Consumer<Channel> accepted,
            Consumer<String> failed) {
        VertxInternal internal = (VertxInternal) vertx;
        EventLoop acceptor = internal.getAcceptorEventLoopGroup().next();
        Dealer dealer = new Dealer(loops(internal), descriptors, accepted, failed);
        Address address = listen.address();
        try {
            return switch (address.kind()) {
                case TCP -> bindTcp(internal, bootstrap(internal, acceptor, dealer, address), listen);
                case UNIX -> bindUnix(bootstrap(internal, acceptor, dealer, address), listen);
                case SYSTEMD -> take(acceptor, dealer, HandedSockets.OF_PROCESS.channel(address.host()));
                case SERVICE -> throw new IOException("nobody can listen on a service");
            };
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    private static Future<Listener> bindTcp(VertxInternal vertx, Bootstrap bootstrap, Relay.Listen listen) {
        bootstrap.option(ChannelOption.SO_REUSEADDR, true);
        if (listen.binding().port() == Binding.Sharing.SHARED) {
            bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
        }
        Promise<Listener> bound = Promise.promise();
        Address address = listen.address();
        vertx.nettyAddressResolverGroup()
                .getResolver(bootstrap.config().group().next())
                .resolve(InetSocketAddress.createUnresolved(address.host(), address.port()))
                .addListener((io.netty.util.concurrent.Future<InetSocketAddress> found) -> {
                    if (found.isSuccess()) {
                        settle(bound, bootstrap.bind(found.getNow()));
                    } else {
                        bound.fail(found.cause());
                    }
                });
        return bound.future();
    }

    private static void settle(Promise<Listener> bound, ChannelFuture binding) {
        binding.addListener(done -> {
            if (binding.isSuccess()) {
                bound.complete(new Listener(binding.channel(), null));
            } else {
                bound.fail(binding.cause());
            }
        });
    }

    private static Future<Listener> bindUnix(Bootstrap bootstrap, Relay.Listen listen) throws IOException {
        NativeTransport.demand("a unix socket");
        UnixSocketFile file = UnixSocketFile.claim(listen.address().path(), listen.binding());
        Promise<Listener> bound = Promise.promise();
        ChannelFuture binding =
                bootstrap.bind(new DomainSocketAddress(file.draft().toString()));
        binding.addListener(done -> {
            if (binding.isSuccess()) {
                publish(bound, binding.channel(), file);
            } else {
                bound.fail(binding.cause());
            }
        });
        return bound.future();
    }

    /** A look at one directory, at a start or a reload: the acceptor's loop can wait for it. */
    private static void publish(Promise<Listener> bound, Channel channel, UnixSocketFile file) {
        try {
            file.publish();
            bound.complete(new Listener(channel, file));
        } catch (IOException e) {
            channel.close();
            bound.fail(e);
        }
    }

    private static Future<Listener> take(EventLoop acceptor, Dealer dealer, ServerChannel handed) {
        Promise<Listener> taken = Promise.promise();
        handed.config().setAutoRead(false);
        handed.pipeline().addLast(dealer);
        acceptor.register(handed).addListener(done -> {
            if (done.isSuccess()) {
                taken.complete(new Listener(handed, null));
            } else {
                taken.fail(done.cause());
            }
        });
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
                .channelFactory(() -> (Channel)
                        vertx.transport().serverChannelFactory(address.isUnix()).newChannel())
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .handler(dealer);
    }

    /** The TCP port, which the system chose where it was bound to 0. */
    int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** From now on it accepts. */
    void open() {
        channel.config().setAutoRead(true);
    }

    /**
     * Gives the file of a unix socket another owner and mode. Does nothing for every other socket. Not for event loops.
     *
     * @throws IOException where it can't have them; then it has those that it had
     */
    void restyle(Binding binding) throws IOException {
        if (file != null) {
            file.restyle(binding);
        }
    }

    /**
     * Nobody can connect any more. What was accepted stays. A socket that was handed to this process goes on to take
     * connections into its queue: for the next who takes it.
     */
    Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        if (file != null) {
            // First: while the socket is open, no other file can have its inode.
            file.remove();
        }
        channel.close().addListener(done -> closed.complete());
        return closed.future();
    }
}
