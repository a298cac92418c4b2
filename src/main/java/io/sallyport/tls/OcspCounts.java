package io.sallyport.tls;

import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** What came of one profile's questions about peers. They belong to the process, since a reload replaces contexts. */
public final class OcspCounts {

    /** Where an answer is from. */
    public enum Source {
        /** The server stapled it. */
        STAPLE,
        /** A responder was asked for it. */
        RESPONDER;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What it said. */
    public enum Result {
        GOOD,
        REVOKED,
        UNKNOWN,
        /** It may not be believed. */
        REJECTED,
        /** There was none. */
        UNAVAILABLE;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private record What(Source source, Result result) {}

    private static final ConcurrentMap<String, OcspCounts> BY_PROFILE = new ConcurrentHashMap<>();

    private final ConcurrentMap<What, LongAdder> counts = new ConcurrentHashMap<>();

    private OcspCounts() {}

    /** Those of the profile with this name; all 0 for a new one. */
    public static OcspCounts of(String profile) {
        return BY_PROFILE.computeIfAbsent(profile, name -> new OcspCounts());
    }

    void increment(Source source, Result result) {
        adder(source, result).increment();
    }

    /** How often it happened since the process started. */
    public long get(Source source, Result result) {
        return adder(source, result).sum();
    }

    private LongAdder adder(Source source, Result result) {
        return counts.computeIfAbsent(new What(source, result), what -> new LongAdder());
    }
}
