package io.sallyport.profile;

import org.jspecify.annotations.Nullable;

/**
 * What one key is set to, by the operator or by default.
 *
 * @param path the full key
 * @param value null where it's neither set nor has a default, or where what was written is no such value
 * @param text the value as it may be shown: expressions filled in, secrets masked; empty where there is neither
 * @param origin where it was written
 */
record Setting<T>(String path, @Nullable T value, String text, Origin origin) {

    boolean isWritten() {
        return origin.kind() != Origin.Kind.DEFAULT;
    }
}
