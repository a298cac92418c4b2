package io.sallyport.relay;

import io.sallyport.profile.Address;
import io.sallyport.tls.TlsSession;
import org.jspecify.annotations.Nullable;

/** A client, as far as a choice of its upstream may depend on it. */
record StubConnection(String clientAddress, @Nullable TlsSession clientSession) implements ConnectionView {

    @Override
    public long id() {
        return 1;
    }

    @Override
    public String relay() {
        return "orders";
    }

    @Override
    public @Nullable String route() {
        return null;
    }

    @Override
    public @Nullable String profile() {
        return null;
    }

    @Override
    public @Nullable String proxyAddress() {
        return null;
    }

    @Override
    public @Nullable Address upstream() {
        return null;
    }

    @Override
    public @Nullable TlsSession upstreamSession() {
        return null;
    }

    @Override
    public String state() {
        return "dialling";
    }

    @Override
    public long bytesIn() {
        return 0;
    }

    @Override
    public long bytesOut() {
        return 0;
    }

    @Override
    public long openedAt() {
        return 0;
    }

    @Override
    public @Nullable String closedFirst() {
        return null;
    }

    @Override
    public void close() {}

    @Override
    public void finish() {}
}
