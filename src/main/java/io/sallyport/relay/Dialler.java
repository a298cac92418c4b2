package io.sallyport.relay;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.Future;
import io.sallyport.profile.Address;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds an upstream: tries a relay's addresses in their order, and every socket address of a name, until one takes
 * the connection. All attempts together may take the relay's connect time; each gets an equal share of what is left,
 * so that one black hole doesn't use it up. A Netty {@code Bootstrap} on the client's event loop, with Vert.x's
 * transport: the channel carries no more than it needs.
 */
final class Dialler {

    /** What came of it; called once on the event loop, unless cancelled. */
    interface Listener {
        /** The channel is connected and reads nothing yet: what is added to its pipeline now sees every byte. */
        void connected(Channel channel, Address address);

        /** An address is tried now. */
        void trying(Address address);

        /** One address is given up; the next is tried. */
        void attemptFailed(Address address, CloseReason reason, String detail);

        /** No address is left; {@code reason} is the last one's. */
        void failed(CloseReason reason);
    }

    private final VertxInternal vertx;
    private final Resolver resolver;

    Dialler(Vertx vertx, Resolver resolver) {
        this.vertx = (VertxInternal) vertx;
        this.resolver = resolver;
    }

    /**
     * Starts to dial. Called on {@code loop}.
     *
     * @param source the address of this machine that TCP connections come from, or null for whichever fits
     */
    Attempt dial(
            EventLoop loop,
            ByteBufAllocator allocator,
            List<Address> addresses,
            @Nullable InetAddress source,
            long timeoutNanos,
            Listener listener) {
        Attempt attempt = new Attempt(loop, allocator, addresses, source, System.nanoTime() + timeoutNanos, listener);
        attempt.nextAddress();
        return attempt;
    }

    /** One search for an upstream. */
    final class Attempt {

        private final EventLoop loop;
        private final ByteBufAllocator allocator;
        private final Deque<Address> addresses;
        private final @Nullable InetAddress source;
        private final Deque<SocketAddress> resolved = new ArrayDeque<>();
        private long deadline;
        private final Listener listener;
        private Address current;
        private @Nullable SocketAddress target;
        private CloseReason last = CloseReason.CONNECT_UNRESOLVED;
        private @Nullable Channel connecting;
        private boolean cancelled;

        Attempt(
                EventLoop loop,
                ByteBufAllocator allocator,
                List<Address> addresses,
                @Nullable InetAddress source,
                long deadline,
                Listener listener) {
            this.source = source;
            this.loop = loop;
            this.allocator = allocator;
            this.addresses = new ArrayDeque<>(addresses);
            this.current = addresses.get(0);
            this.deadline = deadline;
            this.listener = listener;
        }

        /** Gives up without a word to the listener. */
        void cancel() {
            cancelled = true;
            // One that could not be made for want of descriptors was never registered.
            if (connecting != null && connecting.isRegistered()) {
                connecting.close();
            }
        }

        /**
         * Gives up as soon as the connection that is being made is made, or isn't: of that the listener still hears.
         *
         * @return false where none is being made, and the listener hears nothing any more
         */
        boolean finish() {
            if (connecting == null) {
                cancelled = true;
                return false;
            }
            addresses.clear();
            resolved.clear();
            return true;
        }

        /** Whether there are addresses left. */
        boolean hasMore() {
            return !addresses.isEmpty() || !resolved.isEmpty();
        }

        /** The one that was connected is no good after all: goes on with the next, in a new time. */
        void resume(long timeoutNanos) {
            deadline = System.nanoTime() + timeoutNanos;
            if (resolved.isEmpty()) {
                nextAddress();
            } else {
                nextSocketAddress(current);
            }
        }

        /** Tries the one that was connected once more, in a new time. */
        void repeat(long timeoutNanos) {
            if (target != null) {
                resolved.addFirst(target);
            }
            resume(timeoutNanos);
        }

        private void nextAddress() {
            Address address = addresses.poll();
            if (address == null) {
                listener.failed(last);
                return;
            }
            current = address;
            listener.trying(address);
            if (address.isUnix()) {
                resolved.add(new DomainSocketAddress(address.host()));
                nextSocketAddress(address);
                return;
            }
            resolver.resolve(loop, address).addListener((Future<List<InetSocketAddress>> found) -> {
                if (cancelled) {
                    return;
                }
                if (found.isSuccess()) {
                    resolved.addAll(found.getNow());
                    nextSocketAddress(address);
                } else {
                    giveUp(address, found.cause());
                    nextAddress();
                }
            });
        }

        private void nextSocketAddress(Address address) {
            SocketAddress next = resolved.poll();
            if (next == null) {
                nextAddress();
                return;
            }
            target = next;
            Bootstrap bootstrap = bootstrap(share(), address);
            ChannelFuture future = source == null || address.isUnix()
                    ? bootstrap.connect(next)
                    : bootstrap.connect(next, new InetSocketAddress(source, 0));
            connecting = future.channel();
            future.addListener(done -> {
                if (loop.inEventLoop()) {
                    tried(future, address);
                } else {
                    // Netty tells on another thread of a channel that could not even be made, for want of descriptors.
                    loop.execute(() -> tried(future, address));
                }
            });
        }

        private void tried(ChannelFuture future, Address address) {
            connecting = null; // It is the listener's now, or nobody's.
            if (future.isSuccess()) {
                if (cancelled) {
                    future.channel().close();
                } else {
                    listener.connected(future.channel(), address);
                }
            } else if (!cancelled) {
                giveUp(address, future.cause());
                nextSocketAddress(address);
            }
        }

        private int share() {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            return (int) Math.max(1, Math.min(Integer.MAX_VALUE, left / (addresses.size() + resolved.size() + 1)));
        }

        private Bootstrap bootstrap(int timeoutMillis, Address address) {
            Bootstrap bootstrap = new Bootstrap()
                    .group(loop)
                    .channelFactory(() -> (Channel)
                            vertx.transport().channelFactory(address.isUnix()).newChannel())
                    .resolver(NoopAddressResolverGroup.INSTANCE)
                    .option(ChannelOption.ALLOCATOR, allocator)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            // The listener adds its handlers once it is known that there is a connection.
                        }
                    });
            if (source != null && !address.isUnix() && Epoll.isAvailable()) {
                // The port is chosen when the upstream is known: one may be used towards many upstreams.
                bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
            }
            return bootstrap;
        }

        private void giveUp(Address address, Throwable cause) {
            last = reasonOf(cause);
            listener.attemptFailed(address, last, String.valueOf(cause.getMessage()));
        }
    }

    private static CloseReason reasonOf(Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return CloseReason.CONNECT_UNRESOLVED;
        }
        if (cause instanceof ConnectTimeoutException) {
            return CloseReason.CONNECT_TIMEOUT;
        }
        String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("refused") ? CloseReason.CONNECT_REFUSED : CloseReason.CONNECT_UNREACHABLE;
    }
}
