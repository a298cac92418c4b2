package io.sallyport.relay;

import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sockets that listen already and were handed to this process, as systemd does it ({@code sd_listen_fds(3)}). The only
 * place that knows of descriptors.
 */
final class HandedSockets {

    /** {@code SD_LISTEN_FDS_START}. */
    private static final int FIRST = 3;

    private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");

    static final HandedSockets OF_PROCESS =
            new HandedSockets(System.getenv(), ProcessHandle.current().pid());

    private final Map<String, ServerChannel> taken = new HashMap<>();
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
        String count = environment.get("LISTEN_FDS");
        if (count == null || !count.matches("\\d{1,6}")) {
            throw new IOException("no socket was handed to this process: LISTEN_FDS is not set");
        }
        if (!String.valueOf(pid).equals(environment.get("LISTEN_PID"))) {
            throw new IOException("the sockets in LISTEN_FDS are for another process: LISTEN_PID is "
                    + environment.get("LISTEN_PID") + ", and this is " + pid);
        }
        List<String> names =
                List.of(environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1));
        int place = names.indexOf(name);
        if (place < 0 && name.matches("\\d{1,6}")) {
            place = Integer.parseInt(name);
        }
        if (place < 0 || place >= Integer.parseInt(count)) {
            throw new IOException("systemd has handed " + count + " sockets to this process, and none is called " + name
                    + "; their names are " + String.join(", ", names));
        }
        return FIRST + place;
    }

    /**
     * The channel of a socket, registered with no event loop. It reads nothing, and has no handler. It is the same each
     * time, and never closed: once its descriptor were, it could not be had again.
     */
    synchronized ServerChannel channel(String name) throws IOException {
        ServerChannel known = taken.get(name);
        if (known == null) {
            known = open(descriptor(name));
            known.config().setAutoRead(false);
            taken.put(name, known);
        }
        return known;
    }

    private static ServerChannel open(int descriptor) throws IOException {
        if (!Epoll.isAvailable()) {
            throw new IOException("a socket that was handed over needs Linux's epoll, which isn't available here");
        }
        return isUnix(descriptor)
                ? new EpollServerDomainSocketChannel(descriptor)
                : new EpollServerSocketChannel(descriptor);
    }

    private static boolean isUnix(int descriptor) throws IOException {
        String target =
                Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
        Matcher socket = SOCKET.matcher(target);
        if (!socket.matches()) {
            throw new IOException("descriptor " + descriptor + " is no socket, but " + target);
        }
        // Num RefCount Protocol Flags Type St Inode Path
        return Files.readAllLines(Path.of("/proc/self/net/unix")).stream()
                .map(line -> line.trim().split("\\s+"))
                .anyMatch(words -> words.length > 6 && words[6].equals(socket.group(1)));
    }
}
