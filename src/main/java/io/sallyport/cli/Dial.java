package io.sallyport.cli;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.NetUtil;
import io.sallyport.profile.Address;
import io.sallyport.profile.StartTls;
import io.sallyport.tls.Target;
import io.sallyport.tls.TlsContext;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsSession;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Connects to a peer, with the gateway's own TLS and without a gateway. Every step has a deadline, and says why it failed. */
final class Dial implements AutoCloseable {

    /** The {@linkplain Step step} that TLS takes. */
    static final String HANDSHAKE = "handshake";

    /**
     * How TLS is spoken.
     *
     * @param target the SNI to send, and the name that the certificate must have
     * @param startTls the protocol in which TLS is asked for; null where TLS comes first
     */
    record Tls(TlsContext context, Target target, @Nullable StartTls startTls) {

        /** Whether sessions may come behind the handshake: as they do in TLS 1.3 (RFC 8446, section 4.6.1). */
        boolean awaitsSessions(@Nullable TlsSession agreed) {
            return agreed != null
                    && agreed.version().equals("TLSv1.3")
                    && context.profile().session().enabled();
        }
    }

    /** How long a step took. */
    record Step(String name, Duration took) {}

    /**
     * An open connection.
     *
     * @param address of the socket
     * @param session what the handshake agreed on, or null on a plain one
     */
    record Open(
            SocketAddress address,
            List<Step> steps,
            @Nullable TlsSession session,
            Conversation conversation) {}

    private final EventLoopGroup loop = new NioEventLoopGroup(1);
    private final Duration timeout;

    /**
     * @param timeout of each step
     */
    Dial(Duration timeout) {
        this.timeout = timeout;
    }

    /** Tries the host's addresses one after the other. */
    Open open(Address to, @Nullable Tls tls) throws CommandFailure, InterruptedException {
        List<Step> steps = new ArrayList<>();
        long began = System.nanoTime();
        List<SocketAddress> found = resolve(to);
        steps.add(new Step("resolve", since(began)));
        began = System.nanoTime();
        Conversation conversation = new Conversation();
        Channel channel = null;
        CommandFailure last = null;
        SocketAddress address = found.get(0);
        for (SocketAddress one : found) {
            address = one;
            try {
                channel = connect(one, conversation, tls);
                break;
            } catch (CommandFailure e) {
                last = e;
                conversation = new Conversation();
            }
        }
        if (channel == null) {
            throw last == null ? new CommandFailure("there is no address to connect to", null) : last;
        }
        steps.add(new Step("connect", since(began)));
        if (tls == null) {
            return new Open(address, steps, null, conversation);
        }
        began = System.nanoTime();
        TlsSession session = handshake(to, tls, conversation);
        steps.add(new Step(HANDSHAKE, since(began)));
        return new Open(address, steps, session, conversation);
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private static List<SocketAddress> resolve(Address to) throws CommandFailure {
        if (to.isUnix()) {
            return List.of(UnixDomainSocketAddress.of(to.path()));
        }
        try {
            return Arrays.stream(InetAddress.getAllByName(to.host()))
                    .<SocketAddress>map(one -> new InetSocketAddress(one, to.port()))
                    .toList();
        } catch (UnknownHostException e) {
            throw new CommandFailure("no address is known for " + to.host(), "check the name, or give an IP address");
        }
    }

    private Channel connect(SocketAddress address, Conversation conversation, @Nullable Tls tls)
            throws CommandFailure, InterruptedException {
        boolean isUnix = address instanceof UnixDomainSocketAddress;
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(() -> isUnix ? new NioDomainSocketChannel() : new NioSocketChannel())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .option(ChannelOption.AUTO_CLOSE, false)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (isUnix) {
                            channel.pipeline().addLast(new UnixStreamEnd());
                        }
                        conversation.attach(channel, tls);
                    }
                });
        if (!isUnix) {
            bootstrap.option(ChannelOption.ALLOW_HALF_CLOSURE, true).option(ChannelOption.TCP_NODELAY, true);
        }
        ChannelFuture connecting = bootstrap.connect(address).await();
        if (connecting.isSuccess()) {
            return connecting.channel();
        }
        Throwable cause = connecting.cause();
        String why = cause instanceof io.netty.channel.ConnectTimeoutException
                ? "nothing answered within " + timeout.toSeconds() + " s"
                : cause instanceof java.net.ConnectException
                        ? "the connection was refused: nothing listens there"
                        : String.valueOf(cause.getMessage());
        throw new CommandFailure(
                "can't connect to " + text(address) + ": " + why,
                isUnix
                        ? "check the path, and that this user may write to it"
                        : "check the port, and that a firewall lets it through");
    }

    static String text(SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet)) {
            return "unix:" + address;
        }
        String host = NetUtil.toAddressString(internet.getAddress()); // By RFC 5952: ::1.
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + internet.getPort();
    }

    private TlsSession handshake(Address to, Tls tls, Conversation conversation)
            throws CommandFailure, InterruptedException {
        CompletableFuture<TlsSession> session = conversation.session();
        try {
            return session.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new CommandFailure(
                    to + " takes connections, but didn't answer the TLS handshake within " + timeout.toSeconds() + " s",
                    "it may wait for another protocol, or be stuck");
        } catch (ExecutionException e) {
            TlsFailure failure = conversation.failure();
            throw tls.startTls() == null
                    ? inPlaceOfTls(to, conversation.firstBytes(), failure)
                    : failed(
                            to,
                            failure.phase() == TlsFailure.Phase.STARTTLS ? "STARTTLS" : "the TLS handshake",
                            failure);
        }
    }

    /** What the peer said in place of TLS tells more than that it wasn't TLS. */
    private static CommandFailure inPlaceOfTls(Address to, String first, TlsFailure failure) {
        if (first.startsWith("HTTP/")) {
            return new CommandFailure(to + " speaks plain HTTP, not TLS", "connect with --plain, or to its HTTPS port");
        }
        if (first.startsWith("SSH-")
                || first.startsWith("220")
                || first.startsWith("* OK")
                || first.startsWith("+OK")) {
            return new CommandFailure(
                    to + " speaks first, and not TLS: '"
                            + first.lines().findFirst().orElse("") + "'",
                    "connect with --plain, to its TLS port, or with --starttls and its protocol");
        }
        return failed(to, "the TLS handshake", failure);
    }

    private static CommandFailure failed(Address to, String what, TlsFailure failure) {
        return new CommandFailure(
                what + " with " + to + " failed: " + failure.refusal().code() + ": " + failure.detail(),
                DialHint.of(failure));
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 100, TimeUnit.MILLISECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
}
