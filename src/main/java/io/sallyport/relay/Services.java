package io.sallyport.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/** Finds the socket addresses of services: those of the hosts in their SRV records (RFC 2782). Answers are kept for their TTL. */
final class Services {

    /** Looks up a host. */
    interface Hosts {
        Future<List<InetSocketAddress>> find(EventLoop loop, String host, int port);
    }

    /** One record. */
    record Target(int priority, int weight, int port, String host) {}

    private record Known(long until, List<Target> targets) {}

    /** More would only be more to try, and an answer may have thousands. */
    private static final int MAX_TARGETS = 32;

    private final Function<EventLoop, DnsNameResolver> resolvers;
    private final Hosts hosts;
    /** By service; there are as many as the configuration names. */
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    Services(Function<EventLoop, DnsNameResolver> resolvers, Hosts hosts) {
        this.resolvers = resolvers;
        this.hosts = hosts;
    }

    /** In the order in which they are to be tried; drawn anew each time, by weight. */
    Future<List<InetSocketAddress>> resolve(EventLoop loop, String service) {
        Promise<List<InetSocketAddress>> found = loop.newPromise();
        Known kept = known.get(service);
        if (kept != null && System.nanoTime() - kept.until() < 0) {
            addresses(loop, kept.targets(), service, found);
            return found;
        }
        String name = service.endsWith(".") ? service : service + ".";
        resolvers
                .apply(loop)
                .resolveAll(new DefaultDnsQuestion(name, DnsRecordType.SRV))
                .addListener((Future<List<DnsRecord>> answer) -> {
                    if (answer.isSuccess()) {
                        addresses(loop, remember(service, answer.getNow()), service, found);
                    } else {
                        found.setFailure(answer.cause());
                    }
                });
        return found;
    }

    private List<Target> remember(String service, List<DnsRecord> records) {
        List<Target> targets = new ArrayList<>();
        long seconds = Long.MAX_VALUE;
        for (DnsRecord record : records) {
            try {
                if (record instanceof DnsRawRecord raw
                        && record.type().equals(DnsRecordType.SRV)
                        && targets.size() < MAX_TARGETS) {
                    targets.add(target(raw.content()));
                    seconds = Math.min(seconds, record.timeToLive());
                }
            } finally {
                ReferenceCountUtil.release(record);
            }
        }
        targets.removeIf(target -> target.host().equals(".")); // That there is no such service.
        if (!targets.isEmpty()) {
            known.put(
                    service,
                    new Known(System.nanoTime() + Duration.ofSeconds(seconds).toNanos(), targets));
        }
        return targets;
    }

    private static Target target(ByteBuf content) {
        return new Target(
                content.readUnsignedShort(),
                content.readUnsignedShort(),
                content.readUnsignedShort(),
                DefaultDnsRecordDecoder.decodeName(content));
    }

    /** All hosts are asked for at once; those that aren't found are left out. */
    private void addresses(
            EventLoop loop, List<Target> targets, String service, Promise<List<InetSocketAddress>> found) {
        List<Future<List<InetSocketAddress>>> asked = ordered(targets, ThreadLocalRandom.current()).stream()
                .map(target -> hosts.find(loop, target.host(), target.port()))
                .toList();
        settle(asked.iterator(), new ArrayList<>(), service, found);
    }

    private static void settle(
            Iterator<Future<List<InetSocketAddress>>> asked,
            List<InetSocketAddress> all,
            String service,
            Promise<List<InetSocketAddress>> found) {
        if (asked.hasNext()) {
            asked.next().addListener((Future<List<InetSocketAddress>> one) -> {
                if (one.isSuccess()) {
                    all.addAll(one.getNow());
                }
                settle(asked, all, service, found);
            });
        } else if (all.isEmpty()) {
            found.setFailure(new UnknownHostException("no host of the service " + service + " is known"));
        } else {
            found.setSuccess(all);
        }
    }

    /** By priority, and within one drawn by weight, as RFC 2782 has it. */
    static List<Target> ordered(List<Target> targets, Random random) {
        List<Target> left = new ArrayList<>(targets);
        // Those of weight 0 come first, so that they have a small chance beside the others.
        left.sort(Comparator.comparingInt(Target::priority).thenComparingInt(Target::weight));
        List<Target> order = new ArrayList<>(left.size());
        while (!left.isEmpty()) {
            int priority = left.get(0).priority();
            int total = left.stream()
                    .filter(target -> target.priority() == priority)
                    .mapToInt(Target::weight)
                    .sum();
            int drawn = random.nextInt(total + 1);
            int next = 0;
            for (int sum = left.get(0).weight();
                    sum < drawn;
                    sum += left.get(next).weight()) {
                next++;
            }
            order.add(left.remove(next));
        }
        return order;
    }
}
