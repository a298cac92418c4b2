package io.sallyport.gateway;

import io.netty.channel.unix.Socket;
import io.sallyport.observe.Fields;
import io.sallyport.relay.NativeTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells the service manager that has started this process how it goes, as systemd wants it ({@code sd_notify(3)}, for units
 * of {@code Type=notify} or {@code notify-reload}). Where none asks, it does nothing. Any thread; it waits for nobody.
 */
final class ServiceManager {

    private static final Logger LOG = Logger.getLogger(ServiceManager.class);

    /** What ending takes beside the drain: logs are written, the admin side answers its last requests. */
    private static final Duration AFTER_DRAIN = Duration.ofSeconds(15);

    private final byte @Nullable [] socket;
    private final @Nullable Duration watchdog;
    private boolean isStopping;

    /**
     * @param environment of the process
     * @param pid of the process
     */
    ServiceManager(Map<String, String> environment, long pid) {
        this.socket = socket(environment.getOrDefault("NOTIFY_SOCKET", ""));
        this.watchdog = socket == null ? null : watchdog(environment, pid);
    }

    static ServiceManager ofProcess() {
        return new ServiceManager(System.getenv(), ProcessHandle.current().pid());
    }

    /** A path, or {@code @name} of an abstract socket. */
    private static byte @Nullable [] socket(String written) {
        if (written.isEmpty()) {
            return null;
        }
        if (!written.startsWith("/") && !written.startsWith("@")) {
            LOG.warn(new Fields("the service manager can't be told how it goes")
                    .add("socket", written)
                    .add("detail", "NOTIFY_SOCKET is neither a path nor an abstract socket")
                    .toString());
            return null;
        }
        byte[] address = written.getBytes(StandardCharsets.UTF_8);
        if (address[0] == '@') {
            address[0] = 0;
        }
        return address;
    }

    private static @Nullable Duration watchdog(Map<String, String> environment, long pid) {
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        String whose = environment.getOrDefault("WATCHDOG_PID", "");
        return micros.matches("[1-9]\\d{0,17}") && (whose.isEmpty() || whose.equals(String.valueOf(pid)))
                ? Duration.of(Long.parseLong(micros), ChronoUnit.MICROS)
                : null;
    }

    /** Within which time it wants to hear {@link #alive} each time; null where it doesn't want to. */
    @Nullable
    Duration watchdog() {
        return watchdog;
    }

    /**
     * What was configured last is in force, or what was before goes on.
     *
     * @param status for people
     */
    synchronized void ready(String status) {
        if (!isStopping) {
            send("READY=1\nSTATUS=" + status);
        }
    }

    /** It is looked whether there is another configuration; {@link #ready} follows, whatever comes of it. */
    synchronized void reloading() {
        if (!isStopping) {
            // On Linux this is CLOCK_MONOTONIC, by which systemd tells this reload from an earlier one.
            send("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
        }
    }

    /**
     * The end begins. From now on it is told of nothing else.
     *
     * @param drain how long connections may take to end
     */
    synchronized void stopping(Duration drain) {
        isStopping = true;
        long micros = TimeUnit.NANOSECONDS.toMicros(drain.plus(AFTER_DRAIN).toNanos());
        send("STOPPING=1\nSTATUS=draining\nEXTEND_TIMEOUT_USEC=" + micros);
    }

    /** It works still. */
    void alive() {
        send("WATCHDOG=1");
    }

    private void send(String state) {
        if (socket == null) {
            return;
        }
        try {
            NativeTransport.demand("sd_notify");
            byte[] text = state.getBytes(StandardCharsets.UTF_8);
            ByteBuffer message =
                    ByteBuffer.allocateDirect(text.length).put(text).flip();
            Socket datagrams = Socket.newSocketDomainDgram();
            try {
                datagrams.sendToDomainSocket(message, 0, text.length, socket);
            } finally {
                datagrams.close();
            }
        } catch (IOException e) {
            LOG.warn(new Fields("the service manager can't be told how it goes")
                    .add("state", state)
                    .add("socket", new String(socket, StandardCharsets.UTF_8).replace('\0', '@'))
                    .add("detail", e.getMessage())
                    .toString());
        }
    }
}
