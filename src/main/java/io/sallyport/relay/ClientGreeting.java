package io.sallyport.relay;

import io.netty.channel.Channel;
import io.sallyport.fault.Refusal;
import io.sallyport.profile.ProxyProtocol;
import io.sallyport.profile.Relay;
import io.sallyport.protocol.Endpoints;
import io.sallyport.protocol.ProxyHeaderHandler;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsFailure;
import org.jspecify.annotations.Nullable;

/** What comes before TLS on the client's side: the PROXY header, where one is awaited. */
final class ClientGreeting implements ProxyHeaderHandler.Listener {

    private final Connection connection;
    private final Leg client;
    private final Deadline deadline;

    ClientGreeting(Connection connection, Leg client, Deadline deadline) {
        this.connection = connection;
        this.client = client;
        this.deadline = deadline;
    }

    /** {@link Connection#greeted} follows, at once where nothing is awaited, or {@link Connection#refused}. */
    void begin(Channel channel, Relay relay) {
        ProxyProtocol.Accept header = ProxyHeaders.expectedFrom(channel.remoteAddress(), relay);
        if (header == null) {
            connection.greeted(null);
        } else {
            deadline.set(header.deadline());
            client.greet(new ProxyHeaderHandler(header.versions(), this));
        }
    }

    @Override
    public void proxied(@Nullable Endpoints endpoints) {
        connection.greeted(endpoints);
    }

    @Override
    public void unproxied(String detail) {
        connection.refused(client, new TlsFailure(Side.SERVER, Refusal.NO_PROXY_HEADER, detail));
    }
}
