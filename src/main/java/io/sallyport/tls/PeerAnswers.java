package io.sallyport.tls;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is held of peers' OCSP answers, each until its next update.
 *
 * @param count how many there are
 * @param oldest when the oldest of them was made (thisUpdate), or null where there is none
 * @param newest when the newest was
 */
public record PeerAnswers(
        int count, @Nullable Instant oldest, @Nullable Instant newest) {

    public static final PeerAnswers NONE = new PeerAnswers(0, null, null);

    /** These and those of another context. */
    public PeerAnswers and(PeerAnswers other) {
        if (oldest == null || newest == null) {
            return other;
        }
        if (other.oldest == null || other.newest == null) {
            return this;
        }
        return new PeerAnswers(
                count + other.count,
                oldest.isBefore(other.oldest) ? oldest : other.oldest,
                newest.isAfter(other.newest) ? newest : other.newest);
    }
}
