package io.sallyport.tls;

import io.netty.internal.tcnative.Library;
import io.netty.util.internal.NativeLibraryLoader;
import io.netty.util.internal.PlatformDependent;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Loads the one TLS engine. Netty's own {@code OpenSsl} class isn't used for it: it also probes key managers,
 * ciphers and JSSE, which costs a start over half a second and 60 MB.
 */
public final class BoringSsl {

    private static final @Nullable Throwable FAILURE = load();

    private BoringSsl() {}

    /**
     * Makes sure that the native library is there.
     *
     * @throws UnsupportedOperationException where it isn't built for this platform; the message names the platform
     */
    public static void ensureAvailable() {
        if (FAILURE != null) {
            throw new UnsupportedOperationException(
                    String.format(
                            Locale.ROOT,
                            "BoringSSL can't be loaded on %s %s (%s); it is built for Linux and macOS on x86_64 and"
                                    + " aarch_64, and for Windows on x86_64",
                            PlatformDependent.normalizedOs(),
                            PlatformDependent.normalizedArch(),
                            FAILURE.getMessage()),
                    FAILURE);
        }
    }

    private static @Nullable Throwable load() {
        try {
            NativeLibraryLoader.load(
                    "netty_tcnative_" + PlatformDependent.normalizedOs() + "_" + PlatformDependent.normalizedArch(),
                    Library.class.getClassLoader());
            // "provided": the library is loaded already, and no system OpenSSL is to be looked for.
            Library.initialize("provided", null);
            return null;
        } catch (Exception | LinkageError e) {
            return e;
        }
    }
}
