package io.sallyport.relay;

import io.netty.util.NetUtil;
import io.sallyport.profile.Address;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Relay;
import io.sallyport.tls.TlsContext;
import io.sallyport.tls.TlsHandler;
import java.util.concurrent.Executor;

/** TLS with an upstream: which name it is told, and which one its certificate must have. */
final class UpstreamTls {

    private UpstreamTls() {}

    static TlsHandler handler(
            TlsContext tls, Relay relay, Address address, Executor workers, TlsHandler.Listener listener) {
        PeerName name = relay.connect().peerName().orElse(tls.profile().peerName());
        String sent = name.sent(address.host());
        boolean literal = NetUtil.isValidIpV4Address(sent) || NetUtil.isValidIpV6Address(sent);
        return TlsHandler.client(tls, literal ? null : sent, name.checked(address.host()), workers, listener);
    }
}
