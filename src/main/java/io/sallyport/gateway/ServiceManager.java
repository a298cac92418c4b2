package io.sallyport.gateway;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import io.sallyport.observe.Fields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells the service manager that has started this process how it goes, as systemd wants it ({@code sd_notify(3)}, for units
 * of {@code Type=notify} or {@code notify-reload}). Where none asks, it does nothing. Any thread.
 */
final class ServiceManager {

    private static final Logger LOG = Logger.getLogger(ServiceManager.class);

    private final @Nullable String socket;

    /** @param socket the path in {@code NOTIFY_SOCKET}, or null */
    ServiceManager(@Nullable String socket) {
        this.socket = socket;
    }

    static ServiceManager ofProcess() {
        return new ServiceManager(System.getenv("NOTIFY_SOCKET"));
    }

    /** Everything that was configured last is in force. */
    void ready() {
        send("READY=1");
    }

    /** It is looked whether there is another configuration; {@link #ready} follows, whatever comes of it. */
    void reloading() {
        // On Linux this is CLOCK_MONOTONIC, by which systemd tells this reload from an earlier one.
        send("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
    }

    void stopping() {
        send("STOPPING=1");
    }

    private void send(String state) {
        if (socket == null || socket.isEmpty()) {
            return;
        }
        if (!socket.startsWith("/") || !Epoll.isAvailable()) {
            LOG.debugf("the service manager can't be told %s at %s", state, socket);
            return;
        }
        byte[] text = state.getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocateDirect(text.length).put(text).flip();
        try {
            Socket datagrams = Socket.newSocketDomainDgram();
            try {
                datagrams.sendToDomainSocket(message, 0, text.length, socket.getBytes(StandardCharsets.UTF_8));
            } finally {
                datagrams.close();
            }
        } catch (IOException e) {
            LOG.warn(new Fields("the service manager can't be told")
                    .add("state", state)
                    .add("socket", socket)
                    .add("detail", e.getMessage())
                    .toString());
        }
    }
}
