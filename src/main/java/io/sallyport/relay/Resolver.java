package io.sallyport.relay;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.resolver.dns.DefaultDnsCache;
import io.netty.resolver.dns.DnsCache;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.sallyport.profile.Address;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * Finds the socket addresses behind names, IPv4 and IPv6, and blocks no event loop: Netty's DNS client, with the servers
 * and search domains of the system and its hosts file. An answer is kept as long as its TTL says, for all event loops.
 * One for the whole gateway. Nothing is made before the first name is asked for, so that figures cost nothing.
 */
public final class Resolver {

    /** That there is no such name is believed as long: else each connection would ask. */
    private static final int NEGATIVE_SECONDS = 1;

    /** How many event loops' questions about one name are asked once. */
    private static final int CONSOLIDATED = 64;

    private final VertxInternal vertx;
    private final UnaryOperator<DnsNameResolverBuilder> tuning;
    private final DnsCache cache = new DefaultDnsCache(0, Integer.MAX_VALUE, NEGATIVE_SECONDS);
    private final Services services = new Services(this::resolver, this::addresses);
    private final Map<EventLoop, DnsNameResolver> resolvers = new ConcurrentHashMap<>();

    private Resolver(Vertx vertx, UnaryOperator<DnsNameResolverBuilder> tuning) {
        this.vertx = (VertxInternal) vertx;
        this.tuning = tuning;
    }

    /** As the system has it. */
    public static Resolver of(Vertx vertx) {
        return new Resolver(vertx, UnaryOperator.identity());
    }

    /** With something changed. */
    static Resolver tuned(Vertx vertx, UnaryOperator<DnsNameResolverBuilder> tuning) {
        return new Resolver(vertx, tuning);
    }

    /**
     * The socket addresses of a host, in the order in which they are to be tried.
     *
     * @param loop who asks, and is told
     * @return fails with an {@code UnknownHostException} where there are none
     */
    Future<List<InetSocketAddress>> resolve(EventLoop loop, Address address) {
        byte[] figures = NetUtil.createByteArrayFromIpAddressString(address.host());
        if (figures != null) {
            return loop.newSucceededFuture(List.of(new InetSocketAddress(address.host(), address.port())));
        }
        if (address.kind() == Address.Kind.SERVICE) {
            return services.resolve(loop, address.host());
        }
        return addresses(loop, address.host(), address.port());
    }

    private Future<List<InetSocketAddress>> addresses(EventLoop loop, String host, int port) {
        Promise<List<InetSocketAddress>> found = loop.newPromise();
        resolver(loop).resolveAll(host).addListener((Future<List<InetAddress>> answer) -> {
            if (answer.isSuccess()) {
                found.setSuccess(answer.getNow().stream()
                        .map(one -> new InetSocketAddress(one, port))
                        .toList());
            } else {
                found.setFailure(answer.cause());
            }
        });
        return found;
    }

    private DnsNameResolver resolver(EventLoop loop) {
        return resolvers.computeIfAbsent(
                loop,
                one -> tuning.apply(new DnsNameResolverBuilder(one)
                                .datagramChannelFactory(() -> vertx.transport().datagramChannel())
                                .socketChannelFactory(() -> (SocketChannel)
                                        vertx.transport().channelFactory(false).newChannel())
                                .resolveCache(cache)
                                .consolidateCacheSize(CONSOLIDATED))
                        .build());
    }
}
