package io.sallyport.relay;

import io.sallyport.profile.Relay;
import io.sallyport.tls.TlsContext;
import org.jspecify.annotations.Nullable;

/**
 * A relay with what it needs to run.
 *
 * @param listen context of the listening side, or null for plain TCP
 * @param connect context of the connecting side, or null for plain TCP
 */
public record RelayPlan(
        Relay relay, @Nullable TlsContext listen, @Nullable TlsContext connect) {

    /**
     * Keeps the contexts from being freed, for one connection. {@link #letGo} ends it.
     *
     * @return false where they may be freed already; then nothing is held
     */
    boolean hold() {
        if (listen != null && !listen.hold()) {
            return false;
        }
        if (connect != null && !connect.hold()) {
            if (listen != null) {
                listen.letGo();
            }
            return false;
        }
        return true;
    }

    void letGo() {
        if (listen != null) {
            listen.letGo();
        }
        if (connect != null) {
            connect.letGo();
        }
    }
}
