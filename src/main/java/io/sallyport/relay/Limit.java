package io.sallyport.relay;

import io.sallyport.profile.Limits;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a connection may be turned away for. */
enum Limit {
    CONNECTIONS("connections", Limits::connections, CloseReason.LIMIT),
    PER_ADDRESS("connections-per-address", Limits::perAddress, CloseReason.ADDRESS_LIMIT),
    PER_IDENTITY("connections-per-identity", Limits::perIdentity, CloseReason.IDENTITY_LIMIT),
    CONNECTIONS_PER_SECOND("connections-per-second", Limits::connectionsPerSecond, CloseReason.CONNECTION_RATE_LIMIT),
    HANDSHAKES_PER_SECOND("handshakes-per-second", Limits::handshakesPerSecond, CloseReason.HANDSHAKE_RATE_LIMIT);

    private final String word;
    private final Function<Limits, @Nullable Integer> value;
    private final CloseReason reason;

    Limit(String word, Function<Limits, @Nullable Integer> value, CloseReason reason) {
        this.word = word;
        this.value = value;
        this.reason = reason;
    }

    /** Its key, behind that of its section. */
    String word() {
        return word;
    }

    /** What it is set to; null for no limit. */
    @Nullable
    Integer of(Limits limits) {
        return value.apply(limits);
    }

    CloseReason reason() {
        return reason;
    }
}
