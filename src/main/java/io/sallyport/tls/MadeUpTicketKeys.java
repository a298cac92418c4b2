package io.sallyport.tls;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Ticket keys that only this process knows: a new one whenever the last has sealed for long enough. An old one opens
 * tickets for as long as one that it sealed may be valid, and is then forgotten: from that on nobody can decrypt a
 * recorded TLS 1.2 connection with it.
 */
final class MadeUpTicketKeys {

    /** By profile, for the whole process: after a reload, which makes new contexts, clients still resume. */
    private static final ConcurrentMap<String, MadeUpTicketKeys> BY_PROFILE = new ConcurrentHashMap<>();

    /** The most that one context takes; only a rotation that is much faster than the sessions' lifetime meets it. */
    private static final int MOST = 16;

    private record Made(TicketKey key, Instant since) {}

    /** Newest first. */
    private final List<Made> keys = new ArrayList<>();

    private @Nullable Instant sealsUntil;

    static MadeUpTicketKeys of(String profile) {
        return BY_PROFILE.computeIfAbsent(profile, name -> new MadeUpTicketKeys());
    }

    /**
     * The keys in force, the one that seals first.
     *
     * @param rotate how long a key seals
     * @param lifetime how long a ticket is valid
     */
    synchronized List<TicketKey> at(Instant now, Duration rotate, Duration lifetime) {
        if (sealsUntil == null || !now.isBefore(sealsUntil)) {
            keys.add(0, new Made(TicketKey.random(), now));
            sealsUntil = now.plus(rotate);
        }
        // One that was replaced at the time of its successor sealed until then.
        while (keys.size() > 1
                && (keys.size() > MOST
                        || !keys.get(keys.size() - 2).since().plus(lifetime).isAfter(now))) {
            keys.remove(keys.size() - 1);
        }
        return keys.stream().map(Made::key).toList();
    }

    /** They as the source of one context. */
    TicketKeys source(Duration rotate, Duration lifetime) {
        return new TicketKeys() {
            @Override
            public List<TicketKey> at(Instant now) {
                return MadeUpTicketKeys.this.at(now, rotate, lifetime);
            }

            @Override
            public Instant sealingSince(Instant now) {
                synchronized (MadeUpTicketKeys.this) {
                    MadeUpTicketKeys.this.at(now, rotate, lifetime);
                    return keys.get(0).since();
                }
            }
        };
    }
}
