package io.sallyport.relay;

import static org.awaitility.Awaitility.await;

import io.sallyport.profile.Address;
import io.sallyport.tls.Side;
import io.sallyport.tls.TlsFailure;
import io.sallyport.tls.TlsSession;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Remembers what happened, for tests to ask. */
public final class RecordedEvents implements RelayEvents {

    /** A connection that is over. */
    public record Closed(ConnectionView connection, CloseReason reason) {}

    /** A connection that a limit kept out. */
    public record TurnedAway(CloseReason reason, String detail) {}

    public final List<TurnedAway> turnedAway = new CopyOnWriteArrayList<>();
    /** How many pauses there were. */
    public final AtomicInteger acceptFailures = new AtomicInteger();

    /** The longest time that a side wasn't read for its rate, in nanoseconds. */
    public final AtomicLong longestPause = new AtomicLong();

    public final List<TlsSession> serverSessions = new CopyOnWriteArrayList<>();
    public final List<TlsSession> clientSessions = new CopyOnWriteArrayList<>();
    public final List<TlsFailure> refusals = new CopyOnWriteArrayList<>();
    public final List<TlsFailure> broken = new CopyOnWriteArrayList<>();
    public final List<CloseReason> dialFailures = new CopyOnWriteArrayList<>();
    /** Each change, such as {@code 10.0.0.7:5671 down}. */
    public final List<String> upstreams = new CopyOnWriteArrayList<>();

    public final List<Closed> closed = new CopyOnWriteArrayList<>();
    public final Set<String> acceptingThreads = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ConnectionView latest;
    private final AtomicInteger accepted = new AtomicInteger();

    @Override
    public void accepted(ConnectionView connection) {
        latest = connection;
        accepted.incrementAndGet();
        acceptingThreads.add(Thread.currentThread().getName());
    }

    @Override
    public void handshaken(ConnectionView connection, String profile, Side side, TlsSession session, long nanos) {
        (side == Side.SERVER ? serverSessions : clientSessions).add(session);
    }

    @Override
    public void refused(ConnectionView connection, String profile, Side side, TlsFailure failure) {
        refusals.add(failure);
    }

    @Override
    public void broken(ConnectionView connection, String profile, Side side, TlsFailure failure) {
        broken.add(failure);
    }

    @Override
    public void dialFailed(ConnectionView connection, Address upstream, CloseReason reason, String detail) {
        dialFailures.add(reason);
    }

    @Override
    public void turnedAway(ConnectionView connection, CloseReason reason, String detail) {
        turnedAway.add(new TurnedAway(reason, detail));
    }

    @Override
    public void acceptFailed(String relay, String detail) {
        acceptFailures.incrementAndGet();
    }

    @Override
    public void throttled(ConnectionView connection, boolean fromClient, long nanos) {
        longestPause.accumulateAndGet(nanos, Math::max);
    }

    @Override
    public void closed(ConnectionView connection, CloseReason reason) {
        closed.add(new Closed(connection, reason));
    }

    @Override
    public void upstreamChanged(String relay, Address upstream, boolean up, String detail) {
        upstreams.add(upstream + (up ? " up" : " down"));
    }

    @Override
    public void relayed(ConnectionView connection, boolean fromClient, long bytes) {}

    public int active() {
        return accepted.get() - closed.size();
    }

    public int accepted() {
        return accepted.get();
    }

    /** The connection that was accepted last. */
    public ConnectionView latest() {
        return Objects.requireNonNull(latest);
    }

    /** Waits until the latest connection moves no more bytes, and gives how many it moved. */
    public long awaitStall() {
        AtomicLong last = new AtomicLong(-1);
        await().atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ofMillis(200))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    long moved = latest().bytesIn() + latest().bytesOut();
                    return moved > 0 && last.getAndSet(moved) == moved;
                });
        return last.get();
    }

    /** Waits until every accepted connection is over. */
    public void awaitIdle() {
        await().atMost(Duration.ofSeconds(30)).until(() -> active() == 0);
    }

    /** Waits until as many connections are over, and gives the reason of the last. */
    public CloseReason awaitClosed(int count) {
        await().atMost(Duration.ofSeconds(30)).until(() -> closed.size() >= count);
        return closed.get(count - 1).reason();
    }

    public TlsFailure awaitRefusal(int count) {
        await().alias("refusals " + refusals + " closed " + closed)
                .atMost(Duration.ofSeconds(5))
                .until(() -> refusals.size() >= count);
        return refusals.get(count - 1);
    }
}
