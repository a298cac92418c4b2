package io.sallyport.relay;

import io.sallyport.profile.Address;
import io.sallyport.profile.Relay;
import io.sallyport.profile.StartTls;
import io.sallyport.protocol.starttls.Dialogue;
import io.sallyport.protocol.starttls.Dialogues;
import io.sallyport.protocol.starttls.MySqlLogin;
import io.sallyport.tls.Target;
import io.sallyport.tls.TlsContext;
import org.jspecify.annotations.Nullable;

/** What a connection has to say to its upstream beside TLS, where one of its sides begins with STARTTLS. */
final class StartTlsParts {

    private StartTlsParts() {}

    /** The login of a client that must hear its upstream's own greeting; null in every other protocol. */
    static @Nullable MySqlLogin login(Relay.Listen listen, Relay.Connect connect) {
        return listen.startTls() == StartTls.MYSQL || connect.startTls() == StartTls.MYSQL
                ? new MySqlLogin(listen.startTls(), connect.startTls())
                : null;
    }

    /** Whether a client needs an upstream before it can ask for TLS. */
    static boolean isUpstreamFirst(Relay.Listen listen) {
        return listen.startTls() == StartTls.MYSQL;
    }

    /** What is said before TLS; null where TLS comes first. */
    static @Nullable Dialogue before(Destination destination, Address address) {
        StartTls protocol = destination.connect().startTls();
        TlsContext tls = destination.tls();
        if (protocol == null || tls == null) {
            return null;
        }
        Target target = UpstreamTls.target(tls, destination.connect(), address);
        String name = target.serverName();
        return Dialogues.client(protocol, name == null ? address.peerHost() : name);
    }

    /** What is said behind TLS, before the client hears of the upstream; null for nothing. */
    static @Nullable Dialogue behind(Relay.Listen listen, Relay.Connect connect) {
        StartTls protocol = listen.startTls();
        return protocol == null || connect.startTls() != null ? null : Dialogues.greeting(protocol);
    }

    /** What the client awaits of an upstream that has said it to us; empty for nothing. */
    static byte[] owed(Relay.Listen listen, Relay.Connect connect) {
        StartTls protocol = connect.startTls();
        return protocol == null || listen.startTls() != null ? new byte[0] : Dialogues.owedGreeting(protocol);
    }
}
