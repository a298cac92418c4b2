package io.sallyport.tls;

import io.sallyport.pki.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Whether a peer is let in.
 *
 * @param passedOver what isn't known of one that is, or null
 */
record PeerVerdict(Verdict verdict, @Nullable PassedOver passedOver) {

    static PeerVerdict of(Verdict verdict) {
        return new PeerVerdict(verdict, null);
    }
}
