package io.sallyport.relay;

import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.util.Optional;

/** Linux's epoll by Netty's own library: what only it can do, unix sockets before all. */
public final class NativeTransport {

    private NativeTransport() {}

    /** Why it isn't there; empty where it is. */
    public static Optional<String> absence() {
        return Epoll.isAvailable()
                ? Optional.empty()
                : Optional.of("Linux's epoll isn't there: "
                        + Epoll.unavailabilityCause().getMessage());
    }

    /**
     * Refuses to go on without it.
     *
     * @param what needs it
     */
    public static void demand(String what) throws IOException {
        Optional<String> absence = absence();
        if (absence.isPresent()) {
            throw new IOException(what + " needs Linux: " + absence.get());
        }
    }
}
