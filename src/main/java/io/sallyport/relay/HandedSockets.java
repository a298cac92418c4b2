package io.sallyport.relay;

import io.netty.channel.ChannelException;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Sockets that listen already and were handed to this process, as systemd does it ({@code sd_listen_fds(3)}). The only
 * place that knows of descriptors.
 */
final class HandedSockets {

    /** {@code SD_LISTEN_FDS_START}. */
    private static final int FIRST = 3;

    /** As Linux has them on all machines that Netty's library is built for. */
    private static final int SOL_SOCKET = 1;

    private static final int SO_ACCEPTCONN = 30;
    private static final int SO_DOMAIN = 39;
    private static final int AF_UNIX = 1;

    static final HandedSockets OF_PROCESS =
            new HandedSockets(System.getenv(), ProcessHandle.current().pid());

    private final Map<String, String> environment;
    private final long pid;

    HandedSockets(Map<String, String> environment, long pid) {
        this.environment = environment;
        this.pid = pid;
    }

    /**
     * The number of a descriptor.
     *
     * @param name as {@code FileDescriptorName=} of the socket unit says; a number counts from 0
     * @throws IOException says why there is none
     */
    int descriptor(String name) throws IOException {
        String count = environment.getOrDefault("LISTEN_FDS", "");
        if (!count.matches("[1-9]\\d{0,5}")) {
            throw new IOException("no socket was handed to this process: LISTEN_FDS is not set");
        }
        if (!String.valueOf(pid).equals(environment.get("LISTEN_PID"))) {
            throw new IOException("the sockets in LISTEN_FDS are for another process: LISTEN_PID is "
                    + environment.get("LISTEN_PID") + ", and this is " + pid);
        }
        String written = environment.getOrDefault("LISTEN_FDNAMES", "");
        List<String> names = written.isEmpty() ? List.of() : List.of(written.split(":", -1));
        int place = names.indexOf(name);
        if (place < 0 && name.matches("\\d{1,5}")) {
            place = Integer.parseInt(name);
        }
        if (place < 0 || place >= Integer.parseInt(count)) {
            throw new IOException("systemd has handed " + count + " of them over, and none is called " + name
                    + (names.isEmpty() ? "; they have no names, so count from 0" : ": " + String.join(", ", names)));
        }
        return FIRST + place;
    }

    /**
     * A channel of a socket, registered with no event loop. It has a descriptor of its own: when it is closed, the socket that
     * was handed over goes on to listen, and can be had again.
     *
     * @throws IOException says why it can't be had
     */
    ServerChannel channel(String name) throws IOException {
        NativeTransport.demand("a socket of systemd");
        int handed = descriptor(name);
        try {
            Socket asked = new Socket(handed);
            if (asked.getIntOpt(SOL_SOCKET, SO_ACCEPTCONN) == 0) {
                throw new IOException("it doesn't listen: the socket unit needs ListenStream= and Accept=no");
            }
            return asked.getIntOpt(SOL_SOCKET, SO_DOMAIN) == AF_UNIX
                    ? new EpollServerDomainSocketChannel(copy(handed))
                    : new EpollServerSocketChannel(copy(handed));
        } catch (ChannelException e) {
            throw new IOException("descriptor " + handed + " is no socket that listens: " + e.getMessage(), e);
        }
    }

    /**
     * A second descriptor of the same socket, which doesn't block: systemd's do, unless the service has {@code
     * NonBlocking=yes}, and an accept for which another process was quicker would hold up the event loop. Neither Java nor
     * Netty has {@code dup} and {@code fcntl}; but whoever receives a descriptor from a unix socket gets a copy, and Netty's
     * {@code recvFd} sets {@code O_NONBLOCK}. So a socket sends it to itself.
     */
    private static int copy(int descriptor) throws IOException {
        Socket self = Socket.newSocketDomainDgram();
        try {
            // Abstract, so no file is left behind; connected to itself, so nobody else can send to it.
            DomainSocketAddress address = new DomainSocketAddress("\0sallyport-" + UUID.randomUUID());
            self.bind(address);
            self.connect(address);
            self.sendFd(descriptor);
            int copy = self.recvFd();
            if (copy <= 0) {
                throw new IOException("descriptor " + descriptor + " could not be copied");
            }
            return copy;
        } finally {
            self.close();
        }
    }
}
