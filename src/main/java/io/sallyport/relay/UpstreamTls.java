package io.sallyport.relay;

import io.netty.util.NetUtil;
import io.sallyport.profile.Address;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Relay;
import io.sallyport.tls.Target;
import io.sallyport.tls.TlsContext;

/** TLS with an upstream: which name it is told, and which one its certificate must have. */
final class UpstreamTls {

    private UpstreamTls() {}

    static Target target(TlsContext tls, Relay.Connect connect, Address address) {
        PeerName name = connect.peerName().orElse(tls.profile().peerName());
        String sent = name.sent(address.peerHost());
        boolean unnamed = NetUtil.isValidIpV4Address(sent)
                || NetUtil.isValidIpV6Address(sent)
                || (address.isUnix() && name.serverName() == null);
        return new Target(address, unnamed ? null : sent, name.checked(address.peerHost()));
    }
}
