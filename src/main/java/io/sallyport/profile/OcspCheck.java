package io.sallyport.profile;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a profile asks by OCSP whether a peer's certificate is revoked.
 *
 * @param mode whether it asks, and what it means not to know
 * @param responder who is asked, in place of whom certificates name; or null
 * @param timeout how long an answer may take, more than nothing
 */
public record OcspCheck(Mode mode, @Nullable URI responder, Duration timeout) {

    /** What it means not to know. */
    public enum Mode {
        /** Nobody is asked. */
        OFF("off"),
        /** Who is revoked is refused. Where no answer that may be believed comes in time, the peer is let in. */
        SOFT("soft"),
        /** Only whom an answer calls good is let in. */
        HARD("hard");

        private final String label;

        Mode(String label) {
            this.label = label;
        }

        /** As the operator writes it. */
        public String label() {
            return label;
        }
    }

    public static final OcspCheck OFF = new OcspCheck(Mode.OFF, null, Duration.ofSeconds(3));

    public OcspCheck {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("an answer takes longer than " + timeout);
        }
    }

    public boolean isOn() {
        return mode != Mode.OFF;
    }
}
