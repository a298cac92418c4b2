package io.sallyport.tls;

import io.sallyport.pki.OcspAnswer;
import io.sallyport.pki.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known by OCSP of the peers of one context, each until its next update and no longer; of a peer of whom nothing could be learnt,
 * that it couldn't, for a few seconds. Bounded: who wasn't here for longest is forgotten first. Thread-safe.
 */
final class OcspAnswers {

    static final int CAPACITY = 4096;

    /** After a failure, or a responder that doesn't know the certificate, it is asked again no sooner. */
    static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private static final Instant FOR_EVER = Instant.MAX;

    /**
     * One peer's state.
     *
     * @param fault why it isn't good, or null
     * @param issued when the answer was made; null where there is none
     * @param staple the staple that was judged with it, or null
     */
    record Known(
            Verdict.@Nullable Untrusted fault,
            @Nullable Instant issued,
            Instant from,
            Instant until,
            byte @Nullable [] staple) {

        private boolean holds(Instant at) {
            // A clock that was set back is a reason to look again, too.
            return !at.isBefore(from) && at.isBefore(until);
        }

        /** Whether a staple has nothing to add. */
        boolean covers(byte @Nullable [] other) {
            return other == null || Arrays.equals(staple, other);
        }
    }

    private final Map<VerifiedChains.Key, Known> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<VerifiedChains.Key, Known> eldest) {
            return size() > CAPACITY;
        }
    };

    /** Those that hold now. Walks over all of them: not for each connection. */
    synchronized PeerAnswers held(Instant now) {
        int count = 0;
        Instant oldest = null;
        Instant newest = null;
        for (Known known : entries.values()) {
            Instant issued = known.issued();
            if (issued != null && known.holds(now)) {
                count++;
                oldest = oldest == null || issued.isBefore(oldest) ? issued : oldest;
                newest = newest == null || issued.isAfter(newest) ? issued : newest;
            }
        }
        return new PeerAnswers(count, oldest, newest);
    }

    synchronized @Nullable Known find(VerifiedChains.Key key, Instant now) {
        Known known = entries.get(key);
        if (known != null && !known.holds(now)) {
            entries.remove(key);
            return null;
        }
        return known;
    }

    /**
     * Takes note of an answer, unless a newer one is known: an old response that says good can be sent again by anyone.
     *
     * @param fault what the answer means, null if it is good
     * @param staple which it came in, or null
     * @return what holds now
     */
    synchronized Known learn(
            VerifiedChains.Key key,
            OcspAnswer answer,
            Verdict.@Nullable Untrusted fault,
            byte @Nullable [] staple,
            Instant now) {
        Known before = find(key, now);
        Known learnt = new Known(fault, answer.thisUpdate(), now, until(answer, now), staple);
        if (before != null && before.issued() != null && before.issued().isAfter(answer.thisUpdate())) {
            learnt = new Known(before.fault(), before.issued(), before.from(), before.until(), staple);
        }
        entries.put(key, learnt);
        return learnt;
    }

    private static Instant until(OcspAnswer answer, Instant now) {
        return switch (answer.status()) {
            case GOOD -> answer.until();
            // Who is revoked stays so, and an older response that says good changes nothing.
            case REVOKED -> answer.isFinal() ? FOR_EVER : answer.until();
            case UNKNOWN -> now.plus(RETRY_AFTER);
        };
    }

    /** Takes note that nothing could be learnt. */
    synchronized Known fail(VerifiedChains.Key key, Verdict.Untrusted fault, Instant now) {
        Known failed = new Known(fault, null, now, now.plus(RETRY_AFTER), null);
        entries.put(key, failed);
        return failed;
    }
}
