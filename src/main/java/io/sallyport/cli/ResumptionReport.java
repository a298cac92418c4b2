package io.sallyport.cli;

import io.sallyport.cli.HandshakeWire.Offer;
import io.sallyport.pki.Description;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What came of offering a session of a first connection in a second one.
 *
 * @param first the full handshake
 * @param second the one that offered the session
 * @param offer which kind of session there was to offer
 * @param enabled whether the profile wants sessions at all
 */
record ResumptionReport(Cost first, Cost second, Offer offer, boolean resumed, boolean enabled) {

    /** What a handshake took. */
    record Cost(double milliseconds, long bytes) {

        static Cost of(Dial.Open open) {
            double milliseconds = open.steps().stream()
                    .filter(step -> step.name().equals(Dial.HANDSHAKE))
                    .mapToDouble(step -> step.took().toNanos() / 1e6)
                    .sum();
            return new Cost(milliseconds, open.conversation().handshakeBytes());
        }

        private Description description() {
            return new Description()
                    .add("milliseconds", Math.round(milliseconds * 10) / 10.0)
                    .add("bytes", bytes);
        }
    }

    static ResumptionReport of(Dial.Open first, Dial.Open second, boolean enabled) {
        return new ResumptionReport(
                Cost.of(first),
                Cost.of(second),
                second.conversation().offer(),
                second.session() != null && second.session().resumed(),
                enabled);
    }

    Description description() {
        return new Description()
                .add("resumed", resumed)
                .add("how", resumed ? offer.label() : null)
                .add("reason", reason())
                .add("first", first.description())
                .add("second", second.description());
    }

    /** Why nothing was resumed; null if it was. */
    private @Nullable String reason() {
        if (resumed) {
            return null;
        }
        if (!enabled) {
            return "the profile says session: { enabled: false }";
        }
        return offer == Offer.NONE
                ? "the server gave no session"
                : "the server declined the session that was offered (" + offer.label() + ")";
    }

    /** A line for people. */
    String text() {
        if (!resumed) {
            return "not resumed: " + reason() + "\n";
        }
        return String.format(
                Locale.ROOT,
                "resumed by %s: handshake %.1f ms in place of %.1f ms, %,d bytes in place of %,d%n",
                offer.label(),
                second.milliseconds(),
                first.milliseconds(),
                second.bytes(),
                first.bytes());
    }
}
