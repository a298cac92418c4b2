package io.sallyport.pki;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an OCSP response says of one certificate.
 *
 * @param id the certificate that it speaks of
 * @param thisUpdate since when it is known to be right
 * @param nextUpdate when newer information will be there; null: it is there at any time (RFC 6960, section 2.4)
 * @param revokedAt null unless it is revoked
 * @param reason of its revocation, such as {@code keyCompromise}, or null
 */
public record OcspAnswer(
        OcspCertId id,
        Status status,
        Instant thisUpdate,
        @Nullable Instant nextUpdate,
        @Nullable Instant revokedAt,
        @Nullable String reason) {

    /** How far the clocks of a responder and of this machine may be apart. */
    public static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private static final String HOLD = "certificateHold";

    /** RFC 6960, section 2.2. */
    public enum Status {
        GOOD,
        REVOKED,
        /** The responder doesn't know the certificate. */
        UNKNOWN
    }

    /** The last moment at which it may be believed, the skew not counted. One without a next update is made for the moment. */
    public Instant until() {
        return nextUpdate == null ? thisUpdate : nextUpdate;
    }

    /** Whether it may be believed as far as dates go. Revoked once is revoked for ever, but for a hold. */
    public boolean isCurrent(Instant at) {
        return !isFromTheFuture(at) && (!isOutOfDate(at) || isFinal());
    }

    boolean isFromTheFuture(Instant at) {
        return at.plus(CLOCK_SKEW).isBefore(thisUpdate);
    }

    boolean isOutOfDate(Instant at) {
        return at.minus(CLOCK_SKEW).isAfter(until());
    }

    /** Whether no later answer can be another. */
    public boolean isFinal() {
        return status == Status.REVOKED && !HOLD.equals(reason);
    }
}
