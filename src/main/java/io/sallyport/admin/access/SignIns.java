package io.sallyport.admin.access;

import io.sallyport.gateway.TokenFile;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Browsers that have shown a token. What they then send is a number of its own, so that the token itself is nowhere in the
 * browser. Kept in memory only: a restart signs everybody out. Thread-safe.
 */
@Singleton
public final class SignIns {

    static final Duration LIFE = Duration.ofHours(12);

    /** More than look at one gateway; the oldest one goes. */
    static final int MOST = 256;

    private static final int ID_BYTES = 32;

    /** @param token digest of the token that was shown: the role is that token's as long as it is in force */
    private record SignIn(String token, Instant until) {}

    private final SecureRandom random = new SecureRandom();
    private final Clock clock;
    /** By digest of the number, so that a look-up tells nothing by the time that it takes. */
    private final Map<String, SignIn> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SignIn> eldest) {
            return size() > MOST;
        }
    };

    public SignIns() {
        this(Clock.systemUTC());
    }

    SignIns(Clock clock) {
        this.clock = clock;
    }

    /**
     * Takes in whoever has shown a token.
     *
     * @param token its digest
     * @return what the browser is to send from now on
     */
    synchronized String add(String token) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        String number = Base64.getUrlEncoder().withoutPadding().encodeToString(id);
        known.put(TokenFile.digest(number), new SignIn(token, clock.instant().plus(LIFE)));
        return number;
    }

    /** The digest of the token that was shown for this number; null where it is unknown or too old. */
    synchronized @Nullable String token(String number) {
        String key = TokenFile.digest(number);
        SignIn signIn = known.get(key);
        if (signIn != null && clock.instant().isAfter(signIn.until())) {
            known.remove(key);
            return null;
        }
        return signIn == null ? null : signIn.token();
    }

    synchronized void remove(String number) {
        known.remove(TokenFile.digest(number));
    }
}
