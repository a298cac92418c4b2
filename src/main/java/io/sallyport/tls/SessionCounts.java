package io.sallyport.tls;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The session counters of one profile. They belong to the process, not to a context: a reload replaces contexts, and
 * counters must not fall back. BoringSSL counts tickets itself, for each context, and all else not at all.
 */
public final class SessionCounts {

    private static final ConcurrentMap<String, SessionCounts> BY_PROFILE = new ConcurrentHashMap<>();

    /** A context's own numbers, as long as it lives. */
    interface Live {

        /** Of a count of tickets; 0 for all others. */
        long tickets(SessionCount which);

        /** Sessions in its store. */
        int cached();
    }

    private final Map<SessionCount, LongAdder> counts = new EnumMap<>(SessionCount.class);
    private final List<Live> contexts = new ArrayList<>();

    private SessionCounts() {
        for (SessionCount which : SessionCount.values()) {
            counts.put(which, new LongAdder());
        }
    }

    /** Those of the profile with this name; all 0 for a new one. */
    public static SessionCounts of(String profile) {
        return BY_PROFILE.computeIfAbsent(profile, name -> new SessionCounts());
    }

    void increment(SessionCount which) {
        adder(which).increment();
    }

    private LongAdder adder(SessionCount which) {
        LongAdder adder = counts.get(which);
        if (adder == null) {
            throw new AssertionError(which);
        }
        return adder;
    }

    /** How often it happened since the process started. */
    public synchronized long get(SessionCount which) {
        long sum = adder(which).sum();
        for (Live context : contexts) {
            sum += context.tickets(which);
        }
        return sum;
    }

    /** Sessions that are kept now, for clients and for upstreams ({@code SSL_CTX_sess_number}). */
    public synchronized long cached() {
        return contexts.stream().mapToLong(Live::cached).sum();
    }

    synchronized void add(Live context) {
        contexts.add(context);
    }

    /** Keeps the numbers of a context that is about to be freed. Nobody asks it while, or after, this runs. */
    synchronized void remove(Live context) {
        for (SessionCount which : SessionCount.values()) {
            adder(which).add(context.tickets(which));
        }
        contexts.remove(context);
    }
}
