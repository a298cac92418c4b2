package io.sallyport.relay;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.sallyport.profile.Address;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The search of one connection for its upstream: address after address, in the order that the relay's {@link Upstreams}
 * give, until one has taken the connection and proven who it is. Runs on the connection's event loop.
 */
final class UpstreamSearch implements Dialler.Listener {

    private final Connection connection;
    private final UpstreamSide side;
    private final RelayServices services;
    private Destination destination;
    private final EventLoop loop;
    private final Duration timeout;
    private Dialler.@Nullable Attempt attempt;
    private @Nullable UpstreamState at;
    private boolean connecting;

    UpstreamSearch(Connection connection, UpstreamSide side, RelayServices services, EventLoop loop) {
        this.connection = connection;
        this.side = side;
        this.services = services;
        this.destination = services.routes().own().destination();
        this.loop = loop;
        this.timeout = services.plan().relay().timeouts().connect();
    }

    void begin(Channel client, Destination to) {
        destination = to;
        connecting = true;
        attempt = services.dialler()
                .dial(
                        loop,
                        client.alloc(),
                        destination.upstreams().order(connection),
                        destination.connect().source(),
                        timeout.toNanos(),
                        this);
    }

    /** The upstream that was found has failed its handshake. */
    void failed() {
        if (attempt != null && at != null) {
            destination.upstreams().failed(at.address(), loop);
        }
    }

    /** Whether there is another one to try. */
    boolean hasMore() {
        return attempt != null && attempt.hasMore();
    }

    /** Connects to the upstream that was found once more. */
    void again() {
        if (attempt != null) {
            connecting = true;
            attempt.repeat(timeout.toNanos());
        }
    }

    /** Goes on where {@link #hasMore} said that there is one. */
    void resume() {
        if (attempt != null) {
            connecting = true;
            attempt.resume(timeout.toNanos());
        }
    }

    /** The upstream that was found is the right one. */
    void end() {
        attempt = null;
        if (at != null) {
            destination.upstreams().succeeded(at.address());
        }
    }

    /** Whether a connection is being made. */
    boolean isConnecting() {
        return connecting;
    }

    /** Gives up once the connection that is being made is made or not; false where there is none to wait for. */
    boolean finish() {
        connecting = attempt != null && attempt.finish();
        return connecting;
    }

    /** Gives up without a word to the connection. */
    void cancel() {
        connecting = false;
        if (attempt != null) {
            attempt.cancel();
            attempt = null;
        }
    }

    /** The connection is over: it no longer counts at its upstream. */
    void leave() {
        if (at != null) {
            at.leave();
            at = null;
        }
    }

    @Override
    public void trying(Address address) {
        leave();
        at = destination.upstreams().state(address);
        at.enter();
    }

    @Override
    public void attemptFailed(Address address, CloseReason why, String detail) {
        destination.upstreams().failed(address, loop);
        services.events().dialFailed(connection, address, why, detail);
    }

    @Override
    public void failed(CloseReason why) {
        attempt = null;
        connecting = false;
        connection.ends().noUpstream(why);
    }

    @Override
    public void connected(Channel channel, Address address) {
        connecting = false;
        side.connected(channel, address);
    }
}
