package io.sallyport.tls;

import org.jspecify.annotations.Nullable;

/**
 * What a peer shows of itself, and whom it must be.
 *
 * @param chain DER, leaf first
 * @param staple the OCSP response that a server sent along, DER, or null
 * @param expectedName the host name or IP address that the certificate must have, or null where any will do
 * @param key under which a verdict on it is remembered
 */
record Presented(
        byte[][] chain, byte @Nullable [] staple, @Nullable String expectedName, VerifiedChains.Key key) {

    static Presented of(byte[][] chain, byte @Nullable [] staple, @Nullable String expectedName) {
        return new Presented(chain, staple, expectedName, VerifiedChains.Key.of(chain, expectedName));
    }
}
