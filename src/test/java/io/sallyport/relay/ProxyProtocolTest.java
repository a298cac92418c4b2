package io.sallyport.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.sallyport.TestPki;
import io.sallyport.fault.Refusal;
import io.sallyport.peer.Peer;
import io.sallyport.peer.PlainPeer;
import io.sallyport.peer.PrefixedSocket;
import io.sallyport.peer.TestTls;
import io.sallyport.peer.TlsPeer;
import io.sallyport.profile.Address;
import io.sallyport.profile.Network;
import io.sallyport.profile.PeerName;
import io.sallyport.profile.Profile;
import io.sallyport.profile.ProxyProtocol;
import io.sallyport.profile.ProxyProtocol.Detail;
import io.sallyport.profile.ProxyProtocol.Version;
import io.sallyport.profile.Relay;
import io.sallyport.profile.VerifyMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY headers from trusted proxies, and to upstreams. */
class ProxyProtocolTest {

    private static final String CLIENT = "192.0.2.7:40000";
    private static final byte[] V1 =
            "PROXY TCP4 192.0.2.7 198.51.100.1 40000 443\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PING = "ping".getBytes(StandardCharsets.US_ASCII);

    @AutoClose
    private final RelayRig rig = new RelayRig();

    private final Upstream upstream = rig.closing(Upstream.plain(null));

    private static ProxyProtocol.Accept from(String network, Duration deadline) {
        return new ProxyProtocol.Accept(Set.of(Version.values()), List.of(Network.parse(network)), deadline);
    }

    private static ProxyProtocol.Accept fromLoopback() {
        return from("127.0.0.0/8", Duration.ofSeconds(10));
    }

    private int start(
            String host,
            @Nullable Profile listen,
            ProxyProtocol.@Nullable Accept accept,
            ProxyProtocol.@Nullable Send send)
            throws Exception {
        Relay relay = new Relay(
                "orders",
                new Relay.Listen(new Address(host, 0), listen == null ? null : listen.name(), false)
                        .withProxyProtocol(accept),
                new Relay.Connect(List.of(new Address("127.0.0.1", upstream.port())), null, PeerName.OF_ADDRESS)
                        .withProxyProtocol(send),
                RelayRig.TIMEOUTS);
        return rig.start(relay, listen, null);
    }

