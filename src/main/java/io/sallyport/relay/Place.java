package io.sallyport.relay;

import io.sallyport.tls.Identity;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What one connection has taken of its relay's limits, and of those of all relays. On its event loop. */
final class Place {

    /**
     * Why a connection may not be.
     *
     * @param detail the key that forbids it
     */
    record Denied(CloseReason reason, String detail) {}

    private final Admission relay;
    private final Deque<Runnable> held = new ArrayDeque<>(2);

    Place(Admission relay) {
        this.relay = relay;
    }

    /** It is there. */
    @Nullable
    Denied enter() {
        return hold(Limit.CONNECTIONS, this);
    }

    /**
     * It is known where it comes from. The address is asked first: whoever has too many connections shall not use up the
     * rate of the others.
     */
    @Nullable
    Denied from(InetAddress address) {
        Denied denied = hold(Limit.PER_ADDRESS, holder(address));
        return denied != null ? denied : spend(Limit.CONNECTIONS_PER_SECOND);
    }

    /** It came through a unix socket, where nobody has an address. */
    @Nullable
    Denied fromNowhere() {
        return spend(Limit.CONNECTIONS_PER_SECOND);
    }

    /** Its client begins a handshake. */
    @Nullable
    Denied handshake() {
        return spend(Limit.HANDSHAKES_PER_SECOND);
    }

    /** Its client has proven who it is. */
    @Nullable
    Denied with(Identity identity) {
        return hold(Limit.PER_IDENTITY, identity.fingerprint());
    }

    /** Gives everything back. */
    void leave() {
        giveBack(held.size());
    }

    private @Nullable Denied hold(Limit limit, Object holder) {
        int before = held.size();
        for (Admission scope = relay; scope != null; scope = scope.total()) {
            Runnable back = scope.take(limit, holder);
            if (back == null) {
                giveBack(held.size() - before);
                return new Denied(limit.reason(), scope.sentence(limit));
            }
            held.push(back);
        }
        return null;
    }

    /** What was taken of a rate is given back only where the other scope has none. */
    private @Nullable Denied spend(Limit limit) {
        int before = held.size();
        Denied denied = hold(limit, this);
        while (held.size() > before) {
            held.pop();
        }
        return denied;
    }

    private void giveBack(int count) {
        for (int i = 0; i < count; i++) {
            held.pop().run();
        }
    }

    /** An IPv4 address, or the first 64 bits of an IPv6 one: whoever has such an address has all of its /64. */
    static Object holder(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address ? (Object) bytes.getInt() : (Object) bytes.getLong();
    }
}
