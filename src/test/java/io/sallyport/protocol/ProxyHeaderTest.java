package io.sallyport.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.sallyport.profile.ProxyProtocol.Version;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {

    private static final Set<Version> ANY = Set.of(Version.values());
    private static final byte[] PAYLOAD =
            "\r\n\r\n\0\r\nQUIT\nPROXY what the client says".getBytes(StandardCharsets.US_ASCII);
    private static final Endpoints IPV4 = endpoints("192.0.2.7", 40000, "198.51.100.1", 443);
    private static final Endpoints IPV6 = endpoints("2001:db8::7", 1, "2001:db8::1", 65535);
    private static final Endpoints MIXED = endpoints("192.0.2.7", 40000, "2001:db8::1", 443);
    private static final ProxyHeaderWriter.Tls TLS = new ProxyHeaderWriter.Tls(
            "TLSv1.3", "TLS_AES_128_GCM_SHA256", "orders.test", "mqtt", "client.test", true, false, new byte[700]);

    /** What a listener heard, and what went on to the next handler. */
    private static final class Outcome implements ProxyHeaderHandler.Listener {

        private final EmbeddedChannel channel;
        private final List<Object> heard = new ArrayList<>();
        private final ByteArrayOutputStream passedOn = new ByteArrayOutputStream();

        Outcome(Set<Version> accepted) {
            channel = new EmbeddedChannel(new ProxyHeaderHandler(accepted, this), new ChannelInboundHandlerAdapter());
        }

        void receive(byte[] bytes) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes));
            for (ByteBuf out = channel.readInbound(); out != null; out = channel.readInbound()) {
                byte[] some = new byte[out.readableBytes()];
                out.readBytes(some);
                passedOn.writeBytes(some);
                out.release();
            }
        }

        @Override
        public void proxied(@Nullable Endpoints endpoints) {
            heard.add(endpoints == null ? "local" : endpoints);
        }

        @Override
        public void unproxied(String detail) {
            heard.add(detail);
        }
    }

    private static Endpoints endpoints(String client, int clientPort, String listener, int listenerPort) {
        return new Endpoints(new InetSocketAddress(client, clientPort), new InetSocketAddress(listener, listenerPort));
    }

    private static byte[] with(byte[] header, byte[] payload) {
        byte[] all = Arrays.copyOf(header, header.length + payload.length);
        System.arraycopy(payload, 0, all, header.length, payload.length);
        return all;
    }

    private record Sample(byte[] header, Object heard) {}

    static List<Sample> samples() {
        return List.of(
                new Sample(ProxyHeaderWriter.v1(IPV4), IPV4),
                new Sample(ProxyHeaderWriter.v1(IPV6), IPV6),
                new Sample(ProxyHeaderWriter.v1(MIXED), MIXED),
                new Sample(ProxyHeaderWriter.v1(null), "local"),
                new Sample("PROXY UNKNOWN whatever it is 1 2 3\r\n".getBytes(StandardCharsets.US_ASCII), "local"),
                new Sample(ProxyHeaderWriter.v2(IPV4, null), IPV4),
                new Sample(ProxyHeaderWriter.v2(IPV6, TLS), IPV6),
                new Sample(ProxyHeaderWriter.v2(MIXED, null), MIXED),
                new Sample(ProxyHeaderWriter.v2(null, TLS), "local"),
                new Sample(ProxyHeaderWriter.v2Local(), "local"),
                new Sample(checksummed(ProxyHeaderWriter.v2(IPV4, TLS)), IPV4));
    }

    /** Behaviour E1. */
    @ParameterizedTest
    @MethodSource("samples")
    void aHeaderIsReadAtEveryCutAndThePayloadBehindItIsUntouched(Sample sample) {
        byte[] all = with(sample.header(), PAYLOAD);
        for (int cut = 0; cut <= all.length; cut++) {
            Outcome outcome = new Outcome(ANY);
            outcome.receive(Arrays.copyOf(all, cut));
            outcome.receive(Arrays.copyOfRange(all, cut, all.length));

            assertThat(outcome.heard).as("cut at %d", cut).containsExactly(sample.heard());
            assertThat(outcome.passedOn.toByteArray()).isEqualTo(PAYLOAD);
            assertThat(outcome.channel.pipeline().get(ProxyHeaderHandler.class)).isNull();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aHeaderIsReadByteByByte(Sample sample) {
        Outcome outcome = new Outcome(ANY);
        for (byte b : with(sample.header(), PAYLOAD)) {
            outcome.receive(new byte[] {b});
        }

        assertThat(outcome.heard).containsExactly(sample.heard());
        assertThat(outcome.passedOn.toByteArray()).isEqualTo(PAYLOAD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "PROXY\r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 40000\r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 40000 443 more\r\n",
                "PROXY TCP4  192.0.2.7 198.51.100.1 40000 443\r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 40000 443\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 040000 443\r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 65536 443\r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 -1 443\r\n",
                "PROXY TCP4 192.0.2 198.51.100.1 40000 443\r\n",
                "PROXY TCP4 2001:db8::7 2001:db8::1 40000 443\r\n",
                "PROXY TCP6 192.0.2.7 198.51.100.1 40000 443\r\n",
                "PROXY TCP6 fe80::1%eth0 2001:db8::1 40000 443\r\n",
                "PROXY UDP4 192.0.2.7 198.51.100.1 40000 443\r\n",
                "PROXY UNKNOWN aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"
            })
    void aBadLineIsNoHeader(String line) {
        assertNoHeader(line.getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "11 11 000c", // version 1
                "22 11 000c", // an unknown command
                "21 12 000c", // UDP
                "21 41 000c", // an unknown family
                "21 11 000b", // too short for IPv4
                "21 21 0023", // too short for IPv6
                "21 11 4000", // longer than the limit
                "21 11 000e" // a TLV without its length
            })
    void aBadBinaryHeaderIsNoHeader(String command) {
        byte[] start = HexFormat.of().parseHex(command.replace(" ", ""));
        assertNoHeader(with(with(ProxyHeader.SIGNATURE, start), new byte[64]));
    }

    @Test
    void aTlvBeyondTheEndAndAWrongChecksumAreNoHeader() {
        byte[] header = checksummed(ProxyHeaderWriter.v2(IPV4, TLS));
        // All but the type of the checksum's own TLV: another type is to be skipped.
        for (int at = 16; at < header.length; at++) {
            if (at == header.length - 7) {
                continue;
            }
            byte[] broken = header.clone();
            broken[at] ^= 0x10;
            assertNoHeader(broken);
        }
    }

    private static void assertNoHeader(byte[] bytes) {
        Outcome outcome = new Outcome(ANY);
        outcome.receive(with(bytes, PAYLOAD));
        outcome.receive(PAYLOAD);

        assertThat(outcome.heard)
                .hasSize(1)
                .allSatisfy(detail -> assertThat((String) detail).contains(" "));
        assertThat(outcome.passedOn.size()).isZero();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void onlyAnAcceptedVersionIsTaken(Sample sample) {
        boolean isV1 = sample.header()[0] == 'P';
        Outcome accepted = new Outcome(Set.of(isV1 ? Version.V1 : Version.V2));
        Outcome refused = new Outcome(Set.of(isV1 ? Version.V2 : Version.V1));
        accepted.receive(sample.header());
        refused.receive(Arrays.copyOf(sample.header(), 1));

        assertThat(accepted.heard).containsExactly(sample.heard());
        assertThat(refused.heard)
                .containsExactly("the connection doesn't begin with a PROXY header of version " + (isV1 ? 2 : 1));
    }

    static IntStream seeds() {
        return IntStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nettysDecoderReadsWhatIsWritten(int seed) {
        Random random = new Random(seed);
        Endpoints endpoints = new Endpoints(randomAddress(random), randomAddress(random));
        byte[] header = random.nextBoolean() ? ProxyHeaderWriter.v1(endpoints) : ProxyHeaderWriter.v2(endpoints, TLS);

        EmbeddedChannel netty = new EmbeddedChannel(new HAProxyMessageDecoder());
        netty.writeInbound(Unpooled.copiedBuffer(header));
        HAProxyMessage message = netty.readInbound();
        Outcome ours = new Outcome(ANY);
        ours.receive(header);

        assertThat(ours.heard).containsExactly(endpoints);
        assertThat(endpoints(
                        message.sourceAddress(),
                        message.sourcePort(),
                        message.destinationAddress(),
                        message.destinationPort()))
                .isEqualTo(endpoints);
        message.release();
    }

    private static InetSocketAddress randomAddress(Random random) {
        byte[] address = new byte[random.nextBoolean() ? 4 : 16];
        random.nextBytes(address);
        try {
            return new InetSocketAddress(java.net.InetAddress.getByAddress(address), random.nextInt(65536));
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aCertificateThatMakesTheHeaderTooLongIsLeftOut() {
        byte[] header = ProxyHeaderWriter.v2(
                IPV4, new ProxyHeaderWriter.Tls("TLSv1.3", "c", null, null, null, true, false, new byte[20_000]));

        Outcome outcome = new Outcome(ANY);
        outcome.receive(header);
        assertThat(outcome.heard).containsExactly(IPV4);
        assertThat(header.length).isLessThan(200);
    }

    /** The same header with a checksum behind its other TLVs. */
    private static byte[] checksummed(byte[] header) {
        byte[] longer = Arrays.copyOf(header, header.length + 7);
        ByteBuffer fields = ByteBuffer.wrap(longer);
        fields.putShort(14, (short) (longer.length - 16));
        longer[header.length] = 0x03;
        fields.putShort(header.length + 1, (short) 4);
        CRC32C checksum = new CRC32C();
        checksum.update(longer);
        fields.putInt(header.length + 3, (int) checksum.getValue());
        return longer;
    }
}