    private void assertRelays(Peer client) throws Exception {
        client.write(PING);
        try (Peer behind = upstream.take()) {
            assertThat(behind.readExactly(PING.length)).isEqualTo(PING);
            client.end();
            behind.readAll();
            behind.end();
            client.readAll();
        }
        assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.DONE);
    }

    private void assertClientIs(String address, @Nullable String proxy) {
        ConnectionView connection = rig.events.closed.get(0).connection();
        assertThat(connection.clientAddress()).startsWith(address);
        assertThat(connection.proxyAddress() == null).isEqualTo(proxy == null);
        if (proxy != null) {
            assertThat(connection.proxyAddress()).startsWith(proxy);
        }
    }

    /** Behaviour E1. */
    @Test
    void aHeaderThatComesByteByByteGivesTheClient() throws Exception {
        int port = start("127.0.0.1", null, fromLoopback(), null);
        try (Peer proxy = PlainPeer.connect(port)) {
            for (byte b : V1) {
                proxy.write(new byte[] {b});
            }
            assertRelays(proxy);
        }
        assertClientIs(CLIENT, "127.0.0.1:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theClientHelloMayComeInTheSameSegment(String version) throws Exception {
        int port = start("127.0.0.1", RelayRig.edge(), fromLoopback(), null);
        try (Peer client = TlsPeer.connect(
                new PrefixedSocket(port, V1), TestTls.context(TestPki.CLIENT_TRUSTED), version, "server.test")) {
            assertRelays(client);
        }
        assertClientIs(CLIENT, "127.0.0.1:");
    }

    /** Behaviour E2. */
    @Test
    void anIpv4NetworkHasItsClientsOnADualStackListener() throws Exception {
        int port = start("::", null, fromLoopback(), null);
        try (Peer proxy = PlainPeer.connect(port)) {
            proxy.write(V1);
            assertRelays(proxy);
        }
        assertClientIs(CLIENT, "");
    }

    @Test
    void nobodyElsesHeaderIsRead() throws Exception {
        int port = start("127.0.0.1", RelayRig.edge(), from("10.0.0.0/8", Duration.ofSeconds(10)), null);
        try (Peer client = TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", "server.test")) {
            assertRelays(client);
        }
        assertClientIs("127.0.0.1:", null);

        try (Peer forger = PlainPeer.connect(port)) {
            forger.write(V1);
            assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.NOT_TLS);
        }
    }

    @Test
    void aProxyMustSendAHeader() throws Exception {
        int port = start("127.0.0.1", RelayRig.edge(), fromLoopback(), null);
        assertThatThrownBy(
                        () -> TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_TRUSTED), "TLSv1.3", "server.test"))
                .isInstanceOf(java.io.IOException.class);

        assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.NO_PROXY_HEADER);
        assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.CLIENT_REFUSED);
    }

    @Test
    void aProxyThatStallsInItsHeaderIsCut() throws Exception {
        int port = start("127.0.0.1", null, from("127.0.0.1", Duration.ofMillis(200)), null);
        try (Peer proxy = PlainPeer.connect(port)) {
            proxy.write(V1, 20);
            assertThat(proxy.readAll().bytes()).isZero();
        }
        assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.PROXY_HEADER_TIMEOUT);
        assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.CLIENT_HANDSHAKE_TIMEOUT);
        assertThat(upstream.untouched()).isTrue();
    }

    @Test
    void aProxyThatOnlyKnocksIsNoRefusal() throws Exception {
        int port = start("127.0.0.1", null, fromLoopback(), null);
        PlainPeer.connect(port).close();

        assertThat(rig.events.awaitClosed(1)).isEqualTo(CloseReason.CLIENT_GONE);
        assertThat(rig.events.refusals).isEmpty();
    }

    @Test
    void aProxyThatEndsWithinItsHeaderIsRefused() throws Exception {
        int port = start("127.0.0.1", null, fromLoopback(), null);
        try (Peer proxy = PlainPeer.connect(port)) {
            proxy.write(V1, 20);
            proxy.end();
            assertThat(rig.events.awaitRefusal(1).detail()).isEqualTo("the connection ended within the PROXY header");
        }
    }

    // To the upstream.

    private static HAProxyMessage readHeader(Peer behind) throws Exception {
        EmbeddedChannel decoder = new EmbeddedChannel(new HAProxyMessageDecoder());
        HAProxyMessage header = null;
        while (header == null) {
            decoder.writeInbound(Unpooled.copiedBuffer(behind.readExactly(1)));
            header = decoder.readInbound();
        }
        return header;
    }

    @ParameterizedTest
    @ValueSource(strings = {"V1", "V2"})
    void theUpstreamLearnsTheClientBeforeItsFirstByte(Version version) throws Exception {
        int port = start("127.0.0.1", null, fromLoopback(), new ProxyProtocol.Send(version, Detail.NONE));
        try (Peer client = PlainPeer.connect(port)) {
            client.write(V1);
            try (Peer behind = upstream.take()) {
                HAProxyMessage header = readHeader(behind);
                assertThat(header.command()).isEqualTo(HAProxyCommand.PROXY);
                assertThat(header.sourceAddress() + ":" + header.sourcePort()).isEqualTo(CLIENT);
                assertThat(header.destinationAddress() + ":" + header.destinationPort())
                        .isEqualTo("198.51.100.1:443");
                header.release();
                client.write(PING);
                assertThat(behind.readExactly(PING.length)).isEqualTo(PING);
            }
        }
    }

    @Test
    void anUpstreamWithTlsGetsTheHeaderInFrontOfIt() throws Exception {
        Relay relay = new Relay(
                "orders",
                new Relay.Listen(new Address("127.0.0.1", 0), null, false),
                new Relay.Connect(
                                List.of(new Address("127.0.0.1", upstream.port())),
                                "broker",
                                new PeerName("server.test", null))
                        .withProxyProtocol(new ProxyProtocol.Send(Version.V1, Detail.NONE)),
                RelayRig.TIMEOUTS);
        int port = rig.start(relay, null, RelayRig.broker());
        try (Peer client = PlainPeer.connect(port);
                PlainPeer behind = (PlainPeer) upstream.take()) {
            readHeader(behind).release();
            client.write(PING);
            try (Peer tls = TlsPeer.accept(behind.socket(), TestTls.context(TestPki.SERVER_TRUSTED), "TLSv1.3", true)) {
                assertThat(tls.readExactly(PING.length)).isEqualTo(PING);
            }
        }
    }

    private static Profile optional() {
        return RelayRig.profile("edge", TestPki.SERVER_TRUSTED, VerifyMode.OPTIONAL, Profile.DEFAULT_DEPTH);
    }

    /** What the SSL TLV says: bits 1 TLS, 2 certificate on this connection, 4 on this session. */
    private static HAProxySSLTLV ssl(HAProxyMessage header) {
        return (HAProxySSLTLV) tlv(header.tlvs(), HAProxyTLV.Type.PP2_TYPE_SSL);
    }

    private static HAProxyTLV tlv(List<HAProxyTLV> tlvs, HAProxyTLV.Type type) {
        return tlvs.stream().filter(tlv -> tlv.type() == type).findFirst().orElseThrow();
    }

    private static String text(HAProxyTLV tlv) {
        return tlv.content().toString(StandardCharsets.UTF_8);
    }

    private static SSLSocket resuming(SSLContext tls, int port, String version) throws Exception {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", port);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {version});
        parameters.setServerNames(List.of(new SNIHostName("server.test")));
        socket.setSSLParameters(parameters);
        return socket;
    }

    /** Behaviours F5 and M15. */
    @ParameterizedTest
    @CsvSource({"TLSv1.2, true", "TLSv1.2, false", "TLSv1.3, true", "TLSv1.3, false"})
    void theUpstreamLearnsWhoWasVerified(String version, boolean withCertificate) throws Exception {
        int port = start("127.0.0.1", optional(), null, new ProxyProtocol.Send(Version.V2, Detail.CERTIFICATE));
        SSLContext tls = TestTls.context(withCertificate ? TestPki.CLIENT_TRUSTED : null);
        for (int i = 0; i < 2; i++) {
            try (SSLSocket client = resuming(tls, port, version)) {
                client.getOutputStream().write(PING);
                try (Peer behind = upstream.take()) {
                    HAProxyMessage header = readHeader(behind);
                    HAProxySSLTLV ssl = ssl(header);
                    assertThat(ssl.verify()).isEqualTo(withCertificate ? 0 : 1);
                    boolean resumed = rig.events.serverSessions.get(i).resumed();
                    assertThat(ssl.client()).isEqualTo((byte) (!withCertificate ? 1 : resumed ? 5 : 7));
                    assertThat(text(tlv(header.tlvs(), HAProxyTLV.Type.PP2_TYPE_AUTHORITY)))
                            .isEqualTo("server.test");
                    assertThat(text(tlv(ssl.encapsulatedTLVs(), HAProxyTLV.Type.PP2_TYPE_SSL_VERSION)))
                            .isEqualTo(version);
                    if (withCertificate) {
                        assertThat(text(tlv(ssl.encapsulatedTLVs(), HAProxyTLV.Type.PP2_TYPE_SSL_CN)))
                                .isEqualTo("client.test");
                        HAProxyTLV whole = ssl.encapsulatedTLVs().stream()
                                .filter(tlv -> tlv.typeByteValue() == 0x28)
                                .findFirst()
                                .orElseThrow();
                        assertThat(io.netty.buffer.ByteBufUtil.getBytes(whole.content()))
                                .isEqualTo(TestPki.CLIENT_TRUSTED
                                        .credential()
                                        .leaf()
                                        .getEncoded());
                    }
                    header.release();
                    assertThat(behind.readExactly(PING.length)).isEqualTo(PING);
                    behind.end();
                    // Behind the ticket of TLS 1.3.
                    assertThat(client.getInputStream().read()).isNegative();
                }
            }
        }
        assertThat(rig.events.serverSessions.get(1).resumed()).isTrue();
    }

    /** Behaviours M5 and M15. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void anExpiredCertificateNeverReachesTheUpstream(String version) throws Exception {
        int port = start("127.0.0.1", optional(), null, new ProxyProtocol.Send(Version.V2, Detail.TLS));
        try (Peer client = TlsPeer.connect(port, TestTls.context(TestPki.CLIENT_EXPIRED), version, "server.test")) {
            client.readAll();
        } catch (java.io.IOException e) {
            // In TLS 1.2 the client learns it within the handshake.
        }

        assertThat(rig.events.awaitRefusal(1).refusal()).isEqualTo(Refusal.CERTIFICATE_EXPIRED);
        assertThat(upstream.untouched()).isTrue();
    }

    @Test
    void theCommonNameIsTheMostSpecific() {
        assertThat(ProxyHeaders.commonName("CN=client\\, one,OU=a,CN=group")).isEqualTo("client, one");
        assertThat(ProxyHeaders.commonName("OU=a+CN=both,O=x")).isEqualTo("both");
        assertThat(ProxyHeaders.commonName("OU=a")).isNull();
        assertThat(ProxyHeaders.commonName("")).isNull();
    }
}
