package io.sallyport.relay;

import io.netty.channel.Channel;
import io.netty.channel.unix.DomainSocketChannel;
import io.sallyport.profile.ProxyProtocol;
import io.sallyport.profile.Relay;
import io.sallyport.protocol.Endpoints;
import io.sallyport.protocol.ProxyHeaderWriter;
import io.sallyport.tls.Identity;
import io.sallyport.tls.TlsSession;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/** Which PROXY headers a connection begins with, on both sides. */
final class ProxyHeaders {

    private ProxyHeaders() {}

    /** The header that is awaited of this client, or null where none is read. */
    static ProxyProtocol.@Nullable Accept expectedFrom(Channel client, Relay relay) {
        ProxyProtocol.Accept accept = relay.listen().proxyProtocol();
        return accept != null && isProxy(client, accept) ? accept : null;
    }

    /** Who may come through a unix socket is for the mode of its file to say. */
    private static boolean isProxy(Channel client, ProxyProtocol.Accept accept) {
        return client instanceof DomainSocketChannel
                || (client.remoteAddress() instanceof InetSocketAddress address
                        && accept.from().stream().anyMatch(network -> network.contains(address.getAddress())));
    }

    /**
     * The header that the upstream gets.
     *
     * @param session what was agreed with the client, or null where it is plain
     * @param certificate gives the client's, DER; asked only where it is to be sent
     */
    static byte[] toSend(
            ProxyProtocol.Send wanted,
            @Nullable Endpoints endpoints,
            @Nullable TlsSession session,
            Supplier<byte @Nullable []> certificate) {
        if (wanted.version() == ProxyProtocol.Version.V1) {
            return ProxyHeaderWriter.v1(endpoints);
        }
        if (wanted.detail() == ProxyProtocol.Detail.NONE || session == null) {
            return ProxyHeaderWriter.v2(endpoints, null);
        }
        Identity identity = session.identity();
        boolean whole = identity != null && wanted.detail() == ProxyProtocol.Detail.CERTIFICATE;
        return ProxyHeaderWriter.v2(
                endpoints,
                new ProxyHeaderWriter.Tls(
                        session.version(),
                        session.cipher(),
                        session.serverName(),
                        session.alpn(),
                        identity == null ? null : commonName(identity.subject()),
                        identity != null,
                        session.resumed(),
                        whole ? certificate.get() : null));
    }

    /** The most specific CN of an RFC 2253 name, or null. */
    static @Nullable String commonName(String subject) {
        try {
            List<Rdn> rdns = new LdapName(subject).getRdns();
            for (int i = rdns.size() - 1; i >= 0; i--) {
                Attribute cn = rdns.get(i).toAttributes().get("CN");
                if (cn != null && cn.get() instanceof String text) {
                    return text;
                }
            }
        } catch (InvalidNameException e) {
            return null; // The JDK writes names that it can't read again: a value of an unknown type may be cut.
        } catch (NamingException e) {
            throw new IllegalStateException(e);
        }
        return null;
    }
}
