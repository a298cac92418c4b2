package io.sallyport.relay;

import io.netty.channel.Channel;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.util.NetUtil;
import io.sallyport.profile.Address;
import io.sallyport.profile.Relay;
import io.sallyport.protocol.Endpoints;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsSession;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The facts of a connection that others may see. They are written by its event loop alone and read by any thread. */
abstract class ObservedConnection implements ConnectionView {

    private static final AtomicLong IDS = new AtomicLong();

    private final long id = IDS.incrementAndGet();
    private final long openedAt = System.currentTimeMillis();
    private final Relay relay;
    private final Channel channel;

    private volatile ConnectionState state = ConnectionState.Greeting.INSTANCE;
    private volatile @Nullable Endpoints proxied;
    private volatile @Nullable Way way;
    private volatile @Nullable TlsSession clientSession;
    private volatile @Nullable TlsSession upstreamSession;
    private volatile @Nullable Address upstreamAddress;
    private volatile @Nullable String closedFirst;
    private volatile long bytesIn;
    private volatile long bytesOut;

    /** @param channel of the client */
    ObservedConnection(Relay relay, Channel channel) {
        this.relay = relay;
        this.channel = channel;
    }

    final void enter(ConnectionState next) {
        state = next;
    }

    final ConnectionState step() {
        return state;
    }

    final void agreed(Side side, TlsSession session) {
        if (side == Side.SERVER) {
            clientSession = session;
        } else {
            upstreamSession = session;
        }
    }

    final void dialled(Address address) {
        upstreamAddress = address;
    }

    /** The first call counts. */
    final void closing(String who) {
        if (closedFirst == null) {
            closedFirst = who;
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Written by the event loop alone.
    final void moved(boolean fromClient, long bytes) {
        if (fromClient) {
            bytesIn += bytes;
        } else {
            bytesOut += bytes;
        }
    }

    @Override
    public final long id() {
        return id;
    }

    @Override
    public final String relay() {
        return relay.name();
    }

    @Override
    public final @Nullable String profile() {
        Way taken = way;
        if (taken == null) {
            return relay.listen().profile();
        }
        return taken.listen() == null ? null : taken.listen().profile().name();
    }

    @Override
    public final @Nullable String route() {
        Way taken = way;
        return taken == null ? null : taken.route();
    }

    /** It is decided what the client meets and, after the handshake, where its connection goes. */
    final void took(Way taken) {
        way = taken;
    }

    /** A proxy has said whose connection it is. */
    final void proxied(Endpoints endpoints) {
        proxied = endpoints;
    }

    /** Both ends of the client's connection, as far as they are known. */
    final @Nullable Endpoints endpoints() {
        Endpoints told = proxied;
        return told != null ? told : Endpoints.of(channel.remoteAddress(), channel.localAddress());
    }

    @Override
    public final String clientAddress() {
        Endpoints told = proxied;
        return told != null ? NetUtil.toSocketAddressString(told.client()) : socketAddress();
    }

    @Override
    public final @Nullable String proxyAddress() {
        return proxied == null ? null : socketAddress();
    }

    private String socketAddress() {
        if (channel.remoteAddress() instanceof InetSocketAddress address) {
            return NetUtil.toSocketAddressString(address);
        }
        return channel instanceof DomainSocketChannel ? "unix:" : "unknown";
    }

    @Override
    public final @Nullable Address upstream() {
        return upstreamAddress;
    }

    @Override
    public final @Nullable TlsSession clientSession() {
        return clientSession;
    }

    @Override
    public final @Nullable TlsSession upstreamSession() {
        return upstreamSession;
    }

    @Override
    public final String state() {
        return state.label();
    }

    @Override
    public final long bytesIn() {
        return bytesIn;
    }

    @Override
    public final long bytesOut() {
        return bytesOut;
    }

    @Override
    public final long openedAt() {
        return openedAt;
    }

    @Override
    public final @Nullable String closedFirst() {
        return closedFirst;
    }
}
