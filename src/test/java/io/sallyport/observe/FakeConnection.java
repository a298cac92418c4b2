package io.sallyport.observe;

import io.sallyport.profile.Address;
import io.sallyport.relay.ConnectionView;
import io.sallyport.tls.TlsSession;
import org.jspecify.annotations.Nullable;

/** A connection that stands still. */
record FakeConnection(
        long id,
        String relay,
        @Nullable Address upstream,
        @Nullable TlsSession clientSession,
        @Nullable TlsSession upstreamSession,
        long bytesIn,
        long bytesOut,
        @Nullable String closedFirst)
        implements ConnectionView {

    static FakeConnection numbered(long id, String relay) {
        return new FakeConnection(id, relay, null, null, null, 0, 0, null);
    }

    FakeConnection with(TlsSession client) {
        return new FakeConnection(id, relay, upstream, client, upstreamSession, bytesIn, bytesOut, closedFirst);
    }

    @Override
    public @Nullable String route() {
        return null;
    }

    @Override
    public @Nullable String profile() {
        return relay.equals("plain") ? null : "edge";
    }

    @Override
    public @Nullable String proxyAddress() {
        return null;
    }

    @Override
    public String clientAddress() {
        return "192.0.2.7:40000";
    }

    @Override
    public String state() {
        return "relaying";
    }

    @Override
    public long openedAt() {
        return System.currentTimeMillis();
    }

    @Override
    public void close() {}

    @Override
    public void finish() {}
}
