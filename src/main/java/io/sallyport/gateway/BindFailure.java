package io.sallyport.gateway;

import io.netty.channel.unix.Errors;
import io.sallyport.fault.Mistake;
import io.sallyport.profile.Address;
import java.net.BindException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Says why an address could not be listened on. */
public final class BindFailure {

    private BindFailure() {}

    /**
     * Says it as a mistake of the configuration.
     *
     * @param key of the address, such as {@code sallyport.admin.address}
     */
    public static Mistake of(String key, Address address, Throwable cause) {
        return switch (kind(cause)) {
            case TAKEN ->
                Mistake.error(
                        key,
                        null,
                        address + " is taken: another program listens there",
                        "see which with: "
                                + (address.isTcp()
                                        ? "ss -ltnp sport = :" + address.port()
                                        : "ss -lxp src " + address.host()));
            case NOT_PERMITTED ->
                Mistake.error(
                        key,
                        null,
                        address + " needs a permission that this process doesn't have",
                        address.isTcp()
                                ? "ports below 1024 need CAP_NET_BIND_SERVICE, or take a higher one"
                                : "let this user write into its directory");
            case NOT_OURS ->
                Mistake.error(
                        key,
                        null,
                        address + " is no address of this machine",
                        "take one of `ip address`, or 0.0.0.0 for all");
            case OTHER -> Mistake.error(key, null, address + " can't be listened on: " + cause.getMessage(), null);
        };
    }

    /** The same beforehand, when it may still change until the gateway starts. */
    static Mistake warning(String key, Address address, Throwable cause) {
        Mistake error = of(key, address, cause);
        return Mistake.warning(
                key,
                null,
                kind(cause) == Kind.TAKEN
                        ? address + " is taken: by this gateway if it runs already, else by another program"
                        : error.message(),
                error.hint());
    }

    private enum Kind {
        TAKEN,
        NOT_PERMITTED,
        NOT_OURS,
        OTHER
    }

    /** Whether a failure comes from an address that could not be had. */
    public static boolean isBehind(Throwable failure) {
        return kind(failure) != Kind.OTHER;
    }

    private static Kind kind(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Kind kind = kindOfOne(cause);
            if (kind != Kind.OTHER) {
                return kind;
            }
        }
        return Kind.OTHER;
    }

    private static Kind kindOfOne(Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return Kind.NOT_OURS;
        }
        if (cause instanceof Errors.NativeIoException nativeFailure) {
            return byNumber(nativeFailure.expectedErr());
        }
        return cause instanceof BindException ? byText(cause.getMessage()) : Kind.OTHER;
    }

    private static Kind byNumber(int negativeErrno) {
        return switch (-negativeErrno) {
            case 48, 98 -> Kind.TAKEN; // EADDRINUSE on macOS, on Linux
            case 1, 13 -> Kind.NOT_PERMITTED; // EPERM, EACCES: the same on both
            case 49, 99 -> Kind.NOT_OURS; // EADDRNOTAVAIL on macOS, on Linux
            default -> Kind.OTHER;
        };
    }

    /** The JDK's exception has no number; these are strerror's words. */
    private static Kind byText(@Nullable String message) {
        if (message == null) {
            return Kind.OTHER;
        }
        if (message.contains("Address already in use")) {
            return Kind.TAKEN;
        }
        if (message.contains("Permission denied")) {
            return Kind.NOT_PERMITTED;
        }
        return message.contains("Cannot assign requested address") ? Kind.NOT_OURS : Kind.OTHER;
    }
}
