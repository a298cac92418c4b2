package io.sallyport.pki;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.Function;

/** One SHA-256 for a set of things that doesn't depend on their order, so that every replica gets the same. */
final class ContentDigest {

    private ContentDigest() {}

    static <T> byte[] of(Collection<T> things, Function<T, byte[]> encoding) {
        MessageDigest all = Sha256.begin();
        things.stream()
                .map(thing -> Sha256.begin().digest(encoding.apply(thing)))
                .sorted(Arrays::compareUnsigned)
                .forEach(all::update);
        return all.digest();
    }
}
