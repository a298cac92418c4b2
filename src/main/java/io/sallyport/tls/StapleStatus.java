package io.sallyport.tls;

import io.sallyport.pki.OcspAnswer;
import org.jspecify.annotations.Nullable;

/**
 * How it stands with the OCSP response that goes with a certificate of ours.
 *
 * @param isRequired whether a client that knows the rules refuses the certificate without one (RFC 7633)
 * @param shown what clients are shown, or null while there is nothing to show
 * @param failure why the last attempt to get a new one came to nothing, or null where it succeeded or there was none
 */
public record StapleStatus(
        boolean isRequired,
        @Nullable OcspAnswer shown,
        @Nullable String failure) {

    /** Of two contexts of one profile: the one that shows nothing, or what ends first. */
    public static StapleStatus worse(StapleStatus one, StapleStatus other) {
        if (one.shown == null || other.shown == null) {
            return one.shown == null ? one : other;
        }
        return one.shown.until().isAfter(other.shown.until()) ? other : one;
    }
}
