package io.sallyport.tls;

import io.sallyport.fault.MistakesException;
import io.sallyport.pki.Material;
import io.sallyport.profile.Profile;

/** An {@code SSL_CTX} for one side of one profile; immutable, used by every event loop. */
public final class TlsContext {

    private final Profile profile;
    private final Side side;

    private TlsContext(Profile profile, Side side) {
        this.profile = profile;
        this.side = side;
    }

    /**
     * Builds a context.
     *
     * @throws MistakesException where BoringSSL can't do what the profile asks for, such as an unknown cipher
     */
    public static TlsContext create(Profile profile, Material material, Side side) throws MistakesException {
        return new TlsContext(profile, side);
    }

    public Profile profile() {
        return profile;
    }

    public Side side() {
        return side;
    }

    /** No new connection will use it: its native memory goes with the last one that does. Called once. */
    public void retire() {}
}
