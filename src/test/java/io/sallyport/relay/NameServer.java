package io.sallyport.relay;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A name server with the records that a test gives it. */
final class NameServer implements AutoCloseable {

    /** What it was asked, such as {@code broker.test. A}. */
    final Queue<String> asked = new ConcurrentLinkedQueue<>();

    private record Answer(DnsRecordType type, int ttl, byte[] data) {}

    private final Map<String, List<Answer>> records = new ConcurrentHashMap<>();
    private final EventLoopGroup loop = new NioEventLoopGroup(1);
    private final Channel channel;
    private volatile boolean silent;

    NameServer() throws InterruptedException {
        channel = new Bootstrap()
                .group(loop)
                .channel(NioDatagramChannel.class)
                .handler(new ChannelInitializer<NioDatagramChannel>() {
                    @Override
                    protected void initChannel(NioDatagramChannel made) {
                        made.pipeline()
                                .addLast(
                                        new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder(), new Answers());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    void address(String name, int ttl, String ip) throws Exception {
        byte[] data = InetAddress.getByName(ip).getAddress();
        add(name, new Answer(data.length == 4 ? DnsRecordType.A : DnsRecordType.AAAA, ttl, data));
    }

    void service(String name, int priority, int weight, int port, String target) {
        ByteBuf data = Unpooled.buffer().writeShort(priority).writeShort(weight).writeShort(port);
        for (String label : target.isEmpty() ? new String[0] : target.split("\\.")) {
            data.writeByte(label.length()).writeCharSequence(label, StandardCharsets.US_ASCII);
        }
        data.writeByte(0);
        byte[] bytes = new byte[data.readableBytes()];
        data.readBytes(bytes);
        add(name, new Answer(DnsRecordType.SRV, 60, bytes));
    }

    private void add(String name, Answer answer) {
        records.computeIfAbsent(name + ".", key -> new CopyOnWriteArrayList<>()).add(answer);
    }

    void forget(String name) {
        records.remove(name + ".");
    }

    /** From now on it answers nothing. */
    void fallSilent() {
        silent = true;
    }

    private final class Answers extends SimpleChannelInboundHandler<DatagramDnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DatagramDnsQuery query) {
            DnsQuestion question = query.recordAt(DnsSection.QUESTION);
            asked.add(question.name() + " " + question.type().name());
            if (silent) {
                return;
            }
            List<Answer> known = records.get(question.name());
            DatagramDnsResponse response = new DatagramDnsResponse(query.recipient(), query.sender(), query.id());
            response.addRecord(DnsSection.QUESTION, question);
            response.setCode(known == null ? DnsResponseCode.NXDOMAIN : DnsResponseCode.NOERROR);
            for (Answer answer : known == null ? List.<Answer>of() : known) {
                if (answer.type().equals(question.type())) {
                    response.addRecord(
                            DnsSection.ANSWER,
                            new DefaultDnsRawRecord(
                                    question.name(),
                                    answer.type(),
                                    answer.ttl(),
                                    Unpooled.wrappedBuffer(answer.data())));
                }
            }
            ctx.writeAndFlush(response);
        }
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
