package io.sallyport.admin.access;

import io.sallyport.gateway.AdminAccess.Role;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param how they are known
 * @param name the subject of a verified certificate, or null
 */
public record Caller(Role role, Means how, @Nullable String name) {

    /** How somebody is known. */
    public enum Means {
        /** By being on this machine, where nobody is asked. */
        LOOPBACK,
        TOKEN,
        /** By the cookie that a browser got for a token. */
        SIGN_IN,
        CERTIFICATE
    }

    private static final String KEY = Caller.class.getName();

    /** Whom the gate let through to this. */
    public static Caller of(RoutingContext context) {
        Caller caller = context.get(KEY);
        if (caller == null) {
            throw new IllegalStateException("the gate stands before every path");
        }
        return caller;
    }

    void enter(RoutingContext context) {
        context.put(KEY, this);
    }

    /** Whichever of the two may do more. */
    static @Nullable Caller greater(@Nullable Caller one, @Nullable Caller other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.role().covers(other.role()) ? one : other;
    }
}
