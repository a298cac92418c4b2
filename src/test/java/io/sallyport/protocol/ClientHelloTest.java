package io.sallyport.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.sallyport.fault.Alert;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHelloTest {

    /** Builds what a hostile client sends. */
    private static final class Bytes {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        static byte[] of(Consumer<Bytes> content) {
            Bytes bytes = new Bytes();
            content.accept(bytes);
            return bytes.bytes.toByteArray();
        }

        Bytes number(int value, int width) {
            for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
                bytes.write(value >> shift);
            }
            return this;
        }

        Bytes raw(byte[] more) {
            bytes.writeBytes(more);
            return this;
        }

        Bytes vector(int width, byte[] content) {
            return number(content.length, width).raw(content);
        }

        Bytes vector(int width, Consumer<Bytes> content) {
            return vector(width, of(content));
        }

        Bytes text(int width, String text) {
            return vector(width, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static byte[] body(Consumer<Bytes> extensions) {
        return Bytes.of(hello -> hello.number(0x0303, 2)
                .raw(new byte[32])
                .vector(1, new byte[32])
                .vector(2, new byte[] {0x13, 0x01})
                .vector(1, new byte[1])
                .vector(2, extensions));
    }

    private static byte[] message(byte[] body) {
        return Bytes.of(message -> message.number(1, 1).vector(3, body));
    }

    private static byte[] record(byte[] content) {
        return Bytes.of(record -> record.number(22, 1).number(0x0301, 2).vector(2, content));
    }

    private static byte[] hello(Consumer<Bytes> extensions) {
        return record(message(body(extensions)));
    }

    private static void serverName(Bytes to, String name) {
        to.number(0, 2)
                .vector(
                        2,
                        extension ->
                                extension.vector(2, list -> list.number(0, 1).text(2, name)));
    }

    private static void alpn(Bytes to, String... protocols) {
        to.number(16, 2)
                .vector(
                        2,
                        extension -> extension.vector(
                                2, list -> Arrays.stream(protocols).forEach(protocol -> list.text(1, protocol))));
    }

    private static byte[] ofJava() throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("B.Wild.TEST")));
        parameters.setApplicationProtocols(new String[] {"mqtt", "h2"});
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(64 * 1024);
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    /** A channel with the handler, and what it has said. */
    private static final class Peek implements ClientHelloHandler.Listener {

        private final EmbeddedChannel channel = new EmbeddedChannel(new ClientHelloHandler(this));
        private final List<String> said = new ArrayList<>();
        private @Nullable ClientHello hello;
        private @Nullable Alert alert;

        @Override
        public void hello(ClientHello hello) {
            this.hello = hello;
            said.add("hello");
        }

        @Override
        public void notTls() {
            said.add("not TLS");
        }

        @Override
        public void badHello(Alert alert, String detail) {
            this.alert = alert;
            said.add(detail);
        }

        @Override
        public void helloCut() {
            said.add("cut");
        }

        Peek read(byte... bytes) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes));
            return this;
        }

        Peek readEach(byte[] bytes) {
            for (byte one : bytes) {
                read(one);
            }
            return this;
        }

        byte[] wentOn() {
            ByteBuf all = Unpooled.buffer();
            ByteBuf next = channel.readInbound();
            while (next != null) {
                all.writeBytes(next);
                next.release();
                next = channel.readInbound();
            }
            byte[] bytes = new byte[all.readableBytes()];
            all.readBytes(bytes);
            return bytes;
        }

        /** Whether the handler holds nothing and has left. */
        boolean isGone() {
            return channel.pipeline().get(ClientHelloHandler.class) == null;
        }
    }

    @Test
    void aRealHelloIsReadAndGoesOnUntouched() throws Exception {
        byte[] hello = ofJava();

        Peek peek = new Peek().read(hello);

        assertThat(peek.hello).isEqualTo(new ClientHello("b.wild.test", null, List.of("mqtt", "h2")));
        assertThat(peek.wentOn()).isEqualTo(hello);
        assertThat(peek.isGone()).isTrue();
    }

    @Test
    void itMayBeCutAnywhere() throws Exception {
        byte[] hello = ofJava();
        byte[] behind = "behind it".getBytes(StandardCharsets.US_ASCII);
        byte[] all = Bytes.of(bytes -> bytes.raw(hello).raw(behind));

        for (int cut = 1; cut < all.length; cut++) {
            Peek peek = new Peek();
            peek.read(Arrays.copyOf(all, cut));
            assertThat(peek.hello != null).as("there after %d bytes", cut).isEqualTo(cut >= hello.length);
            peek.read(Arrays.copyOfRange(all, cut, all.length));

            assertThat(peek.said).containsExactly("hello");
            assertThat(peek.wentOn()).isEqualTo(all);
        }
        assertThat(new Peek().readEach(all).wentOn()).isEqualTo(all);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 100})
    void itMayComeInManyRecords(int size) {
        byte[] message = message(body(extensions -> serverName(extensions, "a.test")));
        byte[] records = Bytes.of(all -> {
            for (int at = 0; at < message.length; at += size) {
                all.raw(record(Arrays.copyOfRange(message, at, Math.min(message.length, at + size))));
            }
        });

        for (Peek peek : List.of(new Peek().read(records), new Peek().readEach(records))) {
            assertThat(peek.hello).isEqualTo(new ClientHello("a.test", null, List.of()));
            assertThat(peek.wentOn()).isEqualTo(records);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a.test, a.test",
        "A.TeSt, a.test",
        "a.test., a.test",
        "localhost, localhost",
        "xn--bcher-kva.test, xn--bcher-kva.test"
    })
    void aNameIsReadInOneSpelling(String sent, String read) {
        ClientHello hello = new Peek().read(hello(extensions -> serverName(extensions, sent))).hello;

        assertThat(hello).isEqualTo(new ClientHello(read, null, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1", "::1", ".", "a..test", "-a.test", "*.a.test", "a b.test", "bücher.test", "a.test\n"
            })
    void whatIsNoNameIsTold(String sent) {
        ClientHello hello = new Peek().read(hello(extensions -> serverName(extensions, sent))).hello;

        assertThat(hello).isNotNull();
        assertThat(hello.serverName()).isNull();
        assertThat(hello.invalidName()).isNotNull().matches("[\\x20-\\x7e]+").hasSizeLessThan(20);
    }

    @Test
    void aLongNameIsShownInPart() {
        ClientHello hello = new Peek().read(hello(extensions -> serverName(extensions, "a".repeat(5000)))).hello;

        assertThat(hello).isNotNull();
        assertThat(hello.serverName()).isNull();
        assertThat(hello.invalidName()).hasSize(101);
    }

    @Test
    void aHelloMayNameNothing() {
        byte[] withoutExtensions = body(extensions -> {});

        assertThat(new Peek().read(hello(extensions -> {})).hello).isEqualTo(ClientHello.SILENT);
        assertThat(new Peek()
                        .read(record(message(Arrays.copyOf(withoutExtensions, withoutExtensions.length - 2))))
                        .hello)
                .isEqualTo(ClientHello.SILENT);
    }

    @Test
    void whatIsNotTlsGoesOnToo() {
        byte[] http = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        for (byte[] bytes : List.of(http, new byte[] {22, 2}, new byte[] {(byte) 0x80, 0x2e, 1, 3, 1})) {
            Peek peek = new Peek().readEach(bytes);

            assertThat(peek.said).containsExactly("not TLS");
            assertThat(peek.wentOn()).isEqualTo(bytes);
            assertThat(peek.isGone()).isTrue();
        }
    }

    private static void assertRefused(byte[] bytes, Alert alert, String detail) {
        for (Peek peek : List.of(new Peek().read(bytes), new Peek().readEach(bytes))) {
            assertThat(peek.said).hasSize(1).first().asString().contains(detail);
            assertThat(peek.alert).isEqualTo(alert);
            assertThat(peek.read(bytes).wentOn()).isEmpty();
            assertThat(peek.channel.finish()).isFalse();
        }
    }

    @Test
    void whatBreaksTheRulesIsRefused() {
        assertRefused(record(message(new byte[10])), Alert.DECODE_ERROR, "its random is cut");
        assertRefused(record(new byte[] {2, 0, 0, 0}), Alert.UNEXPECTED_MESSAGE, "doesn't begin with a ClientHello");
        assertRefused(record(new byte[0]), Alert.DECODE_ERROR, "empty record");
        assertRefused(new byte[] {22, 3, 1, 0x40, 1}, Alert.RECORD_OVERFLOW, "16385 bytes");
        assertRefused(record(new byte[] {1, 0, 0x40, 1}), Alert.ILLEGAL_PARAMETER, "16385 bytes");
        assertRefused(
                Bytes.of(all -> all.raw(record(new byte[] {1, 0, 1, 0})).raw(new byte[] {21, 3, 1, 0, 2, 1, 0})),
                Alert.UNEXPECTED_MESSAGE,
                "something else");
        assertRefused(
                record(message(Bytes.of(all -> all.raw(body(extensions -> {})).number(0, 1)))),
                Alert.DECODE_ERROR,
                "more behind its extensions");
        assertRefused(
                hello(extensions -> extensions.number(7, 2).number(9, 2)), Alert.DECODE_ERROR, "an extension is cut");
    }

    @Test
    void aNameThatCouldBeReadInTwoWaysIsRefused() {
        assertRefused(
                hello(extensions -> {
                    serverName(extensions, "a.test");
                    serverName(extensions, "b.test");
                }),
                Alert.ILLEGAL_PARAMETER,
                "two server names");
        assertRefused(
                hello(extensions -> extensions
                        .number(0, 2)
                        .vector(
                                2,
                                e -> e.vector(
                                        2,
                                        l -> l.number(0, 1)
                                                .text(2, "a.test")
                                                .number(0, 1)
                                                .text(2, "b.test")))),
                Alert.DECODE_ERROR,
                "more behind its server name");
        assertRefused(hello(extensions -> serverName(extensions, "")), Alert.DECODE_ERROR, "server name");
        assertRefused(
                hello(extensions -> serverName(extensions, "a.test\0.b.test")), Alert.DECODE_ERROR, "server name");
        assertRefused(
                hello(extensions -> extensions.number(0, 2).vector(2, e -> e.vector(2, l -> l.number(1, 1)))),
                Alert.DECODE_ERROR,
                "server name");
    }

    @Test
    void anAlpnListIsReadByTheRules() {
        assertThat(new Peek().read(hello(extensions -> alpn(extensions, "h2", "http/1.1"))).hello)
                .isEqualTo(new ClientHello(null, null, List.of("h2", "http/1.1")));
        assertRefused(hello(extensions -> alpn(extensions)), Alert.DECODE_ERROR, "ALPN");
        assertRefused(hello(extensions -> alpn(extensions, "")), Alert.DECODE_ERROR, "ALPN");
        assertRefused(
                hello(extensions -> {
                    alpn(extensions, "h2");
                    alpn(extensions, "mqtt");
                }),
                Alert.ILLEGAL_PARAMETER,
                "two ALPN lists");
    }

    @Test
    void anEndWithinItIsTold() {
        Peek peek = new Peek().read((byte) 22, (byte) 3);

        peek.channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

        assertThat(peek.said).containsExactly("cut");
    }

    /** Whatever comes: one verdict at most, no exception, and no byte lost that goes on. */
    @Test
    void noDamageBreaksIt() throws Exception {
        Random random = new Random(12);
        byte[] hello = ofJava();
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = hello.clone();
            for (int hits = random.nextInt(4); hits >= 0; hits--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Peek peek = new Peek().read(damaged);

            assertThat(peek.said).hasSizeLessThanOrEqualTo(1);
            if (peek.isGone()) {
                assertThat(peek.wentOn()).isEqualTo(damaged);
            }
            peek.channel.finishAndReleaseAll();
        }
    }
}
