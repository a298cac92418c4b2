package io.sallyport.pki;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.Function;

/** One SHA-256 for a set of things that doesn't depend on their order, so that every replica gets the same. */
final class ContentDigest {

    private ContentDigest() {}

    static <T> byte[] of(Collection<T> things, Function<T, byte[]> encoding) {
        MessageDigest all = sha256();
        things.stream()
                .map(thing -> sha256().digest(encoding.apply(thing)))
                .sorted(Arrays::compareUnsigned)
                .forEach(all::update);
        return all.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
